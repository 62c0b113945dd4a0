/** A file that only grows: whatever is in it can be played, whenever writing ends. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { MkvOutputFormat, OggOutputFormat, Output, StreamTarget, WebMOutputFormat } from 'mediabunny';
import type { OutputFormat } from 'mediabunny';

export type Container = 'webm' | 'mkv' | 'ogg';

/** Why a recording cannot go on. */
export type RecordingFault = 'disk_full' | 'too_large' | 'failed';

export function faultOf(error: unknown): RecordingFault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'failed';
}

/** Of the operating system: nothing more can be written, whatever it is. Anything else is about what was to be written. */
export function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Less than this is lost when a worker is killed: what is said within a page of Ogg. */
const pageSeconds = 0.5;

const formats: Readonly<Record<Container, () => OutputFormat>> = {
  webm: () => new WebMOutputFormat({ appendOnly: true }),
  mkv: () => new MkvOutputFormat({ appendOnly: true }),
  ogg: () => new OggOutputFormat({ maximumPageDuration: pageSeconds }),
};

/** What libraries write, at the end of the file. */
export function fileOutput(path: string, container: Container): Output {
  let file: FileHandle | undefined;
  const sink = new WritableStream<{ readonly data: Uint8Array }>({
    async start() {
      file = await open(path, 'wx', 0o600);
    },
    async write({ data }) {
      await file?.appendFile(data);
    },
    close: async () => file?.close(),
    abort: async () => file?.close(),
  });
  return new Output({ format: formats[container](), target: new StreamTarget(sink) });
}
