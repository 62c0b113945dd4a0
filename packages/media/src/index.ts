import { extname } from 'node:path';

export type { FromWorker, PublishResult, ToWorker, WorkerCommand, WorkerRequest } from './wire.ts';
export type { RoomEvent } from './room.ts';
export type { StreamRef, SubscribedStream } from './subscribe-side.ts';
export type { WebRtcOptions } from './transport/webrtc.ts';

/** What a worker runs: to be forked, with the `ToWorker` messages as its orders. */
export const workerProgram: URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
