import type { CallView } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import { connect } from './connect.ts';
import { OffhookError } from './errors.ts';
import { FakeStream, FakeTrack } from './fake-media.fixture.ts';
import type { Phone } from './phone.ts';
import { settle, welcome, World } from './world.fixture.ts';

const sdp = 'v=0\r\nm=audio 0 sendrecv\r\na=ice-ufrag:there\r\n';
const offer = { type: 'offer' as const, sdp };
const answer = { type: 'answer' as const, sdp };
const bo = { address: 'bo', name: 'Bo' };
const still = { n: 0, held: false, muted: false, camera: false };

function view(change: Partial<CallView> = {}): CallView {
  return {
    call: 'call-of-bo-0123456789',
    role: 'callee',
    peer: bo,
    stage: 'ringing',
    here: false,
    media: { audio: true, video: false },
    epoch: 1,
    offer,
    candidates: [],
    end: false,
    ringMs: 45_000,
    waiting: false,
    rings: false,
    away: false,
    mine: still,
    theirs: still,
    ...change,
  };
}

/** A page with a phone that is online. */
class Page {
  readonly world: World;
  readonly phone: Phone;

  constructor(world: World, phone: Phone) {
    this.world = world;
    this.phone = phone;
  }

  static async open(world = new World(), change: Parameters<World['welcome']>[0] = {}): Promise<Page> {
    const opening = connect({ token: 'secret' }, world.platform);
    await world.welcome(change);
    return new Page(world, await opening);
  }

  async happens(event: object): Promise<void> {
    this.world.seq += 1;
    this.world.socket.give({ seq: this.world.seq, ...event });
    await settle();
  }

  /** It rings. */
  async rings(change: Partial<CallView> = {}): Promise<Call> {
    await this.happens({ type: 'incoming', view: view(change) });
    const call = this.phone.calls.at(-1);
    if (call?.state !== 'incoming') throw new Error('nothing rings');
    return call;
  }

  get only(): Call {
    const [call, ...others] = this.phone.calls;
    if (call === undefined || others.length > 0) throw new Error(`${this.phone.calls.length} calls`);
    return call;
  }

  get sent(): unknown[] {
    return this.world.socket.sent.map(({ type }) => type);
  }

  /** A call that was placed and taken. */
  async talks(options: Parameters<Phone['call']>[1] = {}): Promise<Call> {
    const placing = this.phone.call(bo, options);
    await settle();
    this.world.socket.answer('invite', { call: this.only.id });
    const call = await placing;
    await this.happens({ type: 'accepted', call: call.id, epoch: 1, answer });
    this.world.peer.become('connected');
    expect(call.state).toBe('active');
    return call;
  }
}

/** The code with which it fails. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OffhookError) return error.code;
    throw error;
  }
  return 'no error';
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

describe('connect', () => {
  it('gives a phone that knows who is signed in, and asks nothing of the person', async () => {
    const { phone, world } = await Page.open();
    expect(world.socket.url).toBe('wss://calls.example/v1/ws');
    expect([phone.user, phone.device, phone.settings, phone.state]).toEqual([
      welcome.user,
      welcome.device,
      welcome.settings,
      'online',
    ]);
    expect([world.asked, world.peers]).toEqual([[], []]);
  });

  it('fails with the reason when it is refused', async () => {
    const world = new World();
    const opening = connect({ url: 'wss://other.example/base', token: 'x' }, world.platform);
    await settle();
    expect(world.socket.url).toBe('wss://other.example/base/v1/ws');
    world.socket.open();
    await settle();
    world.socket.refuse('hello', 'unauthorized');
    expect(await codeOf(opening)).toBe('unauthorized');
  });

  it('gives up on a server that does not answer, and leaves nothing behind', async () => {
    const world = new World();
    const opening = codeOf(connect({ token: 'secret', timeout: 5_000 }, world.platform));
    await settle();
    world.socket.open();
    await world.clock.pass(6_000);
    expect(await opening).toBe('unreachable');
    expect(world.socket.isClosed).toBe(true);
    expect(world.clock.waiting).toBe(0);
  });

  it('gives up where no token can be had, says why, and leaves nothing behind', async () => {
    const world = new World();
    const cause = new Error('no token');
    const opening = connect({ token: () => Promise.reject(cause), timeout: 5_000 }, world.platform);
    const refusal = opening.catch((error: unknown) => error);
    await world.clock.pass(6_000);
    expect(await refusal).toMatchObject({ code: 'unreachable', cause });
    expect([world.sockets, world.clock.waiting]).toEqual([[], 0]);
  });

  it('finds the calls of this tab again after a reload', async () => {
    const mine = view({ call: 'my-call-0123456789', role: 'caller', stage: 'active', here: true, activeMs: 60_000 });
    const elsewhere = view({ call: 'elsewhere-0123456789', stage: 'active', here: false });
    const page = await Page.open(new World(), { calls: [mine, elsewhere] });
    const call = page.only;
    expect([call.id, call.state, call.isIncoming, call.duration]).toEqual([mine.call, 'connecting', false, 60_000]);
    expect(page.world.asked).toEqual(['audio']);
    expect(page.world.socket.last('describe')).toMatchObject({ call: mine.call, epoch: 2 });
  });
});

describe('placing a call', () => {
  it('shows it at once, opens the microphone, and resolves when the server has it', async () => {
    const page = await Page.open();
    const lists: number[] = [];
    page.phone.on('calls', (calls) => lists.push(calls.length));
    const placing = page.phone.call(bo, { video: true });
    const { state, peer, isIncoming, camera } = page.only;
    expect({ state, peer, isIncoming, camera }).toEqual({ state: 'opening', peer: bo, isIncoming: false, camera: true });
    await settle();
    expect(page.world.asked).toEqual(['audio+video']);
    expect(page.world.socket.last('invite')).toMatchObject({
      to: 'bo',
      media: { audio: true, video: true },
      offer: { type: 'offer', sdp: expect.stringContaining('m=video') as string },
    });
    expect(page.only.id).toMatch(/^[\w-]{16,64}$/);
    page.world.socket.answer('invite', { call: page.only.id });
    const call = await placing;
    expect([call.state, call.ringing]).toEqual(['calling', false]);
    await page.happens({ type: 'ringing', call: call.id, waiting: true });
    expect([call.ringing, call.waiting]).toEqual([true, true]);
    call.hangup();
    expect(lists).toEqual([1, 0]);
    expect(page.world.open).toEqual([]);
  });

  it('waits for the server through a lost connection', async () => {
    const page = await Page.open();
    page.world.socket.drop();
    let isPlaced = false;
    void page.phone.call(bo).then(() => {
      isPlaced = true;
    });
    await page.world.clock.pass(1_000);
    expect(isPlaced).toBe(false);
    await page.world.welcome({ resumed: true });
    page.world.socket.answer('invite', { call: page.only.id });
    await settle();
    expect(isPlaced).toBe(true);
  });

  it.each([
    ['NotAllowedError', 'microphone_refused'],
    ['NotFoundError', 'no_microphone'],
    ['NotReadableError', 'microphone_in_use'],
  ])('fails with what can be done when the microphone cannot be opened: %s', async (thrown, code) => {
    const page = await Page.open();
    page.world.broken.audio = named(thrown);
    expect(await codeOf(page.phone.call(bo))).toBe(code);
    expect(page.phone.calls).toEqual([]);
    expect(page.sent).toEqual(['hello']);
  });

  it('goes on without the camera, and says why', async () => {
    const page = await Page.open();
    page.world.broken.video = named('NotReadableError');
    const placing = page.phone.call(bo, { video: true });
    const errors: string[] = [];
    page.only.on('error', (error) => errors.push(error.code));
    await settle();
    page.world.socket.answer('invite', { call: page.only.id });
    const call = await placing;
    expect(errors).toEqual(['camera_in_use']);
    expect(page.world.asked).toEqual(['audio+video', 'audio']);
    expect(call.camera).toBe(false);
    expect(page.world.socket.last('update')).toMatchObject({ side: { n: 1, camera: false } });
  });

  it('fails with what the server says', async () => {
    const page = await Page.open();
    const placing = codeOf(page.phone.call('nobody'));
    await settle();
    const call = page.only;
    page.world.socket.refuse('invite', 'user_not_found');
    expect(await placing).toBe('user_not_found');
    expect([call.state, call.cause, call.causeText]).toEqual(['ended', 'unreachable', 'Nobody here has this address.']);
    expect(page.world.open).toEqual([]);
  });

  it('takes an address as people spell it', async () => {
    const page = await Page.open();
    void codeOf(page.phone.call(' Anna BERG'));
    await settle();
    expect(page.world.socket.last('invite')).toMatchObject({ to: 'anna-berg' });
  });

  it('resolves with a call that has ended when the person changed their mind or the other is busy', async () => {
    const page = await Page.open();
    const placing = page.phone.call(bo);
    page.only.hangup();
    expect((await placing).cause).toBe('cancelled');
    expect(page.sent).toEqual(['hello']);
    const again = page.phone.call(bo);
    await settle();
    const { id } = page.only;
    page.world.socket.answer('invite', { call: id });
    await page.happens({ type: 'ended', call: id, cause: 'busy' });
    expect((await again).causeText).toBe('Bo is on another call');
    await page.world.clock.pass(5_000);
    expect(page.world.open).toEqual([]);
  });
});

describe('a call that comes in', () => {
  it('is prepared without asking the person anything, and answered at once', async () => {
    const page = await Page.open();
    const heard: Call[] = [];
    page.phone.on('incoming', (call) => heard.push(call));
    const call = await page.rings();
    expect(heard).toEqual([call]);
    expect([call.state, call.isIncoming, call.peer]).toEqual(['incoming', true, bo]);
    expect(page.sent).toEqual(['hello', 'ringing']);
    expect(page.world.asked).toEqual([]);
    const answering = call.answer({ video: true });
    await settle();
    expect(page.world.socket.last('accept')).toMatchObject({ epoch: 1, answer: { type: 'answer' } });
    expect(page.world.asked).toEqual(['audio+video']);
    page.world.socket.answer('accept');
    await answering;
    expect(call.state).toBe('connecting');
    page.world.peer.become('connected');
    expect(call.state).toBe('active');
    expect(page.world.peer.sending).toEqual(['audio', 'video']);
  });

  it('is told to whoever listens first', async () => {
    const page = await Page.open(new World(), { calls: [view()] });
    const heard: string[] = [];
    await settle();
    page.phone.on('incoming', (call) => heard.push(`first ${call.state}`));
    await settle();
    page.phone.on('incoming', (call) => heard.push(`second ${call.state}`));
    await settle();
    expect(heard).toEqual(['first incoming']);
    await page.happens({ type: 'incoming', view: view() });
    expect(page.phone.calls).toHaveLength(1);
  });

  it('shows a call that is told once more as it is by then', async () => {
    const page = await Page.open();
    const call = await page.rings();
    const theirs = { n: 2, held: false, muted: true, camera: false };
    await page.happens({ type: 'incoming', view: view({ theirs }) });
    expect(page.only).toBe(call);
    expect(call.remote.muted).toBe(true);
  });

  it('goes on ringing when the browser asks and the person refuses', async () => {
    const page = await Page.open();
    page.world.permission = 'prompt';
    page.world.broken.audio = named('NotAllowedError');
    const call = await page.rings({ offer: { type: 'offer', sdp: sdp.replace('a=', 'm=video 1 sendrecv\r\na=') } });
    expect(await codeOf(call.answer())).toBe('microphone_refused');
    expect([call.state, page.sent]).toEqual(['incoming', ['hello', 'ringing']]);
    delete page.world.broken.audio;
    const answering = call.answer({ video: true });
    await settle();
    page.world.socket.answer('accept');
    await answering;
    await settle();
    expect(call.state).toBe('connecting');
    expect(page.world.peer.sending).toEqual(['audio', 'video']);
  });

  it('ends with the error when the microphone fails after the answer', async () => {
    const page = await Page.open();
    page.world.broken.audio = named('NotReadableError');
    const call = await page.rings();
    expect(await codeOf(call.answer())).toBe('microphone_in_use');
    expect([call.cause, call.error?.code]).toEqual(['media_failed', 'microphone_in_use']);
    expect(page.sent).toContain('hangup');
  });

  it('that somebody else was faster to answer is over without an error', async () => {
    const page = await Page.open();
    const call = await page.rings();
    const answering = call.answer();
    await settle();
    page.world.socket.refuse('accept', 'answered_elsewhere');
    await answering;
    expect([call.state, call.cause, call.error]).toEqual(['ended', 'answered_elsewhere', undefined]);
    expect(page.world.open).toEqual([]);
    expect(page.phone.calls).toEqual([]);
  });

  it('is declined, and does not come back with a late word of the server', async () => {
    const page = await Page.open();
    const call = await page.rings();
    call.reject();
    expect(page.world.socket.last('reject')).toMatchObject({ call: call.id, reason: 'declined' });
    expect([call.state, call.cause]).toEqual(['ended', 'declined']);
    await page.happens({ type: 'incoming', view: view() });
    expect(page.phone.calls).toEqual([]);
    expect(await codeOf(call.answer())).toBe('wrong_state');
  });

  it('from somebody one is just calling becomes that call', async () => {
    const page = await Page.open();
    const ringing = await page.rings();
    const placing = page.phone.call(bo);
    await settle();
    const merged = view({ stage: 'answering', here: true });
    page.world.socket.answer('invite', { call: merged.call, merged });
    const call = await placing;
    await settle();
    expect([ringing.state, ringing.cause]).toEqual(['ended', 'crossed']);
    expect(page.phone.calls).toEqual([call]);
    expect([call.id, call.state]).toEqual([merged.call, 'connecting']);
    expect(page.world.socket.last('answer')).toMatchObject({ call: merged.call, epoch: 1 });
    expect(page.world.asked).toEqual(['audio']);
  });
});

describe('a call that crosses one from the same person', () => {
  it('gives way when that one was answered here before the invite was heard', async () => {
    const page = await Page.open();
    const incoming = await page.rings();
    page.world.socket.drop();
    const placing = page.phone.call(bo);
    void incoming.answer();
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: true });
    page.world.socket.answer('accept');
    const { offer: _offer, ...merged } = view({ stage: 'active', here: true });
    page.world.socket.answer('invite', { call: merged.call, merged });
    expect((await placing).cause).toBe('crossed');
    expect(page.phone.calls).toEqual([incoming]);
    expect(incoming.state).toBe('connecting');
  });
});

describe('in a call', () => {
  it('mutes at once, and holds in both directions', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const [microphone] = page.world.tracks;
    call.mute();
    expect([call.muted, microphone?.enabled]).toEqual([true, false]);
    call.mute(false);
    expect([call.muted, microphone?.enabled]).toEqual([false, true]);
    call.hold();
    await settle();
    expect([call.held, page.world.peer.sending]).toEqual([true, []]);
    expect(call.remoteStream.getTracks().map(({ enabled }) => enabled)).toEqual([false]);
    call.resume();
    await page.happens({ type: 'updated', call: call.id, side: { n: 1, held: true, muted: false, camera: false } });
    expect([call.held, call.remote.held, page.world.peer.sending]).toEqual([false, true, []]);
    await page.happens({ type: 'updated', call: call.id, side: { n: 2, held: false, muted: true, camera: false } });
    expect([call.remote, page.world.peer.sending]).toEqual([
      { held: false, muted: true, camera: false, screen: false },
      ['audio'],
    ]);
    expect(call.remoteStream.getTracks().map(({ enabled }) => enabled)).toEqual([true]);
  });

  it('turns the camera on and off with its light', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const streams: string[] = [];
    call.on('stream', (which) => streams.push(which));
    await call.setCamera(true);
    await settle();
    expect([call.camera, page.world.open]).toEqual([true, ['audio', 'video']]);
    expect(page.world.socket.last('describe')).toMatchObject({ epoch: 1, description: { type: 'offer' } });
    expect(call.localStream.getVideoTracks()).toHaveLength(1);
    await call.setCamera(false);
    await settle();
    expect([call.camera, page.world.open, page.world.peer.sending]).toEqual([false, ['audio'], ['audio']]);
    expect(streams).toEqual(['local', 'local']);
    page.world.broken.video = named('NotAllowedError');
    expect(await codeOf(call.setCamera(true))).toBe('camera_refused');
    expect(call.camera).toBe(false);
  });

  it('leaves the camera off when it is turned off while the browser is asking', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const turning = call.setCamera(true);
    await call.setCamera(false);
    await turning;
    await settle();
    expect([call.camera, page.world.open]).toEqual([false, ['audio']]);
  });

  it('shares the microphone between calls, and stops it with the last', async () => {
    const page = await Page.open();
    const first = await page.talks();
    const second = await page.rings();
    const answering = second.answer();
    await settle();
    page.world.socket.answer('accept');
    await answering;
    expect(page.world.asked).toEqual(['audio']);
    expect(page.world.open).toEqual(['audio', 'audio']);
    first.mute();
    expect(page.world.tracks.map(({ enabled }) => enabled)).toEqual([false, true]);
    first.hangup();
    expect(page.world.open).toEqual(['audio']);
    second.hangup();
    expect(page.world.open).toEqual([]);
  });

  it('keeps no microphone open for a call that ended while the browser asked for its camera', async () => {
    const page = await Page.open();
    const first = await page.talks();
    const leave = Promise.withResolvers<void>();
    page.world.leave = leave.promise;
    const placing = page.phone.call(bo, { video: true });
    await settle();
    expect(page.world.asked).toEqual(['audio', 'video']);
    page.phone.calls.at(-1)?.hangup();
    first.hangup();
    expect(page.world.open).toEqual([]);
    leave.resolve();
    await placing;
    await settle();
    expect(page.world.open).toEqual([]);
  });

  it('opens the microphone anew when it was closed while the browser asked for the camera', async () => {
    const page = await Page.open();
    const first = await page.talks();
    const leave = Promise.withResolvers<void>();
    page.world.leave = leave.promise;
    void page.phone.call(bo, { video: true });
    await settle();
    first.hangup();
    leave.resolve();
    await settle();
    expect(page.world.asked).toEqual(['audio', 'video', 'audio']);
    expect(page.world.open).toEqual(['video', 'audio']);
  });

  it('turns the camera off at once when the call ends while the browser asks for the microphone anew', async () => {
    const page = await Page.open();
    const first = await page.talks();
    const camera = Promise.withResolvers<void>();
    page.world.leave = camera.promise;
    void page.phone.call(bo, { video: true });
    await settle();
    first.hangup();
    const microphone = Promise.withResolvers<void>();
    page.world.leave = microphone.promise;
    camera.resolve();
    await settle();
    expect(page.world.open).toEqual(['video']);
    page.phone.calls.at(-1)?.hangup();
    expect(page.world.open).toEqual([]);
    microphone.resolve();
    await settle();
    expect(page.world.open).toEqual([]);
  });

  it('sends a stream of the application, and leaves it as it is', async () => {
    const page = await Page.open();
    const tracks = [new FakeTrack('audio'), new FakeTrack('video')];
    const stream = new FakeStream(tracks).media;
    const call = await page.talks({ stream });
    await settle();
    expect([call.localStream, call.camera, page.world.asked]).toEqual([stream, true, []]);
    expect(page.world.peer.sending).toEqual(['audio', 'video']);
    call.mute();
    expect(tracks[0]?.enabled).toBe(false);
    await call.setCamera(false);
    await settle();
    expect(page.world.peer.sending).toEqual(['audio']);
    await call.setCamera(true);
    await settle();
    expect(page.world.peer.sending).toEqual(['audio', 'video']);
    call.hangup();
    expect(tracks.map(({ readyState, enabled }) => [readyState, enabled])).toEqual([
      ['live', true],
      ['live', true],
    ]);
    expect(page.world.asked).toEqual([]);
  });

  it('begins without the microphone where it is not wanted, until it is', async () => {
    const page = await Page.open();
    const call = await page.talks({ audio: false });
    expect([page.world.asked, call.muted]).toEqual([[], true]);
    expect(page.world.socket.last('update')).toMatchObject({ side: { muted: true } });
    call.mute(false);
    await settle();
    expect([page.world.asked, call.muted, page.world.peer.sending]).toEqual([['audio'], false, ['audio']]);
  });

  it('looks for another microphone when it is lost, and says so when there is none', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const errors: string[] = [];
    call.on('error', (error) => errors.push(error.code));
    page.world.tracks[0]?.lose();
    await settle();
    expect([page.world.open, page.world.peer.sending, errors]).toEqual([['audio'], ['audio'], []]);
    page.world.broken.audio = named('NotFoundError');
    page.world.tracks[1]?.lose();
    await settle();
    expect([page.world.open, page.world.peer.sending, errors, call.muted]).toEqual([[], [], ['microphone_lost'], true]);
    await call.setCamera(true);
    page.world.tracks.at(-1)?.lose();
    expect([errors.at(-1), call.camera, call.state]).toEqual(['camera_lost', false, 'active']);
  });

  it('keeps the old peer connection beside the new one until that has connected', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const before = page.world.peer;
    await page.happens({ type: 'described', call: call.id, epoch: 2, description: offer });
    const next = page.world.peer;
    expect([page.world.peers.length, before.connectionState, call.state]).toEqual([2, 'connected', 'connecting']);
    const [old] = call.remoteStream.getTracks();
    next.become('connected');
    expect([before.connectionState, call.state]).toEqual(['closed', 'active']);
    expect(call.remoteStream.getTracks()).toHaveLength(1);
    expect(call.remoteStream.getTracks()).not.toContain(old);
    expect(next.sending).toEqual(['audio']);
    before.become('failed');
    expect(call.state).toBe('active');
  });

  it('restarts ICE when media is lost or the network changes, and counts on', async () => {
    const page = await Page.open();
    const call = await page.talks();
    await page.world.clock.pass(10_000);
    page.world.peer.become('disconnected');
    expect(call.state).toBe('reconnecting');
    await page.world.clock.pass(2_500);
    expect(page.world.peer.log.filter((one) => one === 'restartIce')).toHaveLength(1);
    page.world.socket.answer('describe');
    await page.happens({ type: 'described', call: call.id, epoch: 1, description: answer });
    page.world.peer.become('connected');
    expect([call.state, call.duration]).toEqual(['active', 12_500]);
    page.world.network('online');
    await settle();
    expect(page.world.peer.log.filter((one) => one === 'restartIce')).toHaveLength(2);
  });

  it('outlives its signalling, and ends here at once whatever the server says', async () => {
    const page = await Page.open();
    const call = await page.talks();
    page.world.socket.drop();
    expect([call.state, page.phone.state]).toEqual(['active', 'reconnecting']);
    const ended: unknown[] = [];
    call.on('ended', (cause) => ended.push(cause));
    call.hangup();
    expect([ended, page.world.open, page.world.peer.connectionState]).toEqual([['hangup'], [], 'closed']);
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: false, calls: [view({ call: call.id, role: 'caller', stage: 'active', here: true })] });
    expect(page.phone.calls).toEqual([]);
    expect(page.sent).toEqual(['hello', 'hangup']);
  });

  it('says once more what a lost socket may have swallowed', async () => {
    const page = await Page.open();
    const call = await page.talks();
    page.world.peer.gather('a');
    await page.world.clock.pass(100);
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: true });
    await page.world.clock.pass(100);
    expect(page.sent).toEqual(['hello', 'media', 'candidates']);
    expect(page.world.socket.last('candidates')).toMatchObject({ call: call.id, epoch: 1 });
  });

  it('ends as the server says when events were missed', async () => {
    const page = await Page.open();
    const call = await page.talks();
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome({ ended: [{ call: call.id, cause: 'hangup' }] });
    expect([call.cause, call.causeText]).toEqual(['hangup', 'Call ended']);
  });
});

describe('a phone', () => {
  it('uses fresh ICE servers before the old ones expire, in calls too', async () => {
    const page = await Page.open();
    await page.talks();
    expect(page.world.peer.configuration.iceServers).toEqual(welcome.ice.iceServers);
    await page.world.clock.pass(3_600_000 * 0.75);
    const iceServers = [{ urls: ['turn:two.example'] }];
    page.world.socket.answer('ice', { iceServers, ttlMs: 1_000_000 });
    expect(page.world.peer.configuration.iceServers).toEqual(iceServers);
  });

  it('is not disturbed by listeners that throw', async () => {
    const page = await Page.open();
    page.phone.on('incoming', () => {
      throw new Error('of the application');
    });
    const call = await page.rings();
    call.on('ended', () => {
      throw new Error('another one');
    });
    call.reject();
    expect(page.world.reported).toEqual([new Error('of the application'), new Error('another one')]);
    expect(page.phone.calls).toEqual([]);
  });

  it('watches people, and does so again when the server has forgotten', async () => {
    const page = await Page.open();
    const seen: unknown[] = [];
    page.phone.on('presence', (people) => seen.push(people));
    const people = [{ ...bo, presence: 'online' }];
    const watching = page.phone.watch(['bo'], { arrivals: true });
    page.world.socket.answer('watch', { people });
    expect(await watching).toEqual(people);
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: false });
    expect(page.world.socket.last('watch')).toMatchObject({ addresses: ['bo'], arrivals: true });
    page.world.socket.answer('watch', { people });
    await page.happens({ type: 'presence', people: [] });
    expect(seen).toEqual([people, []]);
  });

  it('asks for people and history, and changes name and settings', async () => {
    const page = await Page.open();
    const told: unknown[] = [];
    page.phone.on('renamed', (user) => told.push(user));
    page.phone.on('settings', (settings) => told.push(settings));
    const people = page.phone.people({ query: 'b' });
    page.world.socket.answer('people', { people: [], next: 'x' });
    expect(await people).toEqual({ people: [], next: 'x' });
    const history = page.phone.history();
    page.world.socket.answer('history', { entries: [] });
    expect(await history).toEqual({ entries: [] });
    const user = { address: 'alice', name: 'Al' };
    const renaming = page.phone.rename('Al');
    page.world.socket.answer('rename', { user });
    expect([await renaming, page.phone.user]).toEqual([user, user]);
    const settings = { ...welcome.settings, doNotDisturb: true };
    const changing = page.phone.changeSettings({ doNotDisturb: true });
    page.world.socket.answer('settings', { settings });
    await changing;
    await page.happens({ type: 'settings', settings });
    await page.happens({ type: 'renamed', user });
    expect(told).toEqual([user, settings]);
    expect(page.phone.settings).toEqual(settings);
  });

  it('shows the devices of its person, and signs one of them out', async () => {
    const page = await Page.open();
    const devices = [{ id: 'device-1', name: 'Test on Node', connected: true, current: true, seenAt: 0 }];
    const asking = page.phone.devices();
    page.world.socket.answer('devices', { devices });
    expect(await asking).toEqual(devices);
    const told: unknown[] = [];
    page.phone.on('closed', (error) => told.push(error?.code));
    const removing = page.phone.removeDevice('device-1');
    expect(page.world.socket.last('remove_device')).toMatchObject({ device: 'device-1' });
    page.world.socket.answer('remove_device');
    await removing;
    page.world.socket.drop('signed_out');
    expect([told, page.phone.state]).toEqual([['signed_out'], 'closed']);
  });

  it('remembers the calls that ended last, so that a late word of the server does not bring them back', async () => {
    const page = await Page.open();
    const ids = Array.from({ length: 101 }, (_, number) => `call-${String(number).padStart(16, '0')}`);
    for (const call of ids) {
      await page.rings({ call });
      await page.happens({ type: 'ended', call, cause: 'cancelled' });
    }
    for (const call of ids.slice(1)) await page.happens({ type: 'incoming', view: view({ call }) });
    expect(page.phone.calls).toEqual([]);
    await page.rings({ call: ids[0] ?? '' });
    expect(page.phone.calls).toHaveLength(1);
  });

  it('passes messages of applications', async () => {
    const page = await Page.open();
    const told: unknown[] = [];
    page.phone.on('message', (message) => told.push(message));
    page.phone.on('error', (error) => told.push(error.code));
    expect(page.phone.send('bo', 'acme.cursor', { x: 1 })).toBe(true);
    expect(page.world.socket.last('acme.cursor')).toEqual({ type: 'acme.cursor', to: { user: 'bo' }, data: { x: 1 } });
    page.phone.send({ everyone: true }, 'acme.cursor', 2);
    expect(page.world.socket.last('acme.cursor')).toMatchObject({ to: { everyone: true } });
    const message = { type: 'acme.cursor', from: { user: 'bo', device: 'd' }, data: 3 };
    page.world.socket.give(message);
    page.world.socket.give({ type: 'error', error: { code: 'not_delivered', message: '' }, about: 'acme.cursor' });
    expect(told).toEqual([message, 'not_delivered']);
    expect(() => page.phone.send('bo', 'acme.picture', 'x'.repeat(70_000))).toThrow(new OffhookError('too_large'));
  });

  it('ends its calls when it is closed, and leaves nothing behind', async () => {
    const page = await Page.open();
    const call = await page.talks();
    const closed: unknown[] = [];
    page.phone.on('closed', (error) => closed.push(error));
    const closing = page.phone.close();
    expect(call.state).toBe('ended');
    expect(page.sent.slice(-2)).toEqual(['hangup', 'bye']);
    page.world.socket.answer('bye');
    await closing;
    expect([page.phone.state, closed, page.world.clock.waiting]).toEqual(['closed', [undefined], 0]);
    expect(await codeOf(page.phone.call(bo))).toBe('closed');
    expect(await codeOf(page.phone.history())).toBe('closed');
  });
});
