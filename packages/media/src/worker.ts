/**
 * A media worker: a process of its own, so that native code that fails takes nothing down but its sessions. It ends with the server.
 */
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Beat } from './beat.ts';
import { Bridges, isOfBridge } from './bridge/bridges.ts';
import { nothingDropped } from './dropped.ts';
import { Echo } from './echo.ts';
import { isOfIvr, Ivrs } from './ivr/ivrs.ts';
import { Mixer } from './mixing/mixer.ts';
import { NegotiationError } from './negotiation/bundle.ts';
import { Recorder, RecorderError } from './recorder/recorder.ts';
import { Room } from './room.ts';
import type { PublishResult } from './room.ts';
import { countComplaints } from './transport/complaints.ts';
import { TransportError } from './transport/webrtc.ts';
import { Transcoder } from './transcoding/transcoder.ts';
import { NoPortError } from './transport/ports.ts';
import type { UdpOptions } from './transport/udp.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';
import type { FromWorker, RequestFault, ToWorker, WorkerAnswer, WorkerCommand, WorkerRequest } from './wire.ts';

const tickMs = 20;
/** How often it is told that it is there, and what was dropped. */
const tellMs = 1_000;
/** `randomInt` of Node takes no more. */
const randomMost = 2 ** 48 - 1;

const rooms = new Map<string, Room>();
const echoes = new Map<string, Echo>();
/** Since it was told last. */
const dropped = nothingDropped();
countComplaints(dropped);
let toldAt = 0;
const recorder = new Recorder();
const mixer = new Mixer();
const transcoder = new Transcoder();
const bridges = new Bridges((bridge, event) => say({ type: 'bridge', bridge, event }));
const beat = new Beat(tickMs, tick, clock);
const ivrs = new Ivrs((ivr, news) => say({ type: 'ivr', ivr, news }));
let transport: WebRtcOptions | undefined;
let plain: UdpOptions | undefined;
/** Of the host; until it is read, and where it is gone meanwhile, telephones hear what is made here. */
let holdMusic: Int16Array | undefined;
let bitrate: number | undefined;

/** On the wall, and yet never backwards. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

function say(message: FromWorker): void {
  // A server that is gone hears nothing; `disconnect` follows.
  process.send?.(message, () => undefined);
}

function listening(): WebRtcOptions {
  if (transport === undefined) throw new Error('asked before it was told where to listen');
  return transport;
}

function random(below: number): number {
  return randomInt(Math.min(below, randomMost));
}

/** The answer of the echo test. A call that cannot be taken is none. */
function echoed(call: string, offer: string): PublishResult {
  const known = echoes.get(call);
  const onState = (state: TransportState): void => say({ type: 'echo', call, state });
  const echo = known ?? new Echo({ transport: listening(), clock, random, onState });
  const answer = echo.answer(offer);
  echoes.set(call, echo);
  return { answer, streams: [] };
}

function room(session: string): Room {
  const known = rooms.get(session);
  if (known !== undefined) return known;
  const opened = new Room({
    transport: listening(),
    plain,
    bitrate,
    clock,
    random,
    onEvent: (event) => say({ type: 'event', session, event }),
    recorder,
    mixer,
    dropped,
  });
  rooms.set(session, opened);
  return opened;
}

async function request(asked: WorkerRequest): Promise<WorkerAnswer> {
  if (isOfBridge(asked))
    return bridges.request(asked, { transport: listening(), plain, clock, random, transcoder, holdMusic: () => holdMusic });
  if (isOfIvr(asked)) return ivrs.request(asked, { transport: listening(), mixer, recorder, clock, random });
  if (asked.type === 'echo') return echoed(asked.call, asked.offer);
  const { session } = asked;
  switch (asked.type) {
    case 'publish':
      return room(session).publish(asked.participant, asked.offer, asked.allowed);
    case 'attach': {
      const { participant, offer, allowed, streams, mixes } = asked;
      try {
        return (await room(session).attach(participant, offer, allowed, streams, mixes)) ?? stale();
      } finally {
        forgetEmpty(session);
      }
    }
    case 'plain_offer':
      try {
        return { sdp: await room(session).offerPlain(asked.participant, asked.reservation) };
      } finally {
        forgetEmpty(session);
      }
    case 'call': {
      const { participant, offer, allowed, streams } = asked;
      return room(session).call(participant, offer, allowed, streams);
    }
    case 'attached':
      return rooms.get(session)?.attached(asked.participant) ?? stale();
    case 'measured':
      return { measured: rooms.get(session)?.measured ?? [] };
    case 'answer':
      if (rooms.get(session)?.answer(asked.participant, asked.revision, asked.answer) !== true) stale();
      return true;
    case 'record':
      await room(session).record(asked.order);
      return true;
    case 'record_stop':
      await rooms.get(session)?.stopRecording(asked.recording);
      forgetEmpty(session);
      return true;
    default:
      return asked satisfies never;
  }
}

async function readMusic(file: string): Promise<void> {
  const { readHoldMusic } = await import('./bridge/hold-music.ts');
  holdMusic = await readHoldMusic(await readFile(file)).catch(() => undefined);
}

function forgetEmpty(session: string): void {
  if (rooms.get(session)?.isEmpty === true) rooms.delete(session);
}

class StaleError extends Error {}

function stale(): never {
  throw new StaleError();
}

function command(told: WorkerCommand): void {
  if (told.type === 'listen') {
    ({ plain, bitrate } = told);
    transport = { ...told.transport, onArrival: () => beat.catchUp() };
    if (told.holdMusic !== undefined) void readMusic(told.holdMusic);
    return say({ type: 'listening' });
  }
  if (told.type === 'echo_end') {
    echoes.get(told.call)?.close();
    echoes.delete(told.call);
    return;
  }
  if (isOfBridge(told)) return bridges.command(told);
  if (isOfIvr(told)) return ivrs.command(told);
  const { session } = told;
  switch (told.type) {
    case 'subscribe':
      return room(session).subscribe(told.participant, told.streams);
    case 'receive':
      return rooms.get(session)?.receive(told.participant, told.streams);
    case 'says_from':
      return room(session).saysFrom(told.participant, told.address);
    case 'admit':
      return rooms.get(session)?.admit(told.participant, told.mids);
    case 'hear':
      return room(session).hear(told.participant, told);
    case 'look':
      return rooms.get(session)?.look(told.participant, told.stream, told.width);
    case 'restart':
      return rooms.get(session)?.restart(told.participant);
    case 'leave':
      rooms.get(session)?.leave(told.participant);
      return forgetEmpty(session);
    case 'record_pause':
      return rooms.get(session)?.pauseRecording(told.recording, told.isPaused);
    case 'close':
      rooms.get(session)?.close();
      rooms.delete(session);
      return;
    default:
      return told satisfies never;
  }
}

function tell(now: number): void {
  toldAt = now;
  say({ type: 'alive' });
  if (Object.values(dropped).every((count) => count === 0)) return;
  say({ type: 'dropped', dropped: { ...dropped } });
  Object.assign(dropped, nothingDropped());
}

function faultOf(error: unknown): readonly [fault: RequestFault, message: string] | undefined {
  if (error instanceof StaleError) return ['stale', 'an answer to another offer, or of somebody who has left'];
  if (error instanceof NoPortError) return ['no_port', error.message];
  if (error instanceof NegotiationError || error instanceof TransportError) return ['bad_description', error.message];
  if (error instanceof RecorderError) return [error.fault === 'disk_full' ? 'disk_full' : 'recording_failed', error.message];
  return undefined;
}

process.on('message', (message: ToWorker) => {
  if (!('id' in message)) return command(message);
  const { id } = message;
  request(message).then(
    (ok) => say({ re: id, ok }),
    (error: unknown) => {
      const [fault, text] = faultOf(error) ?? [];
      // Whatever is not foreseen ends the worker: its sessions begin anew on another one.
      if (fault === undefined || text === undefined) throw error;
      if (fault === 'bad_description') dropped.descriptions += 1;
      say({ re: id, error: fault, message: text });
    },
  );
});

function tick(now: number): void {
  for (const one of rooms.values()) one.tick(now);
  for (const one of echoes.values()) one.tick(now);
  bridges.tick(now);
  transcoder.tick(now);
  ivrs.tick(now);
  recorder.tick(now);
  mixer.tick(now);
  if (now - toldAt >= tellMs) tell(now);
}

const ticking = setInterval(() => beat.turn(), tickMs);

process.once('disconnect', () => {
  clearInterval(ticking);
  for (const one of [...rooms.values(), ...echoes.values(), bridges, ivrs]) one.close();
  // Not by libdatachannel's own cleanup, which waits for callbacks that would have to run here.
  void recorder.drained().then(() => process.exit(0));
});
