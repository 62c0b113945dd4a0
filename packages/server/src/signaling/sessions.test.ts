import { sessionLimits, serverLimits } from '@offhook/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { WordsMedia } from '../engine/media.fixture.ts';
import { SystemHash } from '../system/hash.ts';
import { Site } from './signaling.fixture.ts';
import type { Received, Tab } from './signaling.fixture.ts';

const session = 'standup';
const digest = (token: string): string => new SystemHash('the key of this installation').digest(token);

let media: WordsMedia;
let site: Site;
beforeEach(() => {
  media = new WordsMedia();
  site = new Site(undefined, { media });
});

async function join(tab: Tab, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reply = await tab.ask({ type: 'session_join', session, ...more });
  const { participant } = (reply?.ok ?? {}) as { readonly participant?: string };
  return participant ?? `refused: ${reply?.error?.code}`;
}
const publish = (tab: Tab, offer: string): Promise<Received | undefined> =>
  tab.ask({
    type: 'session_publish',
    session,
    offer,
    streams: offer.split(' ').map((one) => ({ mid: one.split(':')[0], kind: one.split(':')[1] ?? 'audio' })),
  });
const order: Site['sessions']['order'] = (...args) => site.sessions.order(...args);
/** What a page was told, without numbers. */
const told = (tab: Tab, type: string): Received[] => tab.received.filter((message) => message.type === type);

describe('a session of those who come by themselves', () => {
  let alice: Tab;
  let bob: Tab;
  let [a, b] = ['', ''];
  beforeEach(async () => {
    alice = await site.signIn('alice-1');
    bob = await site.signIn('bob-1');
    a = await join(alice);
    b = await join(bob);
  });

  it('lets them hear and see one another', async () => {
    expect(told(alice, 'session_participant')).toMatchObject([
      { change: 'joined', participant: { participant: b, user: { address: 'bob' } } },
    ]);
    const published = await publish(alice, '0:audio 1:video');
    expect(published?.ok).toEqual({ answer: 'answer to 0:audio 1:video' });
    expect(told(bob, 'session_streams')).toMatchObject([
      {
        participant: a,
        streams: [
          { mid: '0', kind: 'audio' },
          { mid: '1', kind: 'video' },
        ],
      },
    ]);
    const [offer] = told(bob, 'session_offer');
    expect(offer).toMatchObject({
      session,
      revision: 1,
      offer: `${a}/0 ${a}/1`,
      streams: [{ participant: a, mid: '0', section: '0' }, {}],
    });
    expect((await bob.ask({ type: 'session_answer', session, revision: 1, answer: 'yes' }))?.ok).toEqual({});
    expect((await bob.ask({ type: 'session_answer', session, revision: 0, answer: 'yes' }))?.error?.code).toBe('stale_offer');
    expect((await bob.ask({ type: 'session_restart', session }))?.ok).toEqual({});
    expect(told(bob, 'session_offer').at(-1)).toMatchObject({ revision: 2 });
  });

  it('answers why an offer is not taken', async () => {
    expect((await publish(alice, 'nonsense'))?.error?.code).toBe('description_refused');
    expect(told(bob, 'session_streams')).toEqual([]);
  });

  it('answers an offer once the worker has, and goes on meanwhile', async () => {
    const taken = Promise.withResolvers<void>();
    media.gate = taken.promise;
    const waiting = publish(alice, '0:audio');
    bob.say({ type: 'session_data', session, data: { raised: true } });
    await settled();
    expect(told(alice, 'session_data')).toMatchObject([{ from: b, data: { raised: true } }]);
    expect(await waiting).toBeUndefined();
    taken.resolve();
    await settled();
    expect(alice.received.at(-1)).toMatchObject({ ok: { answer: 'answer to 0:audio' } });
  });

  it('passes on what is muted, looked at and said', async () => {
    await publish(alice, '0:audio');
    await alice.ask({ type: 'session_update', session, mid: '0', muted: true, n: 1 });
    expect(told(bob, 'session_streams').at(-1)).toMatchObject({ streams: [{ muted: true, n: 1 }] });
    bob.say({ type: 'session_look', session, stream: { participant: a, mid: '0' }, width: 200 });
    await settled();
    expect(media.asked).toContain(`look ${b}: ${a}/0 200`);
    alice.say({ type: 'session_data', session, to: b, data: 1 });
    await settled();
    expect(told(bob, 'session_data')).toMatchObject([{ from: a, data: 1 }]);
    media.tell({ type: 'speaker', session, participant: a });
    expect(told(bob, 'session_speaker')).toMatchObject([{ participant: a }]);
  });

  it('tells who leaves, and forgets the session some time after the last', async () => {
    expect((await bob.ask({ type: 'session_leave', session }))?.ok).toEqual({});
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({ change: 'left', participant: { participant: b } });
    await alice.ask({ type: 'session_leave', session });
    expect((await site.store.liveSessions()).map(({ kind }) => kind)).toEqual(['open']);
    await site.clock.advance(sessionLimits.sessionEmptyMs);
    expect(await site.store.liveSessions()).toEqual([]);
    expect(media.asked).toContain(`close ${session}`);
    const late = await site.signIn('alice-1');
    expect((await late.ask({ type: 'session_leave', session }))?.ok).toEqual({});
    expect((await late.ask({ type: 'session_restart', session }))?.error?.code).toBe('session_not_found');
  });

  it('keeps the place of a page whose socket is lost, and that of one that is loaded again', async () => {
    await publish(bob, '0:audio');
    bob.lose();
    await settled();
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({
      change: 'changed',
      participant: { participant: b, away: true },
    });
    const { welcome } = bob as Awaited<ReturnType<Site['signIn']>>;
    const again = site.open();
    expect((await again.hello('bob-1', { resume: welcome.resume, seq: welcome.seq })).resumed).toBe(true);
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({ participant: { away: false, streams: [{ mid: '0' }] } });
    again.leave();
    const reloaded = site.open();
    await reloaded.hello('bob-1', { resume: welcome.resume });
    expect(await join(reloaded)).toBe(b);
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({
      change: 'changed',
      participant: { participant: b, away: false, streams: [] },
    });
    await site.clock.advance(sessionLimits.participantLeftMs);
    expect((await site.store.liveSessions())[0]).toHaveProperty(['participants', b]);
  });

  it.each([
    ['says goodbye', async (): Promise<void> => void (await bob.ask({ type: 'bye' }))],
    ['is away for too long', async (): Promise<void> => (bob.lose(), site.clock.advance(sessionLimits.participantLostMs))],
    [
      'can be resumed no more, whatever its media',
      async (): Promise<void> => {
        media.tell({ type: 'transport', session, participant: b, side: 'publish', state: 'connected' });
        bob.lose();
        await site.clock.advance(sessionLimits.participantLostMs);
        expect(told(alice, 'session_participant').at(-1)).toMatchObject({ change: 'changed' });
        await site.clock.advance(serverLimits.resumeMs + serverLimits.pingMs);
      },
    ],
  ])('lets go of a page that %s', async (_, go) => {
    await go();
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({ change: 'left', participant: { participant: b } });
  });

  it('lets go of a page that is gone before it has come in', async () => {
    const carol = await site.signIn('carol-1');
    carol.say({ type: 'session_join', id: 'join', session });
    carol.leave();
    await settled();
    await site.clock.advance(sessionLimits.participantLeftMs);
    expect(told(alice, 'session_participant').at(-1)).toMatchObject({
      change: 'left',
      participant: { user: { address: 'carol' } },
    });
  });

  it('asks everybody to publish anew when its worker is lost', async () => {
    await publish(alice, '0:audio');
    media.receives.clear();
    media.tell({ type: 'lost', session });
    for (const tab of [alice, bob]) await expect.poll(() => told(tab, 'session_republish')).toMatchObject([{ session }]);
    await publish(alice, '0:audio');
    // Under another name each, so that nothing of the time before is taken for what is now.
    expect(media.receives.get(`${session} ${b}~2`)).toEqual([`${a}~2/0`]);
  });

  it('is there after a restart, for those who come back', async () => {
    await publish(alice, '0:audio');
    const { welcome } = alice as Awaited<ReturnType<Site['signIn']>>;
    const next = new Site(site.disk, { media: (media = new WordsMedia()) });
    await next.sessions.start();
    expect(new Set(media.asked)).toEqual(new Set([`close ${session}`]));
    const again = next.open();
    expect((await again.hello('alice-1', { resume: welcome.resume, seq: welcome.seq })).resumed).toBe(false);
    const reply = await again.ask({ type: 'session_join', session });
    expect(reply?.ok).toMatchObject({
      participant: a,
      view: { participants: [{ streams: [] }, { participant: b, away: true }] },
    });
    await publish(again, '0:audio');
    await next.clock.advance(sessionLimits.participantLostMs);
    expect(told(again, 'session_participant').at(-1)).toMatchObject({ change: 'left', participant: { participant: b } });
  });

  it('takes somebody into a few sessions at once', async () => {
    for (let n = 1; n < sessionLimits.sessionsPerUser; n += 1)
      expect(await join(alice, { session: `room-${n}` })).not.toMatch(/^refused/);
    expect(await join(alice, { session: 'one-more' })).toBe('refused: too_many_sessions');
    expect(await join(alice)).toBe(a);
    await alice.ask({ type: 'session_leave', session });
    expect(await join(alice, { session: 'one-more' })).not.toMatch(/^refused/);
  });

  it('takes somebody into no more sessions where they join all at once', async () => {
    const joins = Array.from({ length: sessionLimits.sessionsPerUser + 4 }, (_, n) => join(alice, { session: `at-once-${n}` }));
    const refused = (await Promise.all(joins)).filter((outcome) => outcome === 'refused: too_many_sessions');
    // In one she is already.
    expect(refused).toHaveLength(5);
  });
});

describe('a session of those who are added', () => {
  beforeEach(async () => {
    await order(session, { type: 'create', access: 'added', most: 20 });
    await site.store.commit(
      ['p-1', 'p-2'].map((id) => ({
        type: 'participant',
        participant: { id, tokenDigest: digest(`token of ${id}`), publish: ['audio'] as const, record: false, madeAt: 1 },
      })),
    );
    await order(session, { type: 'add', participant: { id: 'p-1', publish: ['audio'] }, subscriptions: { session } });
  });

  it('lets in whoever has a token of it', async () => {
    const alice = await site.signIn('alice-1');
    expect(await join(alice)).toBe('refused: session_not_found');
    expect(await join(alice, { token: 'made up' })).toBe('refused: session_not_found');
    expect(await join(alice, { token: 'token of p-2' })).toBe('refused: session_not_found');
    expect(await join(alice, { token: 'token of p-1' })).toBe('p-1');
    expect((await publish(alice, '0:audio 1:video'))?.error?.code).toBe('publish_refused');
    const bob = await site.signIn('bob-1');
    expect(await join(bob, { token: 'token of p-1' })).toBe('refused: participant_here');
    const second = await site.signIn('alice-1');
    expect(await join(second, { token: 'token of p-1' })).toBe('p-1');
    expect(told(alice, 'session_ended')).toMatchObject([{ session, cause: 'replaced' }]);
  });

  it('has a participant in one session at a time', async () => {
    await order('other', { type: 'create', access: 'added', most: 20 });
    const add = { type: 'add', participant: { id: 'p-1', publish: [] }, subscriptions: {} } as const;
    expect(await order('other', add)).toBe('participant_elsewhere');
    expect(site.sessions.sessionOf('p-1')?.id).toBe(session);
    await order(session, { type: 'remove', participant: 'p-1' });
    expect(site.sessions.sessionOf('p-1')).toBeUndefined();
    expect(await order('nowhere', add)).toBe('session_not_found');
    expect(await order('other', add)).toBeUndefined();
    expect(site.sessions.sessionOf('p-1')?.id).toBe('other');
  });

  it('ends for all', async () => {
    const alice = await site.signIn('alice-1');
    await join(alice, { token: 'token of p-1' });
    expect(await order(session, { type: 'end' })).toBeUndefined();
    expect(told(alice, 'session_ended')).toMatchObject([{ cause: 'ended' }]);
    expect(site.sessions.session(session)).toBeUndefined();
    expect(await site.store.liveSessions()).toEqual([]);
  });
});

it('is not to be had where no worker is', async () => {
  const without = new Site();
  const alice = await without.signIn('alice-1');
  expect(await join(alice)).toBe('refused: media_unavailable');
});

it('is for those alone whose token allows it', async () => {
  const alice = await site.signIn('alice-1');
  const { connection } = alice.link;
  if (connection === undefined) throw new Error('not signed in');
  const { pass } = connection;
  connection.pass = { ...pass, grants: { ...pass.grants, sessions: ['team-*'] } };
  expect(await join(alice)).toBe('refused: forbidden');
  expect(await join(alice, { session: 'team-1' })).not.toMatch(/^refused/);
});

it('changes nothing that cannot be stored', async () => {
  const alice = await site.signIn('alice-1');
  const fails = vi.spyOn(site.store, 'commit').mockRejectedValue(new Error('the disk failed'));
  expect(await join(alice)).toBe('refused: store_failed');
  fails.mockRestore();
  expect(site.sessions.live).toBe(0);
  expect(await join(alice)).not.toMatch(/^refused/);
});
