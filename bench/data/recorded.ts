import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call as two peer connections of Chromium spoke it, in the order of signalling. */
export interface RecordedCall {
  readonly offer: string;
  readonly answer: string;
  readonly callerCandidates: readonly RTCIceCandidateInit[];
  readonly calleeCandidates: readonly RTCIceCandidateInit[];
}

interface Recording {
  readonly browser: string;
  readonly audio: RecordedCall;
  readonly video: RecordedCall;
}

/** Made by `npm run bench -- record-sdp`. */
export function recording(): Recording {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'chromium-calls.json'), 'utf8')) as Recording;
}
