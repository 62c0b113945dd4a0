import { beforeEach, describe, expect, it } from 'vitest';
import { sessionLimits } from '../limits.ts';
import type { StreamKind, Subscriptions } from '../protocol/sessions.ts';
import { Drive, from, id, refusal, told } from './session.fixture.ts';
import { sessionMachine } from './session.ts';
import type { PresenceQuality } from './session.ts';

let room: Drive;
beforeEach(() => {
  room = new Drive();
});

/** What Anna receives from now on, and how the worker sees that; what else she says, and what the worker says of her. */
const subscribe = (subscriptions: Subscriptions) => room.input({ type: 'subscribe', participant: 'anna', subscriptions });
const received = (): string[] => room.receives.get('anna') ?? [];
const look = (participant: string) =>
  room.input({ type: 'look', from: from('anna'), stream: { participant, mid: '0' }, width: 320 });
const transport = (state: 'connected' | 'disconnected' | 'failed', side: 'publish' | 'subscribe' = 'publish') =>
  room.input({ type: 'transport', participant: 'anna', joins: room.open.participants['anna']?.joins ?? 0, side, state }, 0);

describe('who is in it', () => {
  it('[P1] it is made once', () => {
    room.create({ tag: 'Monday' });
    expect(room.open).toMatchObject({ tag: 'Monday', access: 'added', participants: {} });
    const before = room.state;
    expect(refusal(room.input({ type: 'create', access: 'open', most: 5 }))).toBe('session_exists');
    expect(room.state).toBe(before);
  });

  it('[P1] or by the first who joins', () => {
    const effects = room.visit('anna');
    expect(effects[0]).toMatchObject({
      type: 'reply',
      ok: { participant: 'anna', view: { session: id, participants: [{ participant: 'anna' }] } },
    });
    expect(room.open.access).toBe('open');
    expect(refusal(room.input({ type: 'create', access: 'open', most: 5 }))).toBe('session_exists');
  });

  it('[P2] takes as many participants as it may have', () => {
    room.create({ most: 2 });
    room.enter('anna');
    room.add('bo', {});
    expect(refusal(room.add('eve'))).toBe('session_full');
    const effects = room.add('bo', { session: id });
    expect(refusal(effects)).toBeUndefined();
    expect(room.open.participants['bo']).toMatchObject({ subscriptions: { session: id }, joins: 0 });
  });

  it('[P2] whoever comes by themselves finds it full, too', () => {
    room.create({ access: 'open', most: 1 });
    room.visit('anna');
    expect(refusal(room.visit('bo'))).toBe('session_full');
  });

  it('[P3] one is added, or comes by oneself where that may be', () => {
    room.create();
    expect(refusal(room.visit('anna'))).toBe('session_not_found');
    expect(refusal(room.join('anna'))).toBe('session_not_found');
    const open = new Drive().create({ access: 'open' });
    open.visit('anna', 'p-1');
    expect(open.open.participants['p-1']).toMatchObject({ publish: ['audio', 'video'], subscriptions: { session: id } });
    // The participant of somebody who came by themselves is nobody's to join as.
    expect(refusal(open.join('bo', 'p-1'))).toBe('session_not_found');
    open.input({ type: 'leave', from: from('anna') });
    expect(open.open.participants).toEqual({});
  });

  it('[P3] nobody joins by a token what nobody has made', () => {
    expect(refusal(room.join('anna'))).toBe('session_not_found');
    expect(room.state.kind).toBe('unmade');
  });

  it('[P4] a participant is there once', () => {
    room.create().enter('anna');
    expect(refusal(room.join('bo', 'anna'))).toBe('participant_here');
    expect(refusal(room.join('anna/phone'))).toBe('participant_here');
    // Somebody else's device with the same name is another device.
    expect(room.open.participants['anna']?.here?.from).toEqual(from('anna'));
  });

  it('[P4] another page of the device takes its place, and any device once its signalling is gone', () => {
    room.create().enter('anna');
    expect(told(room.join('anna/laptop/2'))).toEqual(['anna replaced']);
    expect(room.open.participants['anna']?.here?.from.connection).toBe('anna-laptop-2');
    room.input({ type: 'away', connection: 'anna-laptop-2' });
    expect(told(room.join('anna/phone'))).toEqual(['anna replaced']);
    // The page before is nothing here any more.
    expect(refusal(room.publish('anna/laptop/2', '0:audio'))).toBe('not_joined');
  });

  it('[P5] who joins again begins anew', () => {
    room.create().enter('bo');
    room.enter('anna');
    room.publish('anna', '0:audio');
    expect(room.receives.get('bo')).toEqual(['anna/0']);
    const effects = room.join('anna');
    expect(effects[0]).toMatchObject({
      type: 'reply',
      ok: { participant: 'anna', view: { participants: [{ participant: 'bo' }, { participant: 'anna', streams: [] }] } },
    });
    expect(room.asks).toContainEqual({ type: 'leave', participant: 'anna' });
    expect(told(effects)).toEqual(['bo anna: nothing']);
    expect(room.receives.get('bo')).toEqual([]);
    room.publish('anna', '0:audio');
    expect(room.receives.get('bo')).toEqual(['anna/0']);
  });

  it('[P5] a guest keeps its participant', () => {
    room.visit('anna', 'p-1');
    expect(room.visit('anna', 'p-2')[0]).toMatchObject({ ok: { participant: 'p-1' } });
    expect(Object.keys(room.open.participants)).toEqual(['p-1']);
  });

  it('[P6] a connection is one participant', () => {
    room.create({ access: 'open' }).enter('bo');
    room.add('vip');
    room.visit('anna', 'p-1');
    const effects = room.join('anna', 'vip');
    expect(effects[0]).toMatchObject({ type: 'reply', ok: { participant: 'vip' } });
    expect(told(effects)).toEqual(['bo p-1 left', 'bo vip joined']);
    expect(room.here).toEqual(['bo', 'vip']);
    room.visit('anna', 'p-3');
    expect(room.here).toEqual(['bo', 'p-3']);
    expect(Object.keys(room.open.participants)).toEqual(['bo', 'vip', 'p-3']);
  });

  it('[P7] while it is locked nobody comes in who is not there', () => {
    room.create({ access: 'open' }).enter('anna');
    room.add('bo');
    room.input({ type: 'lock', locked: true });
    expect(refusal(room.join('bo'))).toBe('session_locked');
    expect(refusal(room.visit('eve'))).toBe('session_locked');
    expect(refusal(room.join('anna/laptop/2'))).toBeUndefined();
    room.input({ type: 'lock', locked: false });
    expect(refusal(room.join('bo'))).toBeUndefined();
  });

  it('[P8] who is removed is out', () => {
    room.create().enter('anna');
    room.enter('bo');
    room.publish('bo', '0:audio');
    const effects = room.input({ type: 'remove', participant: 'bo' });
    expect(told(effects)).toEqual(['bo removed', 'anna bo left']);
    expect(room.receives).toEqual(new Map([['anna', []]]));
    expect(refusal(room.join('bo'))).toBe('session_not_found');
    expect(refusal(room.input({ type: 'remove', participant: 'bo' }))).toBe('participant_not_found');
  });

  it.each(['constructor', '__proto__', '__defineGetter__', 'toString'])('nobody is called %s', (participant) => {
    room.visit('anna');
    const before = room.state;
    expect(refusal(room.input({ type: 'subscribe', participant, subscriptions: {} }))).toBe('participant_not_found');
    expect(refusal(room.input({ type: 'remove', participant }))).toBe('participant_not_found');
    expect(refusal(room.input({ type: 'mute', participant }))).toBe('participant_not_found');
    room.input({ type: 'speaker', participant });
    expect(room.state).toBe(before);
  });

  it('[P8] one who came by themselves is let in again only when added', () => {
    room.visit('anna');
    room.visit('eve', 'p-1');
    room.input({ type: 'remove', participant: 'p-1' });
    expect(refusal(room.visit('eve/phone', 'p-2'))).toBe('session_not_found');
    room.add('p-3');
    expect(refusal(room.join('eve', 'p-3'))).toBeUndefined();
  });

  it('[P9] they hear of each other', () => {
    room.create().enter('anna');
    room.add('bo');
    expect(told(room.join('bo'))).toEqual(['anna bo joined']);
    expect(told(room.input({ type: 'away', connection: 'bo-laptop-1' }))).toEqual(['anna bo changed away']);
    expect(told(room.input({ type: 'away', connection: 'bo-laptop-1' }))).toEqual([]);
    expect(told(room.input({ type: 'back', connection: 'bo-laptop-1' }))).toEqual(['anna bo changed']);
    expect(told(room.input({ type: 'leave', from: from('bo') }))).toEqual(['anna bo left']);
  });
});

/** What others may have of what anna publishes, each time that the worker was told. */
const admitted = (): readonly (readonly string[])[] =>
  room.asks.flatMap((ask) => (ask.type === 'admit' && ask.participant === 'anna' ? [ask.mids] : []));

describe('publishing', () => {
  beforeEach(() => {
    room.create().enter('anna');
    room.enter('bo');
  });

  it('[P10] is answered by the worker', () => {
    expect(room.publish('anna', '0:audio')[0]).toEqual({ type: 'reply', ok: { answer: 'answer to 0:audio' } });
    const outcome = { error: 'description_refused' } as const;
    const before = room.state;
    const effects = room.input({ type: 'published', participant: 'anna', joins: 1, asked: [], outcome });
    expect(effects).toEqual([{ type: 'refuse', code: 'description_refused' }]);
    expect(room.state).toBe(before);
  });

  it.each([
    ['left', (): unknown => room.input({ type: 'leave', from: from('anna') })],
    ['begun anew', (): unknown => room.join('anna')],
  ])('[P10] an answer is void once one has %s', (_, change) => {
    room.input({ type: 'publish', from: from('anna'), offer: '0:audio', streams: [] });
    const ask = room.asks.find(({ type }) => type === 'publish');
    change();
    const before = room.state;
    expect(ask?.type === 'publish' && refusal(room.published(ask))).toBe('not_joined');
    expect(room.state).toBe(before);
  });

  it('[P11] only what one may publish', () => {
    room.add('eve', {}, ['audio']);
    room.join('eve');
    expect(refusal(room.publish('eve', '0:audio 1:video'))).toBe('publish_refused');
    expect(room.asks.filter(({ type }) => type === 'publish')).toEqual([]);
    room.publish('eve', '0:audio');
    expect(room.asks).toContainEqual(expect.objectContaining({ type: 'publish', allowed: ['audio'] }));
    room.add('mute', {}, []);
    room.join('mute');
    expect(refusal(room.publish('mute', '0:audio'))).toBe('publish_refused');
  });

  it('[P12] all others hear of it', () => {
    expect(told(room.publish('anna', '0:audio 1:video:camera'))).toEqual(['bo anna: 0 1']);
    expect(room.open.participants['anna']?.here?.streams).toEqual([
      { mid: '0', kind: 'audio', muted: false, n: 0 },
      { mid: '1', kind: 'video', alias: 'camera', muted: false, n: 0 },
    ]);
    // The same once more, by an offer that restarts ICE.
    expect(told(room.publish('anna', '0:audio 1:video:camera'))).toEqual([]);
    expect(told(room.publish('anna', '0:audio'))).toEqual(['bo anna: 0']);
  });

  it('[P12] sections without a name are published to nobody', () => {
    room.input({
      type: 'publish',
      from: from('anna'),
      offer: '0:audio 1:video',
      streams: [{ mid: '1', kind: 'video', muted: true }],
    });
    const ask = room.asks.at(-1);
    expect(ask?.type === 'publish' && told(room.published(ask))).toEqual(['bo anna: 1 muted']);
    expect(room.receives.get('bo')).toEqual(['anna/1']);
    // Nor is anything else recorded, or heard.
    expect(admitted()).toEqual([['1']]);
  });

  it('[P13] muted is a value', () => {
    room.publish('anna', '0:audio');
    const update = (muted: boolean, n: number) => room.input({ type: 'update', from: from('anna'), mid: '0', muted, n });
    expect(told(update(true, 2))).toEqual(['bo anna: 0 muted']);
    expect(update(false, 1)).toEqual([{ type: 'reply', ok: {} }]);
    expect(update(false, 2)).toEqual([{ type: 'reply', ok: {} }]);
    expect(told(room.publish('anna', '0:audio 1:video'))).toEqual(['bo anna: 0 muted 1']);
    expect(told(update(false, 3))).toEqual(['bo anna: 0 1']);
    expect(room.input({ type: 'update', from: from('anna'), mid: '9', muted: true, n: 1 })).toEqual([
      { type: 'reply', ok: {} },
    ]);
  });

  it('[P30] microphones are turned off by whoever runs the session, until their owner turns them on again', () => {
    room.publish('anna', '0:audio 1:video');
    const mute = () => room.input({ type: 'mute', participant: 'anna' });
    const muted = mute();
    expect(told(muted)).toEqual(['anna session_muted', 'bo anna: 0 muted 1']);
    expect(muted).toContainEqual(
      expect.objectContaining({ event: { type: 'session_muted', session: id, streams: [{ mid: '0', n: 1 }] } }),
    );
    expect(room.receives.get('bo')).toEqual(['anna/1']);
    expect(admitted()).toEqual([['0', '1'], ['1']]);
    expect(told(mute())).toEqual([]);
    const update = (on: boolean, n: number) => room.input({ type: 'update', from: from('anna'), mid: '0', muted: !on, n });
    // Said before it was muted.
    update(true, 1);
    expect(room.receives.get('bo')).toEqual(['anna/1']);
    // An offer that says nothing else does not turn them on.
    room.publish('anna', '0:audio 1:video 2:video');
    expect(room.receives.get('bo')).toEqual(['anna/1', 'anna/2']);
    update(true, 2);
    expect(room.receives.get('bo')).toEqual(['anna/0', 'anna/1', 'anna/2']);
    expect(admitted().slice(2)).toEqual([
      ['1', '2'],
      ['0', '1', '2'],
    ]);
    expect(refusal(room.input({ type: 'mute', participant: 'nobody' }))).toBe('participant_not_found');
  });
});

describe('receiving', () => {
  beforeEach(() => {
    room.create();
    for (const one of ['bo', 'eve']) room.enter(one, {});
    room.publish('bo', '0:audio 1:video:camera 2:video:screen');
    room.publish('eve', '0:audio');
    room.enter('anna', {});
  });

  it('[P14] those who are named, by the aliases that are named', () => {
    subscribe({ participants: [{ participant: 'bo' }] });
    expect(received()).toEqual(['bo/0', 'bo/1', 'bo/2']);
    subscribe({ session: id, participants: [{ participant: 'bo', aliases: [] }] });
    expect(received()).toEqual(['bo/0', 'bo/1', 'bo/2']);
    subscribe({ session: id, participants: [{ participant: 'bo', aliases: ['screen', 'other'] }, { participant: 'eve' }] });
    expect(received()).toEqual(['bo/2', 'eve/0']);
    subscribe({ participants: [{ participant: 'nobody' }] });
    expect(received()).toEqual([]);
  });

  it('[P14] also those who are yet to come', () => {
    subscribe({ participants: [{ participant: 'fay', aliases: ['camera'] }] });
    room.enter('fay');
    room.publish('fay', '0:audio 1:video:camera');
    expect(received()).toEqual(['fay/1']);
  });

  it('[P15] everybody, also later', () => {
    subscribe({ session: id });
    expect(received()).toEqual(['bo/0', 'bo/1', 'bo/2', 'eve/0']);
    subscribe({ session: id, participants: [] });
    room.enter('fay');
    room.publish('fay', '0:audio');
    expect(received()).toEqual(['bo/0', 'bo/1', 'bo/2', 'eve/0', 'fay/0']);
    subscribe({ participants: [] });
    expect(received()).toEqual([]);
  });

  it('[P16] what is said replaces all that was said before', () => {
    subscribe({ participants: [{ participant: 'bo' }] });
    subscribe({ participants: [{ participant: 'eve' }] });
    expect(received()).toEqual(['eve/0']);
    const before = room.state;
    expect(refusal(subscribe({ session: 'another' }))).toBe('session_not_found');
    expect(refusal(room.add('fay', { session: 'another' }))).toBe('session_not_found');
    expect(refusal(room.input({ type: 'subscribe', participant: 'nobody', subscriptions: {} }))).toBe('participant_not_found');
    expect(room.state).toBe(before);
  });

  it('[P17] never oneself', () => {
    subscribe({ session: id });
    room.publish('anna', '0:audio');
    expect(received()).not.toContain('anna/0');
    subscribe({ participants: [{ participant: 'anna' }] });
    expect(received()).toEqual([]);
  });

  it('[P18] the worker is told when it changes, and only then', () => {
    subscribe({ session: id });
    const before = room.asks.length;
    subscribe({ participants: [{ participant: 'bo' }, { participant: 'eve' }] });
    room.input({ type: 'update', from: from('bo'), mid: '0', muted: true, n: 1 });
    room.input({ type: 'away', connection: 'bo-laptop-1' });
    expect(room.asks).toHaveLength(before);
    room.input({ type: 'leave', from: from('bo') });
    expect(room.asks.slice(before)).toEqual([
      { type: 'leave', participant: 'bo' },
      { type: 'subscribe', participant: 'anna', streams: [{ participant: 'eve', mid: '0' }] },
    ]);
  });

  it('[P45] data go from those who may publish to those who are subscribed to them, if both have joined with data channels', () => {
    room.add('fay', { participants: [{ participant: 'bo', aliases: ['screen'] }] }, []);
    room.join('fay', 'fay', true);
    expect(room.hears).toEqual(new Map([['fay', []]]));
    room.join('bo', 'bo', true);
    room.join('eve', 'eve', true);
    expect(room.hears).toEqual(
      new Map(
        [
          ['fay', ['bo']],
          ['bo', []],
          ['eve', []],
        ].map(([name, from]) => [name as string, from as string[]]),
      ),
    );
    subscribe({ session: id });
    room.input({ type: 'subscribe', participant: 'eve', subscriptions: { session: id } });
    expect(room.hears.get('eve')).toEqual(['bo']);
    expect(room.hears.has('anna')).toBe(false);
    const before = room.asks.length;
    room.publish('bo', '0:audio 1:video:camera');
    expect(room.asks.slice(before).filter(({ type }) => type === 'hear')).toEqual([]);
    room.input({ type: 'leave', from: from('bo') });
    expect(room.hears).toEqual(
      new Map<string, string[]>([
        ['fay', []],
        ['eve', []],
      ]),
    );
  });

  it('[P45] the worker hears of it before anything else, and takes a section for it where it may be', () => {
    room.publish('eve', '0:audio');
    const joined = (who: string, publish: readonly StreamKind[]): string[] => {
      room.add(who, { session: id }, publish);
      const before = room.asks.length;
      room.join(who, who, true);
      return room.asks.slice(before).map(({ type }) => type);
    };
    expect(joined('fay', ['audio'])).toEqual(['hear', 'subscribe']);
    room.publish('fay', '0:audio');
    expect(room.asks.findLast(({ type }) => type === 'publish')).toMatchObject({
      participant: 'fay',
      allowed: ['audio', 'data'],
    });
    expect(joined('gil', [])).toEqual(['hear', 'subscribe']);
    room.publish('gil', '');
    expect(room.asks).toContainEqual(expect.objectContaining({ type: 'publish', participant: 'gil', allowed: [] }));
  });

  it('[P45] the next worker is told again', () => {
    room.join('bo', 'bo', true);
    const before = room.asks.length;
    room.input({ type: 'lost' });
    expect(room.asks.slice(before)).toEqual([{ type: 'close' }, { type: 'hear', participant: 'bo', from: [] }]);
  });

  it('[P19] offers and answers pass between the page and the worker', () => {
    const streams = [{ participant: 'bo', mid: '0', section: '3' }];
    const offer = { type: 'offer', participant: 'anna', joins: 1, revision: 7, offer: 'sdp', streams } as const;
    expect(room.input(offer)).toEqual([
      {
        type: 'send',
        to: { user: 'anna', connection: 'anna-laptop-1' },
        event: { type: 'session_offer', session: id, revision: 7, offer: 'sdp', streams },
      },
    ]);
    expect(room.input({ type: 'answer', from: from('anna'), revision: 7, answer: 'sdp' })).toEqual([
      { type: 'media', ask: { type: 'answer', participant: 'anna', revision: 7, answer: 'sdp' } },
    ]);
    expect(room.input({ type: 'restart', from: from('anna') })).toEqual([
      { type: 'reply', ok: {} },
      { type: 'media', ask: { type: 'restart', participant: 'anna' } },
    ]);
    room.input({ type: 'leave', from: from('anna') });
    expect(room.input(offer)).toEqual([]);
    // Of the time before.
    room.join('anna');
    expect(room.input(offer)).toEqual([]);
    const before = room.state;
    room.input({ type: 'transport', participant: 'anna', joins: 1, side: 'publish', state: 'connected' });
    expect(room.state).toBe(before);
  });

  it('[P20] one looks only at what one receives', () => {
    subscribe({ participants: [{ participant: 'bo' }] });
    expect(look('bo')).toMatchObject([
      { ask: { type: 'look', participant: 'anna', stream: { participant: 'bo', mid: '0' }, width: 320 } },
    ]);
    expect(look('eve')).toEqual([]);
  });

  it('[P29] messages of applications reach whom they are for', () => {
    const send = (to?: string) => told(room.input({ type: 'data', from: from('anna'), to, data: { raised: true } }));
    expect(send()).toEqual(['bo session_data', 'eve session_data']);
    expect(send('eve')).toEqual(['eve session_data']);
    expect(send('anna')).toEqual([]);
    expect(send('nobody')).toEqual([]);
    expect(told(room.input({ type: 'data', from: from('stranger'), data: 1 }))).toEqual([]);
  });

  it('[P29] all hear who speaks', () => {
    expect(told(room.input({ type: 'speaker', participant: 'bo' }))).toEqual([
      'bo session_speaker',
      'eve session_speaker',
      'anna session_speaker',
    ]);
    expect(room.input({ type: 'speaker', participant: 'bo' })).toEqual([]);
    room.input({ type: 'leave', from: from('bo') });
    expect(room.open.speaker).toBeUndefined();
    expect(room.input({ type: 'speaker', participant: 'bo' })).toEqual([]);
  });
});

describe('the end', () => {
  beforeEach(() => {
    room.create().enter('anna');
    room.enter('bo');
    room.publish('anna', '0:audio');
  });

  it('[P21] who leaves is gone at once', () => {
    const effects = room.input({ type: 'leave', from: from('anna') });
    expect(effects[0]).toEqual({ type: 'reply', ok: {} });
    expect(room.receives).toEqual(new Map([['bo', []]]));
    expect(room.input({ type: 'leave', from: from('anna') })).toEqual([{ type: 'reply', ok: {} }]);
    expect(refusal(room.join('anna'))).toBeUndefined();
  });

  it('[P22] a page that has left has a moment to join again, and its connection alone is no sign of it', () => {
    transport('connected');
    room.input({ type: 'away', connection: 'anna-laptop-1', left: true });
    const { now } = room;
    room.input({ type: 'back', connection: 'anna-laptop-1' });
    expect(sessionMachine.deadline(room.state)).toBe(now + sessionLimits.participantLeftMs);
    room.join('anna');
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    room.input({ type: 'away', connection: 'anna-laptop-1', left: true });
    expect(told(room.wait())).toEqual(['anna lost', 'bo anna left']);
  });

  it('[P22] another page with the connection of one whose socket was lost is no sign of it either', () => {
    room.input({ type: 'away', connection: 'anna-laptop-1' });
    expect(room.input({ type: 'away', connection: 'anna-laptop-1', left: true })).toEqual([]);
    const { now } = room;
    room.input({ type: 'back', connection: 'anna-laptop-1' });
    expect(sessionMachine.deadline(room.state)).toBe(now + sessionLimits.participantLeftMs);
  });

  it('[P22] signalling alone can be gone while there are media', () => {
    transport('connected');
    room.input({ type: 'away', connection: 'anna-laptop-1' });
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    transport('failed');
    expect(sessionMachine.deadline(room.state)).toBe(room.now + sessionLimits.participantLostMs);
    room.input({ type: 'tick' }, sessionLimits.participantLostMs - 1);
    expect(room.here).toEqual(['anna', 'bo']);
    room.wait();
    expect(room.here).toEqual(['bo']);
  });

  it('[P22] without media it is lost after a while, or with its connection', () => {
    room.input({ type: 'away', connection: 'anna-laptop-1' });
    room.wait();
    expect(room.here).toEqual(['bo']);
    room.join('anna');
    expect(told(room.input({ type: 'gone', connection: 'anna-laptop-1' }))).toEqual(['bo anna left']);
  });

  it('[P23] media alone can be gone for a while', () => {
    transport('failed');
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    transport('connected');
    transport('connected', 'subscribe');
    transport('failed');
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    transport('disconnected', 'subscribe');
    expect(sessionMachine.deadline(room.state)).toBe(room.now + sessionLimits.sessionMediaMs);
    transport('connected');
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    transport('failed');
    expect(told(room.wait())).toEqual(['anna lost', 'bo anna left']);
  });

  it('[P24] for all, by whoever runs it', () => {
    const effects = room.input({ type: 'end' });
    expect(effects[0]).toEqual({ type: 'reply', ok: {} });
    expect(told(effects)).toEqual(['anna ended', 'bo ended']);
    expect(room.asks.at(-1)).toEqual({ type: 'close' });
    expect(room.state).toEqual({ kind: 'over', id, cause: 'ended' });
    expect(refusal(room.join('anna'))).toBe('session_not_found');
    expect(room.input({ type: 'end' })).toEqual([{ type: 'reply', ok: {} }]);
  });

  it('[P24] some time after everybody has left', () => {
    room.input({ type: 'leave', from: from('anna') });
    room.input({ type: 'leave', from: from('bo') });
    expect(sessionMachine.deadline(room.state)).toBe(room.now + sessionLimits.sessionEmptyMs);
    room.join('anna');
    expect(sessionMachine.deadline(room.state)).toBe(room.open.endsAt);
    room.input({ type: 'leave', from: from('anna') });
    room.wait();
    expect(room.state).toEqual({ kind: 'over', id, cause: 'empty' });
  });

  it('[P24] when it has lasted long enough, whoever is there', () => {
    const waiting = new Drive().create();
    expect(sessionMachine.deadline(waiting.state)).toBe(waiting.now + sessionLimits.sessionMs);
    expect(told(room.wait())).toEqual(['anna timeout', 'bo timeout']);
  });

  it('[P25] when the worker is lost all publish anew', () => {
    transport('connected');
    const before = room.asks.length;
    expect(told(room.input({ type: 'lost' }))).toEqual(['anna session_republish', 'bo session_republish']);
    expect(room.asks.slice(before)).toEqual([{ type: 'close' }]);
    expect(room.open.participants['anna']?.here).toMatchObject({ ways: {}, streams: [] });
    expect(told(room.publish('anna', '0:audio'))).toEqual(['bo anna: 0']);
    expect(room.receives.get('bo')).toEqual(['anna/0']);
  });

  it('[P26] after a restart the worker lets go', () => {
    expect(sessionMachine.recover(room.state, room.now)).toEqual([{ type: 'media', ask: { type: 'close' } }]);
    room.input({ type: 'end' });
    expect(sessionMachine.recover(room.state, room.now)).toEqual([]);
  });
});

it('[P36] somebody is told how it sounds whenever that is another word', () => {
  const drive = new Drive().create();
  drive.enter('anna');
  const measured = { mos: 4.3, loss: 0, jitterMs: 2, roundTripMs: 20, rating: 'good' } as const;
  const hear = (quality: PresenceQuality) => told(drive.input({ type: 'quality', participant: 'anna', joins: 1, quality }));
  expect(hear({ sends: measured })).toEqual(['anna session_quality']);
  expect(hear({ sends: { ...measured, mos: 4.2 } })).toEqual([]);
  expect(drive.open.participants['anna']?.here?.quality?.sends?.mos).toBe(4.2);
  expect(hear({ sends: { ...measured, rating: 'bad' }, receives: measured })).toEqual(['anna session_quality']);
  expect(told(drive.input({ type: 'quality', participant: 'anna', joins: 2, quality: {} }))).toEqual([]);
  expect(told(drive.input({ type: 'quality', participant: 'bo', joins: 1, quality: {} }))).toEqual([]);
});

it('[P47] whoever runs the session is told which keys somebody presses, and nobody else is', () => {
  const drive = new Drive().create();
  drive.enter('anna');
  drive.enter('bo');
  const pressed = { type: 'digit', participant: 'anna', joins: 1, digit: '#' } as const;
  expect(drive.input(pressed)).toEqual([{ type: 'announce', event: 'participant.digit', participant: 'anna', digit: '#' }]);
  expect(drive.input({ ...pressed, joins: 2 })).toEqual([]);
  expect(drive.input({ ...pressed, participant: 'carla' })).toEqual([]);
});

it('[P46] somebody is told that what they send is dropped, and so is whoever runs the session', () => {
  const drive = new Drive().create();
  drive.enter('anna');
  drive.publish('anna', '0:audio 1:video');
  const dropped = { type: 'dropped', participant: 'anna', joins: 1, code: 'bitrate_exceeded' } as const;
  const effects = drive.input({ ...dropped, mid: '1' });
  expect(effects).toMatchObject([
    { type: 'send', event: { type: 'session_dropped', code: 'bitrate_exceeded', mid: '1' } },
    { type: 'announce', event: 'stream.dropped', participant: 'anna', stream: { mid: '1' }, code: 'bitrate_exceeded' },
  ]);
  expect(told(drive.input({ ...dropped, code: 'source_refused' }))).toEqual(['anna session_dropped']);
  expect(drive.input({ ...dropped, joins: 2 })).toEqual([]);
  expect(drive.input({ ...dropped, participant: 'bo' })).toEqual([]);
});

it('[P48] somebody is told how much of a picture is watched', () => {
  const drive = new Drive().create();
  drive.enter('anna');
  drive.publish('anna', '0:audio 1:video');
  const watched = { type: 'watched', participant: 'anna', joins: 1, mid: '1', encodings: 0 } as const;
  expect(drive.input(watched)).toMatchObject([
    { type: 'send', to: { user: 'anna' }, event: { type: 'session_watched', session: 'standup', mid: '1', encodings: 0 } },
  ]);
  expect(drive.input({ ...watched, joins: 2 })).toEqual([]);
  expect(drive.input({ ...watched, participant: 'bo' })).toEqual([]);
});
