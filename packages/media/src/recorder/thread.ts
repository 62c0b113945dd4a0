/** The thread of a media worker that records: everything that takes time, apart from where packets pass. It has no clock of its own. */
import { parentPort } from 'node:worker_threads';
import { RtpPacket } from '../rtp/packet.ts';
import { faultOf } from './file.ts';
import type { FromRecorder, ToRecorder } from './messages.ts';
import { readBatch } from './packet-batch.ts';
import { Recording } from './recording.ts';

const recordings = new Map<string, Recording>();
const streams = new Map<number, Recording>();
const packet = new RtpPacket();
/** What takes time is done in order. */
let work: Promise<void> = Promise.resolve();

function tell(message: FromRecorder): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window
  parentPort?.postMessage(message);
}

/** What cannot be done ends the recording that it is about, and no other. */
async function hear(message: ToRecorder): Promise<void> {
  switch (message.type) {
    case 'open': {
      const { recording } = message.order;
      try {
        const opened = await Recording.open(message.order, message.now, tell);
        if (opened.isOver) return await opened.close(message.now);
        recordings.set(recording, opened);
        tell({ type: 'opened', recording });
      } catch (error) {
        tell({ type: 'failed', recording, fault: faultOf(error) });
      }
      return;
    }
    case 'stream': {
      const recording = recordings.get(message.recording);
      if (recording === undefined) return;
      streams.set(message.stream, recording);
      return attempt(recording, () => recording.add(message));
    }
    case 'stream_gone': {
      const recording = streams.get(message.stream);
      streams.delete(message.stream);
      return attempt(recording, () => recording?.gone(message.stream, message.now));
    }
    case 'pause':
    case 'resume': {
      const recording = recordings.get(message.recording);
      return attempt(recording, () => recording?.[message.type](message.now));
    }
    case 'close': {
      const recording = recordings.get(message.recording);
      recordings.delete(message.recording);
      for (const [stream, of] of streams) if (of === recording) streams.delete(stream);
      await attempt(recording, () => recording?.close(message.now));
      return tell({ type: 'closed', recording: message.recording });
    }
    case 'tick':
      if (message.packets !== undefined) {
        readBatch(message.packets, (stream, bytes, arrived) => {
          if (packet.read(bytes)) streams.get(stream)?.receive(stream, packet, arrived);
        });
      }
      for (const recording of recordings.values()) recording.tick(message.now);
      return tell({ type: 'ticked' });
    default:
      return message satisfies never;
  }
}

async function attempt(recording: Recording | undefined, act: () => Promise<void> | void): Promise<void> {
  try {
    await act();
  } catch (error) {
    recording?.fail(error);
  }
}

parentPort?.on('message', (message: ToRecorder) => {
  work = work.then(() => hear(message));
});
