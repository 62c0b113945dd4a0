import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallSessionContainer } from './container.ts';
import { FakeConnection, fakeTrack } from './fake-connection.fixture.ts';
import { CallSession, callSession } from './index.ts';
import { press } from './press.ts';
import { Core } from './core.ts';

let calls: CallSessionContainer;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  calls = new CallSessionContainer((core, host) => new CallSession(core, host));
});
afterEach(() => {
  vi.useRealTimers();
});

const connected = (...kinds: ('audio' | 'video' | 'screen')[]): FakeConnection =>
  new FakeConnection().with(...kinds).becomes('connected');

/** A call whose connection is up, with what its `statechange` events said. */
function going(
  connection = connected('audio'),
  init = {},
): { session: CallSession; connection: FakeConnection; states: string[] } {
  const session = calls.create({ peer: { name: 'Anna' }, ...init });
  const states: string[] = [];
  session.addEventListener('statechange', () => states.push(session.state));
  session.addPeerConnection(connection.real);
  return { session, connection, states };
}

describe('a session', () => {
  it('is active when its connection is, and counts from then', () => {
    const connection = new FakeConnection().with('audio');
    const { session, states } = going(connection);
    vi.advanceTimersByTime(5000);
    expect([session.state, session.startTime, session.duration, calls.active]).toEqual(['pending', null, 0, null]);
    connection.becomes('connecting').becomes('connected');
    vi.advanceTimersByTime(2500);
    expect(states).toEqual(['active']);
    expect(session.duration).toBe(2.5);
    expect(calls.active).toBe(session);
  });

  it('is active only once something is negotiated', () => {
    const connection = new FakeConnection().with('audio');
    for (const transceiver of connection.transceivers) transceiver.currentDirection = null;
    const { session } = going(connection.becomes('connected'));
    expect(session.state).toBe('pending');
    connection.negotiates('sendrecv');
    expect(session.state).toBe('active');
  });

  it('never shows data alone', () => {
    expect(going(connected()).session.state).toBe('pending');
  });

  it('stays active on hold, also where nothing flows either way', () => {
    const { session, connection } = going();
    connection.negotiates('sendonly').negotiates('inactive');
    expect(session.state).toBe('active');
    connection.negotiates('stopped');
    expect(session.state).toBe('pending');
  });

  it('is hidden when its connection is closed here, which fires no event', () => {
    const { session, connection, states } = going();
    const close = vi.fn<() => void>();
    connection.addEventListener('connectionstatechange', close);
    connection.close();
    expect(close).not.toHaveBeenCalled();
    expect(connection.connectionState).toBe('closed');
    expect([session.state, states, calls.active]).toEqual(['pending', ['active', 'pending'], null]);
    vi.advanceTimersByTime(30_000);
    expect([session.state, session.endReason, session.duration]).toEqual(['ended', 'closed', 0]);
  });

  it('reconnects within the grace, and its clock goes through an ICE restart', () => {
    const { session, connection, states } = going();
    vi.advanceTimersByTime(10_000);
    connection.becomes('disconnected');
    vi.advanceTimersByTime(10_000);
    connection.becomes('connecting');
    vi.advanceTimersByTime(10_000);
    connection.becomes('connected');
    expect(states).toEqual(['active', 'reconnecting', 'active']);
    expect(session.duration).toBe(30);
  });

  it('is waited for without end where that is wanted', () => {
    const { session, connection } = going(connected('audio'), { reconnectGrace: Infinity });
    connection.becomes('failed');
    vi.advanceTimersByTime(86_400_000);
    expect(session.state).toBe('reconnecting');
    connection.close();
    vi.advanceTimersByTime(86_400_000);
    expect(session.state).toBe('pending');
    session.addPeerConnection(connected('audio').real);
    expect(session.state).toBe('active');
  });

  it('is waited for for longer than a timer can run', () => {
    const weeks = 35 * 86_400;
    const { session, connection } = going(connected('audio'), { reconnectGrace: weeks });
    connection.close();
    const looked = vi.spyOn(session, 'dispatchEvent');
    const timers = vi.spyOn(globalThis, 'setTimeout');
    session.removePeerConnection(connection.real);
    // One that overflows goes off at once, again and again.
    vi.advanceTimersByTime(1000);
    expect(timers.mock.calls.length).toBeLessThan(5);
    vi.advanceTimersByTime((weeks - 2) * 1000);
    expect(session.state).toBe('pending');
    vi.advanceTimersByTime(1000);
    expect([session.state, looked.mock.calls.length]).toEqual(['ended', 1]);
  });

  it('is hidden when the grace is over', () => {
    const { session, connection } = going(connected('audio'), { reconnectGrace: 5 });
    connection.becomes('failed');
    vi.advanceTimersByTime(4999);
    expect(session.state).toBe('reconnecting');
    vi.advanceTimersByTime(1);
    expect(session.state).toBe('pending');
    connection.becomes('connected');
    expect(session.state).toBe('active');
  });

  it('goes on over a connection that replaces another', () => {
    const { session, connection, states } = going();
    vi.advanceTimersByTime(4000);
    session.addPeerConnection(connected('audio').real);
    connection.close();
    session.removePeerConnection(connection.real);
    vi.advanceTimersByTime(1000);
    expect(states).toEqual(['active']);
    expect(session.duration).toBe(5);
  });

  it('leaves a connection that is taken away as it was', () => {
    const { session, connection } = going();
    session.removePeerConnection(connection.real);
    expect(session.state).toBe('pending');
    expect(connection.connectionState).toBe('connected');
    expect(Object.hasOwn(connection, 'close')).toBe(false);
    session.removePeerConnection(connection.real);
  });

  it('does not undo what others have wrapped around close meanwhile', () => {
    const { session, connection } = going();
    const inner = connection.close.bind(connection);
    const wrapped = vi.fn<() => void>(() => inner());
    connection.close = wrapped;
    session.removePeerConnection(connection.real);
    connection.close();
    expect([wrapped.mock.calls.length, connection.connectionState]).toEqual([1, 'closed']);
  });

  it('ends, with its connections, once', () => {
    const { session, connection, states } = going();
    vi.advanceTimersByTime(3000);
    session.end('done');
    session.end('again');
    vi.advanceTimersByTime(90_000);
    expect([session.state, session.endReason, session.duration]).toEqual(['ended', 'done', 3]);
    expect(connection.connectionState).toBe('closed');
    expect(states).toEqual(['active', 'ended']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says what is sent at this moment', () => {
    const connection = connected('audio', 'video', 'screen');
    const { session } = going(connection);
    const look = () => {
      vi.advanceTimersByTime(1000);
      return Object.entries(session.sending).flatMap(([what, on]) => (on ? what : []));
    };
    expect(look()).toEqual(['microphone', 'camera', 'screen']);
    const [audio, video, screen] = connection.transceivers;
    audio!.sender.track!.enabled = false;
    expect(look()).toEqual(['camera', 'screen']);
    video!.sender.encodings[0]!.active = false;
    expect(look()).toEqual(['screen']);
    screen!.currentDirection = 'recvonly';
    expect(look()).toEqual([]);
    audio!.sender.track!.enabled = true;
    audio!.sender.track!.muted = true;
    expect(look()).toEqual([]);
    audio!.sender.track!.muted = false;
    expect(look()).toEqual(['microphone']);
    connection.becomes('disconnected');
    expect(look()).toEqual([]);
    connection.becomes('connected');
    audio!.sender.track = null;
    expect(look()).toEqual([]);
  });

  it('knows its kind', () => {
    expect(going(connected('audio')).session.kind).toBe('audio');
    expect(going(connected('audio', 'video')).session.kind).toBe('video');
    expect(going(connected('audio', 'audio')).session.kind).toBe('group');
    const { session } = going();
    session.addPeerConnection(connected('audio').real);
    expect(session.kind).toBe('group');
    expect(going(connected('audio', 'video'), { kind: 'audio' }).session.kind).toBe('audio');
  });

  it('turns what is sent off and on', async () => {
    const { session, connection } = going(connected('audio', 'video'));
    await session.setMicrophoneActive(false);
    await session.setCameraActive(false);
    expect(session.sending).toEqual({ microphone: false, camera: false, screen: false });
    await session.setMicrophoneActive(true);
    expect(connection.transceivers.map(({ sender }) => sender.track?.enabled)).toEqual([true, false]);
    session.end();
    await expect(session.setMicrophoneActive(false)).rejects.toMatchObject({ name: 'InvalidStateError' });
  });
});

describe('what the application says', () => {
  it('may change while the call goes on, as far as it makes sense', () => {
    const { session } = going();
    expect(session.header).toBe('You are talking with Anna');
    session.update({ peer: { name: 'Bo' }, subtext: 'On hold' });
    expect([session.header, session.subtext]).toEqual(['You are talking with Bo', 'On hold']);
    session.header = 'Weekly planning';
    expect(() => session.update({ header: 'Nonsense', reconnectGrace: -1 })).toThrow(TypeError);
    expect(session.header).toBe('Weekly planning');
    session.update({ header: undefined, subtext: undefined });
    expect([session.header, session.subtext]).toEqual(['You are talking with Bo', null]);
  });

  it('takes something away from what is sent, and adds nothing', () => {
    const { session, connection } = going(connected('audio', 'screen'));
    session.update({ sending: { microphone: false, camera: true } });
    expect(session.sending).toEqual({ microphone: false, camera: false, screen: true });
    session.update({ sending: { microphone: true } });
    expect(session.sending.microphone).toBe(true);
    connection.transceivers[0]!.sender.track!.enabled = false;
    session.update({});
    expect(session.sending.microphone).toBe(false);
  });

  it('is what has a button, even while no track is attached', () => {
    const core = new Core({ sending: { camera: false }, kind: 'video' }, () => undefined);
    core.add(connected('audio').real);
    const buttons = () => core.view.buttons.map(({ title }) => title);
    expect(buttons()).toEqual(['Mute', 'Turn camera on', 'Hang up']);
    core.update({ sending: undefined });
    expect(buttons()).toEqual(['Mute', 'Hang up']);
  });

  it('is which picture is seen', () => {
    const connection = connected('video', 'video');
    const [first, second] = connection.transceivers.map(({ receiver }) => receiver.track as unknown as MediaStreamTrack);
    const core = new Core({}, () => undefined);
    core.add(connection.real);
    expect(core.view.video).toBe(first);
    core.update({ picture: second });
    expect(core.view.video).toBe(second);
    core.update({ picture: null });
    expect(core.view.video).toBeUndefined();
  });

  it('is when the call began, before a reload', () => {
    vi.advanceTimersByTime(1000);
    const { session } = going(connected('audio'), { startTime: -9000 });
    expect([session.startTime, session.duration]).toEqual([-9000, 10]);
    expect(calls.create({ startTime: -9000 })).toMatchObject({ startTime: null, duration: 0 });
  });
});

it('the sound of a screen is the screen, not the microphone', () => {
  const sound = Object.assign(fakeTrack('audio'), { getSettings: () => ({ restrictOwnAudio: false }) });
  const connection = connected('screen');
  connection.add(sound);
  expect(going(connection).session.sending).toEqual({ microphone: false, camera: false, screen: true });
});

describe('what makes no sense', () => {
  it.each([
    ['nothing', undefined],
    ['a negative time', { reconnectGrace: -1 }],
    ['no time', { reconnectGrace: Number.NaN }],
    ['a beginning that is no time', { startTime: Number.NaN }],
    ['a beginning that is no time of a clock', { startTime: -Infinity }],
    ['a button without a title', { buttons: [{ action: 'x' }] }],
    ['a button without an action', { buttons: [{ action: '', title: 'X' }] }],
    [
      'a button twice',
      {
        buttons: [
          { action: 'x', title: 'X' },
          { action: 'x', title: 'Y' },
        ],
      },
    ],
    ['a button that is there anyway', { buttons: [{ action: 'hangup', title: 'Hang up' }] }],
    ['connections that are none', { peerConnections: [{}] }],
  ])('is refused: %s', (_, init) => {
    expect(() => calls.create(init as never)).toThrow(TypeError);
    expect(calls.newest).toBeUndefined();
  });

  it.each([
    { startTime: Number.NaN },
    { reconnectGrace: -1 },
    { buttons: [{ action: 'x', title: 'X', priority: Symbol('high') }] },
    { artwork: 5 },
  ])('changes nothing where it comes later: %j', (patch) => {
    const { session } = going();
    expect(() => session.update({ header: 'Nonsense', ...patch } as never)).toThrow(TypeError);
    expect(session.header).toBe('You are talking with Anna');
    vi.advanceTimersByTime(2000);
    expect(session.duration).toBe(2);
    session.update({ header: 'Sense' });
    expect(session.header).toBe('Sense');
  });

  it('is refused by name where it comes later', () => {
    const { session } = going();
    expect(() => session.updateButton('none', { title: 'X' })).toThrow(expect.objectContaining({ name: 'NotFoundError' }));
    expect(() => session.addPeerConnection(undefined as never)).toThrow(TypeError);
    session.end();
    expect(() => session.addPeerConnection(connected('audio').real)).toThrow(
      expect.objectContaining({ name: 'InvalidStateError' }),
    );
  });
});

it('words that are undefined are as if they were never said, and others are texts', () => {
  const core = new Core({ texts: { duration: undefined, mute: 5 }, hangup: { title: undefined } } as never, () => undefined);
  core.add(connected('audio').real);
  expect(core.view.subtext).toBe('Duration 0:00');
  expect(core.view.buttons.map(({ title }) => title)).toEqual(['5', 'Hang up']);
  core.update({ texts: { duration: undefined } as never, subtext: 7 as never });
  expect([core.view.subtext, core.view.buttons[0]?.title]).toEqual(['7', 'Mute']);
});

describe('several calls of a page', () => {
  it('are shown one at a time: the one that goes on before the one on hold', () => {
    const first = going();
    const second = going();
    expect([first.session.state, second.session.state]).toEqual(['active', 'pending']);
    first.connection.negotiates('inactive');
    expect([first.session.state, second.session.state]).toEqual(['pending', 'active']);
    second.session.end();
    expect(first.session.state).toBe('active');
  });

  it('are on hold where the application says so, though media stays negotiated', () => {
    const first = going();
    const second = going();
    first.session.update({ held: true });
    expect([first.session.state, second.session.state]).toEqual(['pending', 'active']);
    second.session.update({ held: true });
    expect(calls.active).toBe(second.session);
    first.session.update({ held: false });
    expect(calls.active).toBe(first.session);
  });

  it('are shown as the application wants', () => {
    const first = going();
    const second = going();
    second.session.activate();
    vi.advanceTimersByTime(3000);
    expect([first.session.state, second.session.state, calls.active]).toEqual(['pending', 'active', second.session]);
    // Also one on hold, as long as it is up.
    second.connection.negotiates('inactive');
    vi.advanceTimersByTime(3000);
    expect(calls.active).toBe(second.session);
    second.connection.close();
    expect(calls.active).toBe(first.session);
    second.session.activate();
    expect(calls.active).toBe(first.session);
  });

  it('tell of the change, also when a handler ends one meanwhile', () => {
    const changes: unknown[] = [];
    calls.addEventListener('activechange', () => changes.push(calls.active));
    const { session, connection } = going();
    session.addEventListener('statechange', () => session.state === 'reconnecting' && session.end('impatient'));
    connection.becomes('disconnected');
    expect(changes).toEqual([session, null]);
    expect(session.endReason).toBe('impatient');
  });
});

/** A call that goes on, and something to press. */
function pressed(init = {}, ...kinds: ('audio' | 'video' | 'screen')[]) {
  const core = new Core(init, () => undefined);
  const session = new CallSession(core, { open: () => Promise.reject(), show: () => undefined });
  const connection = connected('audio', ...kinds);
  core.add(connection.real);
  const actions: string[] = [];
  session.addEventListener('action', (event) => actions.push(event.action));
  return { core, session, connection, actions, press: (action: string) => press(core, session, action, 'notification') };
}

describe('something pressed', () => {
  it('hangs up: the call ends and its connections are closed', () => {
    const { session, connection, press: at, actions } = pressed();
    const hangup = vi.fn<(event: Event) => void>();
    session.onhangup = hangup;
    at('hangup');
    expect(hangup).toHaveBeenCalledWith(expect.objectContaining({ action: 'hangup', source: 'notification' }));
    expect([session.state, session.endReason, connection.connectionState]).toEqual(['ended', 'hangup', 'closed']);
    at('hangup');
    expect(actions).toEqual(['hangup']);
  });

  it.each(['action', 'hangup'])('does nothing by itself where the %s event says so', (type) => {
    const { core, session, press: at } = pressed();
    session.addEventListener(type, (event) => event.preventDefault());
    at('hangup');
    expect(core.up).toBe(true);
  });

  it('turns microphone and camera off and on', () => {
    const { session, press: at } = pressed({}, 'video');
    at('togglemicrophone');
    expect(session.sending).toMatchObject({ microphone: false, camera: true });
    at('togglecamera');
    at('togglemicrophone');
    expect(session.sending).toMatchObject({ microphone: true, camera: false });
  });

  it('stops a screen as the browser would', () => {
    const { core, session, press: at } = pressed();
    const [connection] = [new FakeConnection()];
    const screen = fakeTrack('video', 'browser');
    const ended = vi.fn<() => void>();
    screen.addEventListener('ended', ended);
    connection.add(screen);
    core.add(connection.becomes('connected').real);
    expect(session.sending.screen).toBe(true);
    at('togglescreenshare');
    expect([screen.readyState, ended.mock.calls.length, session.sending.screen]).toEqual(['ended', 1, false]);
  });
});

describe('observing', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('finds connections that are made later, until it is stopped', () => {
    vi.stubGlobal('RTCPeerConnection', FakeConnection);
    const before = new FakeConnection().with('audio').becomes('connected');
    const stop = CallSession.observe({ header: 'Found' });
    expect(callSession.active).toBeNull();
    const Made = globalThis.RTCPeerConnection as unknown as typeof FakeConnection;
    const made = new Made();
    expect(made).toBeInstanceOf(FakeConnection);
    expect(callSession.active).toBeNull();
    made.with('audio').becomes('connected');
    const first = callSession.active;
    expect(first?.header).toBe('Found');
    // Another one of the same call; after its end, of a new one.
    new Made().with('audio').becomes('connected');
    expect(first?.kind).toBe('group');
    first?.end();
    new Made().with('audio').becomes('connected');
    expect(callSession.active).not.toBe(first);
    callSession.active?.end();
    stop();
    expect(globalThis.RTCPeerConnection).toBe(FakeConnection);
    new Made().with('audio').becomes('connected');
    expect(callSession.active).toBeNull();
    expect(before.connectionState).toBe('connected');
  });

  it('leaves wrappers of others in place', () => {
    vi.stubGlobal('RTCPeerConnection', FakeConnection);
    const stop = CallSession.observe();
    const theirs = class extends (globalThis.RTCPeerConnection as unknown as typeof FakeConnection) {};
    vi.stubGlobal('RTCPeerConnection', theirs);
    stop();
    expect(globalThis.RTCPeerConnection).toBe(theirs);
    new theirs().with('audio').becomes('connected');
    expect(callSession.active).toBeNull();
  });
});
