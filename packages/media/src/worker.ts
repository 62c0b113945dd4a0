/**
 * A media worker: a process of its own, so that native code that fails takes nothing down but its sessions. It ends with the server.
 */
import { randomInt } from 'node:crypto';
import { NegotiationError } from './negotiation/bundle.ts';
import { Room } from './room.ts';
import { TransportError } from './transport/webrtc.ts';
import type { WebRtcOptions } from './transport/webrtc.ts';
import type { FromWorker, PublishResult, ToWorker, WorkerCommand, WorkerRequest } from './wire.ts';

const tickMs = 20;
/** `randomInt` of Node takes no more. */
const randomMost = 2 ** 48 - 1;

const rooms = new Map<string, Room>();
let transport: WebRtcOptions | undefined;

/** On the wall, and yet never backwards. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

function say(message: FromWorker): void {
  process.send?.(message);
}

function room(session: string): Room {
  const known = rooms.get(session);
  if (known !== undefined) return known;
  if (transport === undefined) throw new Error('asked before it was told where to listen');
  const opened = new Room({
    transport,
    clock,
    random: (below) => randomInt(Math.min(below, randomMost)),
    onEvent: (event) => say({ type: 'event', session, event }),
  });
  rooms.set(session, opened);
  return opened;
}

function request(asked: WorkerRequest): PublishResult | true {
  const { session, participant } = asked;
  switch (asked.type) {
    case 'publish':
      return room(session).publish(participant, asked.offer, asked.allowed);
    case 'answer':
      if (rooms.get(session)?.answer(participant, asked.revision, asked.answer) !== true) throw new StaleError();
      return true;
    default:
      return asked satisfies never;
  }
}

class StaleError extends Error {}

function command(told: WorkerCommand): void {
  if (told.type === 'listen') {
    ({ transport } = told);
    return say({ type: 'listening' });
  }
  const { session } = told;
  switch (told.type) {
    case 'subscribe':
      return room(session).subscribe(told.participant, told.streams);
    case 'look':
      return rooms.get(session)?.look(told.participant, told.stream, told.width);
    case 'restart':
      return rooms.get(session)?.restart(told.participant);
    case 'leave':
      rooms.get(session)?.leave(told.participant);
      if (rooms.get(session)?.isEmpty === true) rooms.delete(session);
      return;
    case 'close':
      rooms.get(session)?.close();
      rooms.delete(session);
      return;
    default:
      return told satisfies never;
  }
}

process.on('message', (message: ToWorker) => {
  if (!('id' in message)) return command(message);
  try {
    say({ re: message.id, ok: request(message) });
  } catch (error) {
    if (error instanceof StaleError) say({ re: message.id, error: 'stale', message: 'an answer to another offer' });
    else if (error instanceof NegotiationError || error instanceof TransportError)
      say({ re: message.id, error: 'bad_description', message: error.message });
    else throw error;
  }
});

const ticking = setInterval(() => {
  const now = clock();
  for (const one of rooms.values()) one.tick(now);
}, tickMs);

process.once('disconnect', () => {
  clearInterval(ticking);
  for (const one of rooms.values()) one.close();
  // Not by libdatachannel's own cleanup, which waits for callbacks that would have to run here.
  process.exit(0);
});
