/** Looks into media files with ffmpeg, which decodes what no part of this project has encoded. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { program } from './programs.ts';

const run = promisify(execFile);
const rate = 48_000;

/** The sound of a file, as far as it can be decoded. */
export class Sound {
  readonly channels: readonly Float32Array[];

  constructor(channels: readonly Float32Array[]) {
    this.channels = channels;
  }

  get seconds(): number {
    return (this.channels[0]?.length ?? 0) / rate;
  }

  /** How strong a tone is within a stretch of a channel: 1 for a full-scale sine (Goertzel). */
  level(hertz: number, channel = 0, from = 0, to: number = this.seconds): number {
    const samples = this.channels[channel]!.subarray(Math.floor(from * rate), Math.floor(to * rate));
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let [before, last] = [0, 0];
    for (const sample of samples) [before, last] = [last, sample + turn * last - before];
    const power = last * last + before * before - turn * last * before;
    return samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length;
  }

  /** The strongest that a tone is within any tenth of a second of a channel. */
  peak(hertz: number, channel = 0): number {
    let most = 0;
    for (let at = 0; at + 0.1 <= this.seconds; at += 0.1) most = Math.max(most, this.level(hertz, channel, at, at + 0.1));
    return most;
  }

  /** Seconds in which a tone is heard in a channel. */
  heard(hertz: number, channel = 0, least = 0.05): number {
    let tenths = 0;
    for (let at = 0; at + 0.1 <= this.seconds; at += 0.1) if (this.level(hertz, channel, at, at + 0.1) > least) tenths++;
    return tenths / 10;
  }
}

/** `gaps`: silence where timestamps leave something out. */
export async function soundOf(path: string, channels: 1 | 2): Promise<Sound> {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-af',
    'aresample=async=1:first_pts=0',
    '-ac',
    String(channels),
    '-ar',
    String(rate),
  ];
  const { stdout } = await run(program('ffmpeg'), [...args, '-f', 'f32le', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  const all = new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 4));
  return new Sound(Array.from({ length: channels }, (_, channel) => all.filter((_sample, at) => at % channels === channel)));
}

export interface Pictures {
  readonly count: number;
  /** Of the first and of the last one. */
  readonly first: number;
  readonly last: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** What could not be decoded, in ffmpeg's words. */
  readonly errors: string;
}

/** Decodes all pictures of a file. */
export async function picturesOf(path: string): Promise<Pictures> {
  const { stdout, stderr } = await run(
    program('ffmpeg'),
    [
      '-hide_banner',
      '-i',
      path,
      '-an',
      '-vf',
      'showinfo',
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:90000',
      '-f',
      'null',
      '-',
    ],
    { maxBuffer: 2 ** 26 },
  );
  const text = stdout + stderr;
  const times = Array.from(text.matchAll(/pts_time:(\S+)/gu), ([, time]) => Number(time));
  const [, codec = '', width = '0', height = '0'] = /Video: (\w+).*?, (\d+)x(\d+)/u.exec(text) ?? [];
  return {
    count: times.length,
    first: times[0] ?? Number.NaN,
    last: times.at(-1) ?? Number.NaN,
    codec,
    width: Number(width),
    height: Number(height),
    errors: Array.from(text.matchAll(/^.*(?:error|corrupt|invalid).*$/gimu), ([line]) => line).join('\n'),
  };
}

export interface Probed {
  /** Of its streams, such as `audio opus`. */
  readonly streams: readonly string[];
  /** From the first to the last packet. */
  readonly seconds: number;
}

/** What ffprobe finds in a file, by its packets: one that was written live does not say how long it is. */
export async function probe(path: string): Promise<Probed> {
  const wanted = 'stream=codec_type,codec_name:packet=pts_time';
  const ffprobe = join(dirname(program('ffmpeg')), 'ffprobe');
  const { stdout } = await run(ffprobe, ['-v', 'error', '-show_entries', wanted, '-of', 'json', path], { maxBuffer: 2 ** 26 });
  const found = JSON.parse(stdout) as {
    readonly streams: readonly { readonly codec_type: string; readonly codec_name: string }[];
    readonly packets: readonly { readonly pts_time: string }[];
  };
  const times = found.packets.map(({ pts_time: time }) => Number(time)).filter(Number.isFinite);
  return {
    streams: found.streams.map((stream) => `${stream.codec_type} ${stream.codec_name}`),
    seconds: Math.max(...times) - Math.min(...times),
  };
}
