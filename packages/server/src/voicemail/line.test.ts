import type { CallId } from '@offhook/core';
import { voicemailPerson } from '@offhook/core';
import { beforeEach, expect, it } from 'vitest';
import { answer, from, invite, offer, quiet, settled, user, World } from '../engine/engine.fixture.ts';
import type { IvrEvent, IvrMedia } from '../ports/voicemail.ts';
import { VoicemailLine } from './line.ts';

const asked = 'call-of-bob-to-the-voicemail';
const first = 'call-of-alice-and-bob';
const into = 'call-of-alice-and-the-voicemail';

let world: World;
/** What media workers were asked for, and messages that were begun and kept. */
let done: string[];
/** Whether the mailbox has room. */
let room: () => Promise<boolean>;
let tell: (call: CallId, event: IvrEvent) => void;

beforeEach(async () => {
  world = new World();
  done = [];
  room = () => Promise.resolve(true);
  const media: IvrMedia = {
    answerIvr: (call, sdp) => {
      done.push(`answer ${call} ${sdp}`);
      return Promise.resolve('answer of the voicemail');
    },
    play: () => undefined,
    recordIvr: () => Promise.resolve(),
    recordedIvr: () => Promise.resolve(2_000),
    endIvr: (call) => done.push(`end ${call}`),
    onIvr: (listener) => (tell = listener),
  };
  const line = new VoicemailLine({
    store: world.store,
    bus: world.bus,
    switchboard: world.engine,
    clock: world.clock,
    log: quiet,
    media,
    desk: {
      recover: () => Promise.resolve(),
      hasRoom: () => room(),
      begin: (of: string, by: { address: string }, call: CallId) => {
        done.push(`begin ${of} ${by.address}`);
        return Promise.resolve({ id: call, folder: '' });
      },
      keep: (id: string) => Promise.resolve(void done.push(`keep ${id}`)),
    } as never,
    greetings: { sound: () => Promise.resolve(undefined) },
    prompts: (name) => ({ file: name }),
  });
  await line.start();
  await world.signIn('alice', 'bob');
  // Alice talks with Bob, who asks the voicemail of Carol.
  await world.ask(from('alice'), invite(first, 'bob'));
  await world.ask(from('bob'), { type: 'accept', call: first, epoch: 1, answer });
  const meant = { origin: { forwardedFrom: { address: 'carol', name: 'carol' } } };
  world.engine.request(from('bob'), { ...invite(asked, voicemailPerson.address), ...meant, id: 'ask' }, () => undefined);
  await settled();
  await settled();
});

const [view] = [() => world.engine.views('alice', 'alice-1-tab')];

it('takes the message of whom somebody leads to it after they have heard it themselves', async () => {
  expect(done).toEqual([`answer ${asked} ${offer.sdp}`]);
  const led = await world.ask(from('bob'), { type: 'transfer', call: first, to: { call: asked }, into });
  expect(led).toMatchObject({ ok: {} });
  expect(view()).toMatchObject([{ call: into, stage: 'active', peer: { address: voicemailPerson.address } }]);
  const described = { type: 'offer', sdp: 'offer of alice', n: 1 } as const;
  await world.ask(from('alice'), { type: 'describe', call: into, epoch: 2, description: described });
  await settled();
  expect(done.slice(1)).toEqual([`end ${asked}`, `answer ${into} offer of alice`]);
  tell(into, { type: 'media', state: 'connected' });
  await settled();
  for (const play of [2, 3]) {
    tell(into, { type: 'played', play: play - 1 });
    await settled();
  }
  expect(done.at(-1)).toBe('begin carol alice');
  await world.ask(from('alice'), { type: 'hangup', call: into });
  await settled();
  expect(done.slice(-2)).toEqual([`keep ${into}`, `end ${into}`]);
});

it('ends a call in which it would have to call somebody', async () => {
  expect(await world.ask(from('bob'), { type: 'transfer', call: asked, to: { call: first }, into })).toMatchObject({ ok: {} });
  await settled();
  expect(world.disk.records.get(into)?.record.cause).toBe('hangup');
  expect(done.at(-1)).toBe(`end ${asked}`);
});

it('is there for nobody who calls it by its address', async () => {
  const call = 'call-of-carol-to-the-voicemail';
  world.disk.apply([{ type: 'new_user', user: user('carol') }]);
  await world.signIn('carol');
  await world.ask(from('carol'), invite(call, voicemailPerson.address));
  await settled();
  expect(world.disk.records.get(call)?.record.cause).toBe('declined');
});

it('takes nothing of whoever hangs up while it looks whether there is room', async () => {
  const call = 'call-that-is-over-at-once';
  const looked = Promise.withResolvers<boolean>();
  room = () => looked.promise;
  const meant = { origin: { forwardedFrom: { address: 'carol', name: 'carol' } } };
  world.engine.request(from('bob'), { ...invite(call, voicemailPerson.address), ...meant, id: 'again' }, () => undefined);
  await settled();
  await world.ask(from('bob'), { type: 'hangup', call });
  looked.resolve(true);
  await settled();
  await settled();
  expect(world.disk.records.get(call)?.record.cause).toBe('cancelled');
  expect(done).not.toContain(`answer ${call} ${offer.sdp}`);
});
