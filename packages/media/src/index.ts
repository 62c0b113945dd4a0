import type { Milliseconds } from '@offhook/core';
import { extname } from 'node:path';
import type { Greeting } from './ivr/greeting.ts';

export type { IvrNews, IvrRecording, Recorded } from './ivr/ivr.ts';
export { nothingDropped } from './dropped.ts';
export type { Dropped } from './dropped.ts';
export { GreetingError } from './ivr/greeting-error.ts';
export type { Greeting } from './ivr/greeting.ts';
export { readOggOpus } from './ivr/ogg.ts';
export type { Sound } from './ivr/sounds.ts';
export { NegotiationError } from './negotiation/bundle.ts';
export { readPlainOffer } from './negotiation/plain.ts';
export { readPublishOffer } from './negotiation/publish.ts';
export type { LegSectionView, LegView, RefusedStream } from './plain/leg.ts';
export type { BridgeNews, FromWorker, RequestFault, ToWorker, WorkerAnswer, WorkerCommand, WorkerRequest } from './wire.ts';
export type { RecordingFault } from './recorder/file.ts';
export type { RecordedFile, RecordingOrder } from './recorder/messages.ts';
export type { Mix } from './recorder/mixer.ts';
export type { RoomEvent } from './room-event.ts';
export type { PublishResult } from './room.ts';
export type { StreamRef, SubscribedStream } from './subscribe-side.ts';
export type { UdpOptions } from './transport/udp.ts';
export type { TransportState, WebRtcOptions } from './transport/webrtc.ts';

/** What it is made of is loaded with the first greeting. @throws GreetingError */
export async function makeGreeting(bytes: Uint8Array, mostMs: Milliseconds): Promise<Greeting> {
  return (await import('./ivr/greeting.ts')).makeGreeting(bytes, mostMs);
}

/** Throws where this is nothing that telephones could hear while they are held. @throws GreetingError */
export async function checkHoldMusic(bytes: Uint8Array): Promise<void> {
  await (await import('./bridge/hold-music.ts')).readHoldMusic(bytes);
}

/** What a worker runs: to be forked, with the `ToWorker` messages as its orders. */
export const workerProgram: URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
