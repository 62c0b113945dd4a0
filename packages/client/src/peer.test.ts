import { describe, expect, it } from 'vitest';
import { FakeStream, FakeTrack } from './fake-media.fixture.ts';
import { Peer } from './peer.ts';
import type { PeerObserver } from './peer.ts';
import { settle, World } from './world.fixture.ts';
import type { FakePeer } from './fake-peer.fixture.ts';
import type { Candidate, Description } from '@offhook/core';

const sound = { audio: true, video: false };

/** One end: a `Peer` and what it tells. Descriptions are delivered when the test says so. */
class End implements PeerObserver {
  readonly world = new World();
  readonly peer: Peer;
  readonly out: Description[] = [];
  readonly said: { candidates: readonly Candidate[]; end: boolean }[] = [];
  readonly failures: unknown[] = [];
  readonly states: string[] = [];

  constructor({ polite = false, held = false }: { polite?: boolean; held?: boolean } = {}) {
    const { platform } = this.world;
    const options = { platform, configuration: {}, epoch: 1, polite, stream: new FakeStream().media };
    this.peer = new Peer(options, held, this);
    // Names of fragments must differ between the ends.
    Object.assign(this.browser, { name: polite ? 'polite' : 'impolite' });
  }

  get browser(): FakePeer {
    return this.world.peer;
  }

  offered(offer: Description): void {
    this.out.push(offer);
  }

  answered(answer: Description): void {
    this.out.push(answer);
  }

  described(description: Description): void {
    this.out.push(description);
  }

  candidates(candidates: readonly Candidate[], end: boolean): void {
    this.said.push({ candidates, end });
  }

  media(state: string): void {
    this.states.push(state);
  }

  tracks(): void {}

  failed(error: unknown, fatal: boolean): void {
    this.failures.push([fatal, error]);
  }

  /** The oldest description that was not delivered yet. */
  take<T extends Description['type']>(type: T): Extract<Description, { type: T }> {
    const next = this.out.shift();
    if (next?.type !== type) throw new Error(`no ${type} is on its way, but ${next?.type}`);
    return next as Extract<Description, { type: T }>;
  }
}

/** Two ends after the first exchange: the caller, and the callee who is polite. */
async function talking(): Promise<{ caller: End; callee: End }> {
  const caller = new End();
  const callee = new End({ polite: true, held: true });
  caller.peer.offer(sound);
  await settle();
  callee.peer.prepare(caller.take('offer'));
  callee.peer.commit();
  await settle();
  caller.peer.describe(callee.take('answer'), false);
  await settle();
  for (const end of [caller, callee]) {
    end.peer.release();
    end.peer.allowNegotiation();
    await settle();
    expect([end.out, end.failures, end.browser.signalingState]).toEqual([[], [], 'stable']);
  }
  return { caller, callee };
}

const candidate = (name: string, usernameFragment: string): Candidate => ({
  candidate: `candidate:${name}`,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment,
});

describe('the first exchange', () => {
  it('agrees on both directions before there is any track, so that a track needs no negotiation', async () => {
    const { caller, callee } = await talking();
    callee.peer.send({ audio: new FakeTrack('audio').media, video: null });
    await settle();
    expect(callee.browser.sending).toEqual(['audio']);
    expect(callee.browser.getTransceivers().map(({ direction }) => direction)).toEqual(['sendrecv']);
    expect([callee.out, caller.out]).toEqual([[], []]);
  });

  it('may be answered so far, by one and another, before it is for good', async () => {
    const caller = new End();
    caller.peer.offer(sound);
    await settle();
    const states: string[] = [];
    for (const [from, type] of [
      ['one', 'pranswer'],
      ['broken', 'pranswer'],
      ['two', 'pranswer'],
      ['two', 'answer'],
    ] as const) {
      const sdp = from === 'broken' ? 'v=0' : `v=0\r\na=ice-ufrag:${from}\r\n`;
      caller.peer.describe({ type, sdp }, false);
      await settle();
      states.push(caller.browser.signalingState);
    }
    expect(states).toEqual(['have-remote-pranswer', 'have-remote-pranswer', 'have-remote-pranswer', 'stable']);
    expect(caller.failures).toEqual([]);
  });

  it('tells that it is connected once it is answered, where it was before', async () => {
    const caller = new End();
    caller.peer.offer(sound);
    await settle();
    const sdp = 'v=0\r\na=ice-ufrag:there\r\n';
    caller.peer.describe({ type: 'pranswer', sdp }, false);
    await settle();
    caller.browser.become('connected');
    caller.states.length = 0;
    caller.peer.describe({ type: 'answer', sdp }, false);
    await settle();
    expect(caller.states).toEqual(['connected']);
  });

  it('sends no offer of its own accord before it is complete', async () => {
    const caller = new End();
    caller.peer.offer(sound);
    await settle();
    caller.take('offer');
    caller.peer.send({ audio: null, video: new FakeTrack('video').media });
    caller.peer.restartIce();
    await settle();
    expect(caller.out).toEqual([]);
    caller.peer.describe({ type: 'answer', sdp: 'v=0\r\na=ice-ufrag:there\r\n' }, false);
    await settle();
    expect(caller.out).toEqual([]);
    caller.peer.allowNegotiation();
    await settle();
    expect(caller.take('offer').sdp).toContain('m=video');
  });

  it('that fails is fatal, a later failure is not', async () => {
    const callee = new End({ polite: true });
    callee.peer.prepare({ type: 'offer', sdp: 'nonsense' });
    await settle();
    expect(callee.failures).toEqual([[true, expect.any(Error)]]);
    const { caller } = await talking();
    caller.peer.describe({ type: 'offer', sdp: 'nonsense' }, false);
    await settle();
    expect(caller.failures).toEqual([[false, expect.any(Error)]]);
  });
});

describe('negotiation', () => {
  it('adds the camera to a call that had none', async () => {
    const { caller, callee } = await talking();
    caller.peer.send({ audio: null, video: new FakeTrack('video').media });
    await settle();
    callee.peer.describe(caller.take('offer'), false);
    await settle();
    caller.peer.describe(callee.take('answer'), false);
    callee.peer.send({ audio: null, video: new FakeTrack('video').media });
    await settle();
    expect(callee.browser.sending).toEqual(['video']);
    expect([caller.out, callee.out]).toEqual([[], []]);
    expect(callee.peer.tracks.map(({ kind }) => kind)).toEqual(['audio', 'video']);
  });

  it('of both at once: the polite side gives way, the other stands, both cameras share one section', async () => {
    const { caller, callee } = await talking();
    for (const { peer } of [caller, callee]) peer.send({ audio: null, video: new FakeTrack('video').media });
    await settle();
    const [offer, crossing] = [caller.take('offer'), callee.take('offer')];
    caller.peer.describe(crossing, false);
    callee.peer.describe(offer, false);
    await settle();
    expect(callee.browser.log).toContain('rollback');
    // The other side may not have heard the offer that stands.
    expect(caller.out).toEqual([offer]);
    callee.peer.describe(caller.take('offer'), false);
    caller.peer.describe(callee.take('answer'), false);
    await settle();
    caller.peer.describe(callee.take('answer'), false);
    await settle();
    expect([caller.browser.signalingState, callee.browser.signalingState]).toEqual(['stable', 'stable']);
    expect([caller.out, callee.out, caller.failures, callee.failures]).toEqual([[], [], [], []]);
    for (const { browser } of [caller, callee]) {
      expect(browser.getTransceivers()).toHaveLength(2);
      expect(browser.sending).toEqual(['video']);
    }
  });

  it('never begins an operation while another is under way', async () => {
    const { caller, callee } = await talking();
    const gate = Promise.withResolvers<void>();
    callee.browser.gate = gate.promise;
    caller.peer.restartIce();
    await settle();
    callee.peer.describe(caller.take('offer'), false);
    callee.peer.restartIce();
    callee.peer.addCandidates([candidate('a', caller.browser.ufrag)], true);
    callee.peer.send({ audio: null, video: new FakeTrack('video').media });
    await settle();
    expect(callee.out).toEqual([]);
    gate.resolve();
    await settle();
    expect(callee.failures).toEqual([]);
    callee.take('answer');
    expect(callee.take('offer').sdp).toContain('m=video');
    expect(callee.browser.candidates).toContainEqual(candidate('a', caller.browser.ufrag));
  });

  it('ignores an answer to an offer that was taken back', async () => {
    const { caller } = await talking();
    caller.peer.describe({ type: 'answer', sdp: 'v=0\r\na=ice-ufrag:late\r\n' }, false);
    await settle();
    expect(caller.failures).toEqual([]);
  });

  it('offers once more what the other side may have lost, and its candidates', async () => {
    const { caller } = await talking();
    caller.peer.repeat(true);
    await settle();
    expect(caller.out).toEqual([]);
    caller.browser.gather('a');
    await caller.world.clock.pass(200);
    caller.peer.restartIce();
    await settle();
    const offer = caller.take('offer');
    caller.browser.gather('b');
    await caller.world.clock.pass(200);
    caller.said.length = 0;
    caller.peer.repeat(true);
    await caller.world.clock.pass(200);
    expect(caller.out).toEqual([offer]);
    expect(caller.said).toEqual([{ candidates: [candidate('b', caller.browser.ufrag)], end: false }]);
  });
});

describe('candidates of the other side', () => {
  it('wait for the description of their generation', async () => {
    const callee = new End({ polite: true });
    const early = candidate('early', 'gen1');
    callee.peer.addCandidates([early, candidate('next', 'gen2')], false);
    await settle();
    expect(callee.browser.candidates).toEqual([]);
    callee.peer.prepare({ type: 'offer', sdp: 'v=0\r\nm=audio 0\r\na=ice-ufrag:gen1\r\n' });
    await settle();
    expect(callee.browser.candidates).toEqual([early]);
    callee.peer.commit();
    callee.peer.describe({ type: 'offer', sdp: 'v=0\r\nm=audio 0\r\na=ice-ufrag:gen2\r\n' }, false);
    callee.peer.addCandidates([candidate('late', 'gen1')], false);
    callee.peer.addCandidates([candidate('last', 'gen2')], true);
    await settle();
    expect(callee.browser.candidates.slice(1)).toEqual([
      candidate('next', 'gen2'),
      candidate('last', 'gen2'),
      { candidate: '', usernameFragment: 'gen2' },
    ]);
    expect(callee.failures).toEqual([]);
  });

  it('are not used while it rings, those written into the offer included', async () => {
    const callee = new End({ polite: true, held: true });
    const inline = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host';
    callee.peer.prepare({
      type: 'offer',
      sdp: `v=0\r\nm=audio 0\r\na=ice-ufrag:gen1\r\n${inline}\r\na=end-of-candidates\r\n`,
    });
    callee.peer.addCandidates([candidate('trickled', 'gen1')], false);
    await settle();
    expect(callee.take('answer').sdp).toContain('m=audio');
    // Not before the answer is set does a browser gather candidates.
    expect([callee.browser.candidates, callee.browser.localDescription]).toEqual([[], null]);
    callee.peer.commit();
    await settle();
    expect([callee.browser.candidates, callee.browser.signalingState]).toEqual([[], 'stable']);
    callee.peer.release();
    await settle();
    expect(callee.browser.candidates).toEqual([
      { candidate: inline.slice(2), sdpMLineIndex: 0, usernameFragment: 'gen1' },
      candidate('trickled', 'gen1'),
    ]);
  });
});

describe('candidates of this side', () => {
  it('go out after the description, few messages for many, and say when there are no more', async () => {
    const { caller, callee } = await talking();
    const { world, browser, said } = callee;
    for (let count = 0; count < 40; count += 1) browser.gather(`c${count}`);
    await world.clock.pass(20);
    expect(said.map(({ candidates, end }) => [candidates.length, end])).toEqual([
      [32, false],
      [8, false],
    ]);
    browser.gather('x');
    browser.gather();
    await world.clock.pass(90);
    expect(said).toHaveLength(2);
    await world.clock.pass(10);
    expect(said[2]).toEqual({ candidates: [candidate('x', browser.ufrag)], end: true });
    expect(caller.said).toEqual([]);
  });

  it('are void when a restart begins a new generation', async () => {
    const { caller } = await talking();
    caller.browser.gather('old');
    caller.browser.gather();
    await caller.world.clock.pass(200);
    caller.peer.restartIce();
    await settle();
    caller.browser.gather('new');
    caller.browser.gather();
    await caller.world.clock.pass(200);
    expect(caller.said.map(({ candidates, end }) => [candidates.map((one) => one.candidate), end])).toEqual([
      [['candidate:old'], true],
      [['candidate:new'], true],
    ]);
  });
});

describe('a closed peer connection', () => {
  it('does nothing more, whatever was under way', async () => {
    const { caller, callee } = await talking();
    caller.browser.gate = new Promise(() => {});
    caller.peer.restartIce();
    await settle();
    caller.browser.gather('a');
    caller.peer.close();
    caller.peer.describe({ type: 'offer', sdp: 'v=0\r\na=ice-ufrag:x\r\n' }, false);
    caller.peer.addCandidates([candidate('b', callee.browser.ufrag)], true);
    caller.peer.send({ audio: new FakeTrack('audio').media, video: new FakeTrack('video').media });
    caller.peer.repeat(true);
    caller.peer.restartIce();
    caller.peer.setIceServers([]);
    caller.browser.gather('c');
    caller.browser.become('failed');
    await caller.world.clock.pass(1_000);
    expect([caller.out, caller.said, caller.failures, caller.states]).toEqual([[], [], [], []]);
  });
});
