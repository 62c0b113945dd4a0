import type { SessionParticipant } from '@offhook/core';
import { dataLimits } from '@offhook/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../connect.ts';
import { OffhookError } from '../errors.ts';
import { FakeStream, FakeTrack } from '../fake-media.fixture.ts';
import type { Phone } from '../phone.ts';
import { settle, World } from '../world.fixture.ts';
import { WordsPeer } from './session-peer.fixture.ts';
import { join } from './session.ts';
import type { Session } from './session.ts';

const id = 'standup';

let world: World;
let peers: WordsPeer[];
let phone: Phone;
let session: Session;
/** What was told, in order. */
let news: string[];

const person = (participant: string, streams: SessionParticipant['streams'] = []): SessionParticipant => ({
  participant,
  user: { address: participant, name: participant },
  publish: ['audio', 'video'],
  away: false,
  streams,
});
const stream = (mid: string, kind: 'audio' | 'video', alias?: string) => ({
  mid,
  kind,
  muted: false,
  n: 0,
  ...(alias !== undefined && { alias }),
});
const view = (...participants: SessionParticipant[]): object => ({
  participant: 'me',
  view: { session: id, participants: [person('me'), ...participants] },
});

async function give(event: object): Promise<void> {
  world.seq += 1;
  world.socket.give({ seq: world.seq, session: id, ...event });
  await settle();
}

async function answer(type: string, ok: object = {}): Promise<void> {
  world.socket.answer(type, ok);
  await settle();
}

const asked = (type: string): number => world.socket.sent.filter((message) => message['type'] === type).length;

beforeEach(async () => {
  world = new World();
  peers = [];
  const platform = {
    ...world.platform,
    openPeer: (_configuration: RTCConfiguration, handlers: WordsPeer['handlers']) => {
      const opened = new WordsPeer(handlers);
      peers.push(opened);
      return opened.peer;
    },
  };
  const connecting = connect({ url: 'https://calls.example', token: 'device-token' }, platform);
  await world.welcome();
  phone = await connecting;
  const joining = join(phone, id);
  await answer('session_join', view());
  session = await joining;
  news = [];
  session.on('streamAvailable', (remote) => news.push(`available ${remote.participant}`));
  session.on('streamUnavailable', (remote) => news.push(`unavailable ${remote.participant}`));
  session.on('participant', (change, { participant }) => news.push(`${change} ${participant}`));
  session.on('ended', (cause, error) => news.push(`ended ${cause} ${error?.code ?? ''}`.trim()));
});

async function publish(alias?: string): Promise<void> {
  const published = session.publish({ audio: true, video: true }, { alias });
  await settle();
  await answer('session_publish', { answer: 'taken' });
  await published;
}

/** A picture that measures this. */
async function publishOf(settings: MediaTrackSettings): Promise<FakeTrack> {
  const track = Object.assign(new FakeTrack('video'), { getSettings: () => settings });
  const published = session.publish(new FakeStream([track]).media);
  await settle();
  await answer('session_publish', { answer: 'taken' });
  await published;
  return track;
}

/** How many times smaller than the picture each encoding in the first section of the present connection is; `-`: it is not sent. */
function sizes(): string {
  const { active = [], scales = [] } = peers.at(-1)?.getTransceivers()[0] ?? {};
  return active.map((isSent, at) => (isSent ? scales[at] : '-')).join(' ');
}

/** Which encodings are sent in the first section of the present connection. */
const sent = (): readonly boolean[] | undefined => peers.at(-1)?.getTransceivers()[0]?.active;
const watched = (encodings: number): Promise<void> => give({ type: 'session_watched', mid: '0', encodings });

const offer = (revision: number, streams: readonly [participant: string, mid: string, section: string][], sdp = '') =>
  give({
    type: 'session_offer',
    revision,
    offer: `a=fingerprint:${sdp}\n${streams.map(([, , section], at) => `${section}:${at % 2 === 0 ? 'audio' : 'video'}`).join(' ')}`,
    streams: streams.map(([participant, mid, section]) => ({ participant, mid, section })),
  });

async function forgotten(): Promise<void> {
  world.socket.drop();
  await world.clock.pass(1_000);
  await world.welcome({ connection: 'connection-2' });
}

describe('what is published', () => {
  it('is offered with what is said of it', async () => {
    await publish('camera');
    expect(world.socket.last('session_publish')).toMatchObject({
      session: id,
      offer: '0:audio 1:video',
      streams: [
        { mid: '0', kind: 'audio', alias: 'camera', muted: false },
        { mid: '1', kind: 'video', alias: 'camera', muted: false },
      ],
    });
    expect(peers[0]?.heard).toEqual(['taken']);
    expect(session.published).toHaveLength(1);
  });

  it('is sent in several sizes where it is large', async () => {
    await publishOf({ width: 1_280, height: 720 });
    await publish();
    expect(peers[0]?.getTransceivers().map(({ layers }) => layers)).toEqual([3, 0, 0]);
  });

  it.each([
    [1_920, 1_080, '4 2 1'],
    [720, 1_280, '4 2 1'],
    [960, 540, '2 1 -'],
    [800, 448, '2 1 -'],
    [640, 480, '2 1 -'],
    [480, 270, '2 1 -'],
  ])('of %i × %i pixels is sent as it is, too, in no more sizes than Chromium makes: %s', async (width, height, scales) => {
    await publishOf({ width, height });
    expect(sizes()).toBe(scales);
  });

  it('is sent as it is also after it has become larger or smaller', async () => {
    const track = await publishOf({ width: 640, height: 480 });
    for (const [width, height, scales] of [
      [1_280, 720, '4 2 1'],
      [320, 180, '1 - -'],
      // As one that says nothing any more.
      [0, 0, '1 - -'],
      [800, 448, '2 1 -'],
    ] as const) {
      track.getSettings = () => ({ width, height });
      await world.clock.pass(1_000);
      await settle();
      expect(sizes()).toBe(scales);
    }
    expect(asked('session_publish')).toBe(1);
    // What nobody watches is not turned on by that.
    await watched(1);
    track.getSettings = () => ({ width: 1_280, height: 720 });
    await world.clock.pass(1_000);
    await settle();
    expect(sizes()).toBe('4 - -');
    expect(peers).toHaveLength(1);
  });

  it('is sent as it is by a new connection where the browser takes no other sizes', async () => {
    const track = await publishOf({ width: 1_280, height: 720 });
    peers[0]!.getTransceivers()[0]!.isStubborn = true;
    track.getSettings = () => ({ width: 640, height: 360 });
    await world.clock.pass(1_000);
    await settle();
    expect(peers).toHaveLength(2);
    expect(sizes()).toBe('2 1 -');
  });

  it('is let go of where it is refused', async () => {
    const published = session.publish({ audio: true, video: true });
    await settle();
    world.socket.refuse('session_publish', 'publish_refused');
    await expect(published).rejects.toMatchObject({ code: 'publish_refused' });
    expect(session.published).toEqual([]);
    expect(world.open).toEqual([]);
  });

  it('takes the sections that are free', async () => {
    await publish();
    session.unpublish();
    await settle();
    expect(world.socket.last('session_publish')).toMatchObject({ offer: '0:- 1:-', streams: [] });
    expect(world.open).toEqual([]);
    await answer('session_publish', { answer: 'taken' });
    await publish();
    expect(world.socket.last('session_publish')['offer']).toBe('0:audio 1:video');
    expect(peers).toHaveLength(1);
  });

  it('[P30] stays off where others have turned it off before they heard that it was turned on', async () => {
    await publish();
    session.setMicEnabled(false);
    session.setMicEnabled(true);
    expect(world.socket.last('session_update')).toMatchObject({ muted: false, n: 2 });
    await give({ type: 'session_muted', streams: [{ mid: '0', n: 1 }] });
    expect(world.socket.last('session_update')).toMatchObject({ mid: '0', muted: true, n: 3 });
  });

  it('is told of with a code and its stream where it is dropped', async () => {
    await publish();
    const told: unknown[] = [];
    session.on('dropped', ({ code, message }, local) => told.push([code, message, local === session.published[0]]));
    await give({ type: 'session_dropped', code: 'bitrate_exceeded', mid: '0' });
    await give({ type: 'session_dropped', code: 'source_refused' });
    expect(told).toEqual([
      ['bitrate_exceeded', expect.stringContaining('More is sent'), true],
      ['source_refused', expect.stringContaining('not announced'), false],
    ]);
  });

  describe('of a camera', () => {
    it('is closed while it is off, where the session has opened it, and opened again', async () => {
      await publish();
      const [local] = session.published;
      await session.setCameraEnabled(false);
      expect(world.open).toEqual(['audio']);
      expect(world.socket.last('session_update')).toMatchObject({ mid: '1', muted: true, n: 1 });
      const turned = session.setCameraEnabled(true);
      await settle();
      await turned;
      expect(world.open).toEqual(['audio', 'video']);
      expect(local?.stream.getVideoTracks()).toHaveLength(1);
      expect(world.socket.last('session_update')).toMatchObject({ mid: '1', muted: false, n: 2 });
      session.unpublish();
      expect(world.open).toEqual([]);
    });

    it('stays off where it is turned off again while it is being opened, and where all is over by then', async () => {
      await publish();
      await session.setCameraEnabled(false);
      const turned = session.setCameraEnabled(true);
      await session.setCameraEnabled(false);
      await turned;
      expect(world.open).toEqual(['audio']);
      const late = session.setCameraEnabled(true);
      const left = session.leave();
      await settle();
      await answer('session_leave');
      await Promise.all([late, left]);
      expect(world.open).toEqual([]);
    });

    it('is closed and opened again also where it is turned off while it is not published yet', async () => {
      const published = session.publish({ audio: true, video: true });
      await settle();
      await session.setCameraEnabled(false);
      expect(world.open).toEqual(['audio']);
      await answer('session_publish', { answer: 'taken' });
      const local = await published;
      expect(world.socket.last('session_update')).toMatchObject({ mid: '1', muted: true });
      await session.setCameraEnabled(true);
      expect(world.open).toEqual(['audio', 'video']);
      expect(local.stream.getVideoTracks()[0]?.enabled).toBe(true);
      expect(world.socket.last('session_update')).toMatchObject({ mid: '1', muted: false });
    });

    it('is seen again where others have made it dark', async () => {
      await publish();
      await give({ type: 'session_muted', streams: [{ mid: '1', n: 1 }] });
      const [track] = session.published[0]?.stream.getVideoTracks() ?? [];
      expect([track?.enabled, track?.readyState]).toEqual([false, 'live']);
      await session.setCameraEnabled(true);
      expect(track?.enabled).toBe(true);
      expect(world.socket.last('session_update')).toMatchObject({ mid: '1', muted: false, n: 2 });
    });

    it('goes on, dark, where the application has opened it', async () => {
      const track = new FakeTrack('video');
      const published = session.publish(new FakeStream([track]).media);
      await settle();
      await answer('session_publish', { answer: 'taken' });
      await published;
      await session.setCameraEnabled(false);
      expect([track.enabled, track.readyState]).toEqual([false, 'live']);
      await session.setCameraEnabled(true);
      expect(track.enabled).toBe(true);
    });
  });

  describe('is sent in as many encodings as are watched', () => {
    beforeEach(async () => {
      await publishOf({ width: 1_280, height: 720 });
    });

    it('[P48] from the smallest', async () => {
      expect(sent()).toEqual([true, true, true]);
      await watched(1);
      expect(sent()).toEqual([true, false, false]);
      await watched(0);
      expect(sent()).toEqual([false, false, false]);
      await watched(3);
      expect(sent()).toEqual([true, true, true]);
    });

    it('[P48] in all of them by a new connection, whatever is still said of the one before', async () => {
      await watched(0);
      world.network('changed');
      await settle();
      expect(sent()).toEqual([true, true, true]);
      await watched(0);
      expect(sent()).toEqual([true, true, true]);
      await answer('session_publish', { answer: 'taken' });
      await watched(2);
      expect(sent()).toEqual([true, true, false]);
    });

    it('goes on by the same connection where the browser makes none of what is left fewer', async () => {
      const [section] = peers[0]?.getTransceivers() ?? [];
      section!.isStubborn = true;
      await watched(1);
      expect(peers).toHaveLength(1);
      section!.isStubborn = false;
      await watched(1);
      expect(sent()).toEqual([true, false, false]);
      section!.isStubborn = true;
      await watched(2);
      expect(peers).toHaveLength(2);
    });

    it('goes on where the browser does not stop, and by a new connection where it does not begin again', async () => {
      const [section] = peers[0]?.getTransceivers() ?? [];
      section!.isStubborn = true;
      await watched(0);
      expect(sent()).toEqual([true, true, true]);
      expect(peers).toHaveLength(1);
      section!.isStubborn = false;
      await watched(0);
      section!.isStubborn = true;
      await watched(3);
      expect(peers).toHaveLength(2);
      expect(sent()).toEqual([true, true, true]);
      expect(news).toEqual([]);
    });
  });

  it('is muted by values that grow, also over a new connection', async () => {
    await publish();
    session.setMicEnabled(false);
    expect(world.socket.last('session_update')).toMatchObject({ mid: '0', muted: true, n: 1 });
    session.setMicEnabled(false);
    expect(asked('session_update')).toBe(1);
    world.network('changed');
    await settle();
    expect(world.socket.last('session_publish')).toMatchObject({ streams: [{ muted: true }, { muted: false }] });
    session.setMicEnabled(true);
    await answer('session_publish', { answer: 'taken' });
    expect(world.socket.last('session_update')).toMatchObject({ muted: false });
    expect(Number(world.socket.last('session_update')['n'])).toBeGreaterThan(1);
  });

  it.each([
    ['its way has failed', (): void => peers[0]?.fail()],
    ['the network has changed', (): void => world.network('changed')],
    ['its worker was lost', (): void => void give({ type: 'session_republish' })],
  ])('is offered by a new connection when %s', async (_, lose) => {
    await publish();
    lose();
    await settle();
    expect(peers).toHaveLength(2);
    expect(asked('session_publish')).toBe(2);
    await answer('session_publish', { answer: 'taken again' });
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });
});

describe('what is received', () => {
  beforeEach(async () => {
    await give({
      type: 'session_participant',
      change: 'joined',
      participant: person('bo', [stream('0', 'audio'), stream('1', 'video')]),
    });
    await offer(1, [
      ['bo', '0', '0'],
      ['bo', '1', '1'],
    ]);
  });

  it('is one stream for each participant and alias, once the offer is answered', async () => {
    expect(news).toEqual(['joined bo']);
    expect(world.socket.last('session_answer')).toMatchObject({ session: id, revision: 1 });
    await answer('session_answer');
    expect(news).toEqual(['joined bo', 'available bo']);
    expect(session.streams.map((remote) => remote.stream.getTracks().length)).toEqual([2]);
  });

  it('is told no longer once it is published no longer', async () => {
    await answer('session_answer');
    const [remote] = session.streams;
    await give({ type: 'session_streams', participant: 'bo', streams: [stream('0', 'audio')] });
    expect(remote?.stream.getTracks().map(({ kind }) => kind)).toEqual(['audio']);
    await give({ type: 'session_participant', change: 'left', participant: person('bo') });
    expect(news.slice(-2)).toEqual(['unavailable bo', 'left bo']);
    expect(remote?.stream.getTracks()).toEqual([]);
  });

  it('says how large it is seen', async () => {
    await answer('session_answer');
    session.streams[0]?.look(320.4);
    expect(world.socket.last('session_look')).toMatchObject({ stream: { participant: 'bo', mid: '1' }, width: 320 });
    expect(asked('session_look')).toBe(1);
  });

  it('answers the newest offer alone', async () => {
    // The first one is still being answered.
    await offer(2, [['bo', '0', '0']]);
    await offer(3, [['bo', '1', '1']]);
    await offer(2, []);
    await answer('session_answer');
    expect(world.socket.last('session_answer')['revision']).toBe(3);
    world.socket.refuse('session_answer', 'stale_offer');
    await settle();
    expect(world.reported).toEqual([]);
  });

  it('goes over a new connection where the offer has another certificate', async () => {
    await answer('session_answer');
    await offer(2, [
      ['bo', '0', '0'],
      ['bo', '1', '1'],
    ]);
    await answer('session_answer');
    expect(peers).toHaveLength(1);
    await offer(
      3,
      [
        ['bo', '0', '0'],
        ['bo', '1', '1'],
      ],
      'another',
    );
    await answer('session_answer');
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    // The same stream with other tracks.
    expect(news.filter((one) => one.includes('available'))).toEqual(['available bo']);
    expect(session.streams[0]?.stream.getTracks()).toEqual(peers[1]?.getTransceivers().map(({ receiver }) => receiver.track));
  });

  it('is asked for anew when its way has failed', async () => {
    await answer('session_answer');
    peers[0]?.fail();
    expect(asked('session_restart')).toBe(1);
  });

  it('begins again with its revisions when the worker was lost', async () => {
    await answer('session_answer');
    await give({ type: 'session_republish' });
    expect(news).toContain('unavailable bo');
    await give({ type: 'session_streams', participant: 'bo', streams: [stream('0', 'audio')] });
    await offer(1, [['bo', '0', '0']]);
    await answer('session_answer');
    expect(news.at(-1)).toBe('available bo');
  });
});

it('[P25] sees nothing published any more when the worker was lost, also of those who publish nothing anew', async () => {
  await give({ type: 'session_participant', change: 'joined', participant: person('bo', [stream('0', 'audio')]) });
  await give({ type: 'session_republish' });
  expect(session.participants.find(({ participant }) => participant === 'bo')?.streams).toEqual([]);
  expect(news.at(-1)).toBe('changed bo');
});

describe('a page whose connection the server has forgotten', () => {
  it('joins again and publishes anew', async () => {
    await publish();
    await forgotten();
    expect(asked('session_join')).toBe(1);
    await answer('session_join', { ...view(person('bo')), participant: 'me again' });
    expect(session.participant).toBe('me again');
    expect(news).toContain('joined bo');
    expect(world.socket.last('session_publish')).toMatchObject({ offer: '0:audio 1:video' });
    expect(peers).toHaveLength(2);
  });

  it('is told where it may not', async () => {
    await forgotten();
    world.socket.refuse('session_join', 'session_not_found');
    await settle();
    expect(news).toEqual(['ended lost session_not_found']);
  });

  it('stays where it is when the connection is resumed', async () => {
    await publish();
    world.socket.drop();
    await world.clock.pass(1_000);
    await world.welcome({ resumed: true });
    expect(asked('session_join') + asked('session_publish')).toBe(0);
  });
});

describe('the end', () => {
  it('closes everything that was opened for it, at once', async () => {
    await publish();
    const left = session.leave();
    expect([peers[0]?.isClosed, world.open, news]).toEqual([true, [], ['ended left']]);
    await answer('session_leave');
    await left;
    await give({ type: 'session_participant', change: 'joined', participant: person('bo') });
    expect(news).toEqual(['ended left']);
    await expect(session.publish()).rejects.toMatchObject({ code: 'closed' });
  });

  it('is no error for whoever leaves where the phone is closed meanwhile: with it everything is left', async () => {
    session.on('ended', () => void phone.close());
    const left = session.leave();
    await answer('bye');
    await expect(left).resolves.toBeUndefined();
    expect(news).toEqual(['ended left']);
  });

  it('leaves no connection behind that was about to be replaced', async () => {
    await publish();
    world.network('changed');
    await settle();
    void session.leave();
    expect(peers.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it('comes from the server, with the phone, and by joining once more', async () => {
    await give({ type: 'session_ended', cause: 'removed' });
    expect(news).toEqual(['ended removed']);
    const again = join(phone, id);
    await answer('session_join', view());
    const second = await again;
    second.on('ended', (cause) => news.push(`second ended ${cause}`));
    const third = join(phone, id);
    await answer('session_join', view());
    await third;
    expect(news.at(-1)).toBe('second ended replaced');
  });

  it('leaves alone what the application has opened', async () => {
    const own = new FakeStream([new FakeTrack('audio')]);
    const published = session.publish(own.media);
    await settle();
    await answer('session_publish', { answer: 'taken' });
    await published;
    await give({ type: 'session_ended', cause: 'ended' });
    expect(own.getTracks().map(({ readyState }) => readyState)).toEqual(['live']);
  });
});

it('carries words of applications', async () => {
  const heard: unknown[] = [];
  session.on('data', (from, data) => heard.push([from, data]));
  await give({ type: 'session_data', from: 'bo', data: { raised: true } });
  expect(heard).toEqual([['bo', { raised: true }]]);
  expect(session.send('hello', 'bo')).toBe(true);
  expect(world.socket.last('session_data')).toMatchObject({ session: id, to: 'bo', data: 'hello' });
});

describe('joining once more while the first time is not over', () => {
  it('asks for one after the other, so that the last one counts', async () => {
    const [second, third] = [join(phone, id), join(phone, id, { token: 'secret' })];
    await settle();
    expect(asked('session_join')).toBe(2);
    await answer('session_join', view());
    await second;
    expect(world.socket.last('session_join')).toMatchObject({ token: 'secret' });
    await answer('session_join', view());
    expect((await third).participant).toBe('me');
  });

  it('takes what was told before the answer for what it is: of the time before', async () => {
    const joining = join(phone, id);
    await settle();
    await give({ type: 'session_ended', cause: 'replaced' });
    await answer('session_join', view());
    const second = await joining;
    second.on('ended', (cause) => news.push(`second ended ${cause}`));
    await settle();
    expect(news).toEqual(['ended replaced']);
  });

  it('leaves to whoever takes its place what is there, and says so to the server where the two may have crossed', async () => {
    void session.publish().catch(() => undefined);
    await settle();
    const joining = join(phone, id);
    await answer('session_join', view());
    await joining;
    await settle();
    expect(world.socket.last('session_publish')).toMatchObject({ streams: [] });
  });

  it('does not leave what another one has joined meanwhile', async () => {
    const joining = join(phone, id);
    const left = session.leave();
    await answer('session_join', view());
    await Promise.all([joining, left]);
    expect(asked('session_leave')).toBe(0);
  });

  it('leaves where it was let in once more after its end', async () => {
    await forgotten();
    await give({ type: 'session_ended', cause: 'ended' });
    await answer('session_join', view());
    expect(asked('session_leave')).toBe(1);
  });
});

it('answers the offers of a media worker that begins anew, whatever was under way', async () => {
  const hangs = vi.spyOn(WordsPeer.prototype, 'setRemoteDescription').mockReturnValueOnce(new Promise(() => undefined));
  await offer(4, [['bo', '0', 'a']], 'one');
  await give({ type: 'session_republish' });
  await offer(1, [['bo', '0', 'a']], 'two');
  expect(world.socket.last('session_answer')).toMatchObject({ revision: 1 });
  hangs.mockRestore();
});

async function joinWithData(publish: SessionParticipant['publish'] = ['audio', 'video']): Promise<Session> {
  const joining = join(phone, id, { data: true });
  await answer('session_join', {
    participant: 'me',
    view: { session: id, participants: [{ ...person('me'), publish }, person('bo')] },
  });
  return joining;
}
/** With which an error was thrown, if one was. */
function code(send: () => void): unknown {
  try {
    send();
    return undefined;
  } catch (error) {
    return error instanceof OffhookError ? error.code : error;
  }
}

describe('bytes', () => {
  it('go by channels of the connection that publishes, once these are open', async () => {
    session = await joinWithData();
    expect(world.socket.last('session_join')).toMatchObject({ data: true });
    session.sendBytes(new Uint8Array([7, 8]));
    session.sendBytes(new Uint8Array([9]).buffer, { lossy: true, to: 'bo' });
    await settle();
    await answer('session_publish', { answer: 'taken' });
    expect(world.socket.last('session_publish')).toMatchObject({ streams: [] });
    const { channels } = peers.at(-1)!;
    for (const channel of channels.values()) channel.open();
    expect(channels.get('reliable')?.sent).toEqual(['0 7 8']);
    expect(channels.get('lossy')?.sent).toEqual(['2 98 111 9']);
  });

  it('wait for the next connection where there is none, and are dropped before others wait for them', async () => {
    session = await joinWithData();
    session.sendBytes(new Uint8Array([1]));
    await settle();
    await answer('session_publish', { answer: 'taken' });
    await give({ type: 'session_republish' });
    await answer('session_publish', { answer: 'taken' });
    const { channels } = peers.at(-1)!;
    for (const channel of channels.values()) channel.open();
    expect(channels.get('reliable')?.sent).toEqual(['0 1']);
    channels.get('lossy')!.bufferedAmount = dataLimits.waitingLossyBytes + 1;
    session.sendBytes(new Uint8Array([2]), { lossy: true });
    expect(channels.get('lossy')?.sent).toEqual([]);
    channels.get('reliable')!.bufferedAmount = dataLimits.waitingBytes;
    expect(code(() => session.sendBytes(new Uint8Array([3])))).toBe('rate_limited');
    expect(channels.get('reliable')?.sent).toEqual(['0 1']);
  });

  it('that may be lost wait for a channel up to a limit', async () => {
    session = await joinWithData();
    const large = new Uint8Array(dataLimits.messageBytes / 2);
    const most = Math.ceil(dataLimits.waitingLossyBytes / (1 + large.length));
    for (let n = 0; n < most + 2; n++) session.sendBytes(large, { lossy: true });
    session.sendBytes(large);
    await settle();
    await answer('session_publish', { answer: 'taken' });
    const { channels } = peers.at(-1)!;
    for (const channel of channels.values()) channel.open();
    expect(channels.get('lossy')?.sent).toHaveLength(most);
    expect(channels.get('reliable')?.sent).toHaveLength(1);
  });

  it('are refused by a typed error where they may not be sent, or are too many or too large', async () => {
    const bytes = new Uint8Array(1);
    expect(code(() => session.sendBytes(bytes))).toBe('wrong_state');
    session = await joinWithData([]);
    expect(code(() => session.sendBytes(bytes))).toBe('publish_refused');
    session = await joinWithData();
    expect(code(() => session.sendBytes(new Uint8Array(dataLimits.messageBytes + 1)))).toBe('too_large');
    for (let n = 0; n < dataLimits.messageBurst; n++) session.sendBytes(bytes);
    expect(code(() => session.sendBytes(bytes))).toBe('rate_limited');
    await world.clock.pass(100);
    expect(code(() => session.sendBytes(bytes))).toBeUndefined();
    session.leave().catch(() => undefined);
    expect(code(() => session.sendBytes(bytes))).toBe('closed');
  });

  it('arrive with who has sent them, and how many are missing', async () => {
    session = await joinWithData();
    const got: unknown[] = [];
    session.on('bytes', (from, bytes, how) => got.push([from, [...bytes], how]));
    await offer(1, [['bo', '0', 'a']], 'one\nm=application 9');
    const { channels } = peers.at(-1)!;
    channels.get('reliable')?.give(3, 2, 98, 111, 1, 2);
    channels.get('lossy')?.give(0, 2, 98, 111);
    expect(got).toEqual([
      ['bo', [1, 2], { lossy: false, missed: 3 }],
      ['bo', [], { lossy: true, missed: 0 }],
    ]);
  });
});
