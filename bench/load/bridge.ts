/** Browsers and the telephones that they talk with: each says 20 ms of sound after the other, of which one in 25 is loud. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { createEncoder } from 'libopus-wasm';
import { readBrowser, writeBrowser } from '../../packages/media/src/bridge/browser-description.ts';
import { sounds } from '../../packages/media/src/bridge/sound.ts';
import { muLaw } from '../../packages/media/src/recorder/g711.ts';
import { isRtcp } from '../../packages/media/src/rtp/packet.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import { freePort } from '../../test/browser/harness/ports.ts';
import { serve } from '../harness/service.ts';

export interface Ring {
  readonly call: string;
  readonly codec: 'opus' | 'PCMU';
}

export interface Told {
  readonly call: string;
  readonly sdp: string;
}

export interface Spoken {
  /** Packets that were sent, and that arrived, both ways together. */
  readonly sent: number;
  readonly received: number;
  /** Milliseconds from the browser to the telephone, of each loud packet. */
  readonly delays: readonly number[];
}

const at = '127.0.0.1';
const frameMs = 20;
/** Calls speak at one of so many moments of a frame. */
const moments = 4;
const loudEvery = 25;
/** What is on its way is waited for. */
const lateMs = 300;
/** A telephone has heard the loud packet: 12 dB below the loudest there is. */
const loud = 8_000;

interface Call {
  readonly codec: Ring['codec'];
  readonly browser: WebRtcTransport;
  readonly phone: Socket;
  readonly local: number;
  to: number;
  count: number;
  loudAt: number | undefined;
}

const calls = new Map<string, Call>();
const counted = { sent: 0, received: 0 };
let delays: number[] = [];
const frames = await spoken();

function tone(level: number): Int16Array {
  return Int16Array.from({ length: 960 }, (_, n) => level * Math.sin(n / 10));
}

/** Frames of both codecs, loud and not. */
async function spoken(): Promise<Record<Ring['codec'], { readonly quiet: Buffer; readonly loud: Buffer }>> {
  const encoder = await createEncoder({ channels: 1, sampleRate: 48_000, bitrate: 24_000 });
  const [quiet, shout] = [Buffer.from(encoder.encode(tone(300)).slice()), Buffer.from(encoder.encode(tone(30_000)).slice())];
  return { opus: { quiet, loud: shout }, PCMU: { quiet: Buffer.alloc(160, 0xf0), loud: Buffer.alloc(160, 0x85) } };
}

async function ring({ call, codec }: Ring): Promise<string> {
  const phone = createSocket('udp4');
  phone.bind(0, at);
  await once(phone, 'listening');
  const browser = WebRtcTransport.offering(
    { port: await freePort(), listen: at },
    { onPacket: (bytes) => void (isRtcp(bytes) || counted.received++), onState: () => undefined },
  );
  const one: Call = { codec, browser, phone, local: phone.address().port, to: 0, count: 0, loudAt: undefined };
  phone.on('message', (bytes) => {
    if (isRtcp(bytes)) return;
    counted.received++;
    hear(one, bytes);
  });
  calls.set(call, one);
  const codecs = sounds.filter(({ name }) => name === codec);
  return writeBrowser({ local: browser.local, version: 1, ssrc: 1 + calls.size, codecs, sections: [], type: 'offer' });
}

function hear(call: Call, bytes: Buffer): void {
  if (call.loudAt === undefined || !bytes.subarray(12).some((byte) => Math.abs(muLaw[byte] ?? 0) > loud)) return;
  delays.push(performance.now() - call.loudAt);
  call.loudAt = undefined;
}

/** What the telephone answers. */
function answer({ call, sdp }: Told): string {
  const one = calls.get(call);
  if (one === undefined) throw new Error('no such call');
  one.to = Number(/^m=audio (\d+)/mu.exec(sdp)?.[1]);
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${at}`,
    's=-',
    `c=IN IP4 ${at}`,
    't=0 0',
    `m=audio ${one.local} RTP/AVP 0`,
    'a=sendrecv',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function connect({ call, sdp }: Told): void {
  calls.get(call)?.browser.connect(readBrowser(sdp).transport);
}

/** Whether all are connected by now. */
function areConnected(): boolean {
  return [...calls.values()].every(({ browser }) => browser.state === 'connected');
}

function packet(call: Call, ticks: number, payloadType: number, ssrc: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes[0] = 0x80;
  bytes[1] = payloadType;
  bytes.writeUInt16BE(call.count & 0xffff, 2);
  bytes.writeUInt32BE((call.count * ticks) >>> 0, 4);
  bytes.writeUInt32BE(ssrc, 8);
  payload.copy(bytes, 12);
  return bytes;
}

function say(call: Call, ssrc: number): void {
  call.count++;
  const isLoud = call.count % loudEvery === 0;
  const { quiet, loud: shout } = frames[call.codec];
  const [ticks, type] = call.codec === 'opus' ? [960, 111] : [160, 0];
  if (isLoud) call.loudAt = performance.now();
  if (call.browser.send(packet(call, ticks, type, ssrc, isLoud ? shout : quiet))) counted.sent++;
  call.phone.send(packet(call, 160, 0, ssrc, frames.PCMU.quiet), call.to, at);
  counted.sent++;
}

/** All of them speak for so many seconds. */
async function speak(seconds: number): Promise<Spoken> {
  Object.assign(counted, { sent: 0, received: 0 });
  delays = [];
  const began = performance.now();
  const turns = (seconds * 1_000 * moments) / frameMs;
  for (let turn = 0; turn < turns; turn++) {
    const wait = began + (turn * frameMs) / moments - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    for (const [n, call] of [...calls.values()].entries()) if (n % moments === turn % moments) say(call, n + 1);
  }
  await new Promise((resolve) => setTimeout(resolve, lateMs));
  return { ...counted, delays };
}

async function close(): Promise<void> {
  for (const { browser, phone } of calls.values()) {
    browser.close();
    phone.close();
  }
  calls.clear();
}

serve({ ring, answer, connect, areConnected, speak, close }, close);
