/** The thread of a media worker that mixes: decoding and encoding take time, apart from where packets pass. */
import { parentPort } from 'node:worker_threads';
import { readBatch } from '../recorder/packet-batch.ts';
import { RtpPacket } from '../rtp/packet.ts';
import type { FromMixer, ToMixer } from './messages.ts';
import { Mixdown } from './mixdown.ts';

const packet = new RtpPacket();
let mixdown: Mixdown | undefined;
/** What takes time is done in order. */
let work: Promise<void> = Promise.resolve();

function tell(message: FromMixer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
  parentPort?.postMessage(message);
}

async function hear(message: ToMixer): Promise<void> {
  if (message.type === 'tick') {
    const { now, packets } = message;
    mixdown ??= new Mixdown(now, (listener, payload, frame) => tell({ type: 'sound', listener, payload, frame }));
    const mixing = mixdown;
    if (packets !== undefined)
      readBatch(packets, (stream, bytes, arrived) => {
        if (packet.read(bytes)) mixing.receive(stream, packet, arrived);
      });
    mixing.tick(now);
    return tell({ type: 'ticked' });
  }
  switch (message.type) {
    case 'stream':
      return mixdown?.add(message.stream, message.codec, message.clockRate);
    case 'stream_gone':
      return mixdown?.remove(message.stream);
    case 'listener':
      return mixdown?.listen(message.listener, message.codec);
    case 'hears':
      return mixdown?.hear(message.listener, message.streams);
    case 'listener_gone':
      return mixdown?.forget(message.listener);
    default:
      return message satisfies never;
  }
}

parentPort?.on('message', (message: ToMixer) => {
  work = work.then(() => hear(message));
});
