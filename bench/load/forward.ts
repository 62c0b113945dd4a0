/** People who publish, or who receive, at a forwarder of media (test/support/media-peers.ts). */
import { freePort } from '../../test/browser/harness/ports.ts';
import { MediaPublisher, MediaReceiver } from '../../test/support/media-peers.ts';
import type { Got } from '../../test/support/media-peers.ts';
import { serve } from '../harness/service.ts';

export interface Send {
  /** Packets, of each publisher. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Sent {
  /** Packets of all publishers together. */
  readonly packets: number;
  readonly seconds: number;
}

export interface Described {
  readonly name: string;
  readonly sdp: string;
}

const turnMs = 5;
/** What a pause of this process has held up is sent late, but for what is so late that it would come as a flood. */
const lateMs = 20;
/** As libwebrtc does by default. */
const feedbackMs = 100;
const connectMs = 5_000;

let nextSsrc = 1_000;
const publishers = new Map<string, MediaPublisher>();
const receivers = new Map<string, MediaReceiver>();

/** As on a browser's machine, it does not go backwards. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

async function offer(name: string): Promise<string> {
  const publisher = new MediaPublisher(nextSsrc++, { port: await freePort() });
  publishers.set(name, publisher);
  return publisher.offer;
}

async function answer({ name, sdp }: Described): Promise<string> {
  const receiver = new MediaReceiver(sdp, { port: await freePort() }, clock);
  receivers.set(name, receiver);
  return receiver.answer;
}

/** Whether somebody is connected, once that is decided. */
async function isConnected(name: string): Promise<boolean> {
  const peer = publishers.get(name) ?? receivers.get(name);
  const until = performance.now() + connectMs;
  const isDecided = (): boolean => peer?.state !== 'connecting' || performance.now() > until;
  while (!isDecided()) await new Promise((resolve) => setTimeout(resolve, turnMs));
  if (peer?.state === 'connected') return true;
  peer?.close();
  publishers.delete(name);
  receivers.delete(name);
  return false;
}

function send({ perSecond, seconds }: Send): Promise<Sent> {
  const began = performance.now();
  let last = began;
  let [owed, packets] = [0, 0];
  return new Promise((resolve) => {
    const turn = (): void => {
      const now = performance.now();
      owed += (Math.min(now - last, lateMs) * perSecond) / 1_000;
      last = now;
      const due = Math.floor(owed);
      owed -= due;
      for (const publisher of publishers.values()) if (publisher.send(due, clock())) packets += due;
      if (now - began < seconds * 1_000) setTimeout(turn, turnMs);
      else resolve({ packets, seconds: (now - began) / 1_000 });
    };
    turn();
  });
}

function take(): Got {
  const all = [...receivers.values()].map((receiver) => receiver.take());
  return {
    sources: all.reduce((sum, { sources }) => sum + sources, 0),
    packets: all.reduce((sum, { packets }) => sum + packets, 0),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
  };
}

setInterval(() => {
  for (const receiver of receivers.values()) receiver.tick();
}, feedbackMs).unref();

serve(
  {
    offer,
    connect: ({ name, sdp }: Described) => publishers.get(name)?.connect(sdp),
    answer,
    isConnected,
    send,
    take,
  },
  async () => {
    for (const peer of [...publishers.values(), ...receivers.values()]) peer.close();
  },
);
