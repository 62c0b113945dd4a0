/** The thread of a media worker that transcodes: it takes time, apart from where packets pass. */
import { parentPort } from 'node:worker_threads';
import type { Frame, FromTranscoder, ToTranscoder } from './messages.ts';
import { Transcoding } from './transcoding.ts';

const streams = new Map<number, Transcoding>();
let frames: Frame[] = [];
/** What takes time is done in order. */
let work: Promise<void> = Promise.resolve();

async function hear(message: ToTranscoder): Promise<void> {
  switch (message.type) {
    case 'open': {
      const { stream, from, to } = message;
      streams.set(stream, await Transcoding.open(from, to, (frame) => frames.push({ stream, ...frame })));
      return;
    }
    case 'close':
      streams.get(message.stream)?.close();
      streams.delete(message.stream);
      return;
    case 'said': {
      const { now, packets } = message;
      for (const said of packets) streams.get(said.stream)?.receive(said, now);
      for (const one of streams.values()) one.tick(now);
      if (packets.length === 0 && frames.length === 0) return;
      const told: FromTranscoder = { taken: packets.length, frames };
      frames = [];
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
      parentPort?.postMessage(told);
      return;
    }
    default:
      return message satisfies never;
  }
}

parentPort?.on('message', (message: ToTranscoder) => {
  work = work.then(() => hear(message));
});
