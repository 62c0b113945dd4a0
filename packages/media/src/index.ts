import { extname } from 'node:path';

export type { FromWorker, PublishResult, RequestFault, ToWorker, WorkerCommand, WorkerRequest } from './wire.ts';
export type { RecordingFault } from './recorder/file.ts';
export type { RecordedFile, RecordingOrder } from './recorder/messages.ts';
export type { Mix } from './recorder/mixer.ts';
export type { RoomEvent } from './room.ts';
export type { StreamRef, SubscribedStream } from './subscribe-side.ts';
export type { TransportState, WebRtcOptions } from './transport/webrtc.ts';

/** What a worker runs: to be forked, with the `ToWorker` messages as its orders. */
export const workerProgram: URL = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
