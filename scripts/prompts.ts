/**
 * `node scripts/prompts.ts`: speaks what the server says to callers (`packages/server/src/prompts/texts.ts`) into files that are committed.
 * Needs the Debian packages festival, festvox-us-slt-hts and ffmpeg. What is as it was made is left alone; `--all` makes everything anew.
 * `--check` needs none of them: it says which files were not made of these texts, or changed since.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promptTexts } from '../packages/server/src/prompts/texts.ts';
import { root } from './run.ts';

/** Somewhat slower than the voice speaks by itself: telephones take away much of it. */
const voice =
  '(begin (voice_cmu_us_slt_arctic_hts) (set! hts_engine_params (append hts_engine_params (list (list "-r" 0.9)))))';
/** dB below full scale, on the whole: as loud as people are in a call. */
const loudness = -22;
/** Silence around what is said. */
const trimmed = 'silenceremove=start_periods=1:start_threshold=-50dB,areverse';
const bitrate = '20k';

const sounds = join(root, 'packages/server/src/prompts/sounds');
const list = join(sounds, 'made.json');

interface Made {
  readonly text: string;
  /** Of the file. */
  readonly sha256: string;
}

function ffmpeg(...args: readonly string[]): string {
  return execFileSync('sh', ['-c', 'exec ffmpeg -nostdin -hide_banner -nostats -y "$@" 2>&1', 'ffmpeg', ...args]).toString();
}

function speak(text: string, file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
  try {
    const [written, spoken, cut] = ['text.txt', 'spoken.wav', 'cut.wav'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(written, `${text}\n`);
    execFileSync('text2wave', ['-eval', voice, written, '-o', spoken]);
    ffmpeg('-i', spoken, '-af', `${trimmed},${trimmed}`, cut);
    const mean = /mean_volume: (-[\d.]+) dB/.exec(ffmpeg('-i', cut, '-af', 'volumedetect', '-f', 'null', '-'))?.[1];
    const louder = `volume=${loudness - Number(mean)}dB,alimiter=limit=0.7:level=false`;
    const shape = `${louder},afade=d=0.01,adelay=60,apad=pad_dur=0.14,aresample=48000:resampler=swr:filter_size=64`;
    const codec = ['-ac', '1', '-c:a', 'libopus', '-b:a', bitrate, '-application', 'voip', '-frame_duration', '20'];
    ffmpeg('-i', cut, '-af', shape, ...codec, '-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact', file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const fileOf = (name: string): string => join(sounds, `${name}.ogg`);

/** Those whose file is not what was made of their text. */
function stale(made: Readonly<Record<string, Made>>): string[] {
  const wrong = Object.entries(promptTexts).flatMap(([name, text]) => {
    const known = made[name];
    const isMade = known?.text === text && existsSync(fileOf(name)) && hashOf(fileOf(name)) === known.sha256;
    return isMade ? [] : [name];
  });
  const others = readdirSync(sounds).filter((file) => file.endsWith('.ogg') && !(file.slice(0, -4) in promptTexts));
  return [...wrong, ...others];
}

function known(): Record<string, Made> {
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, Made>) : {};
}

if (process.argv.includes('--check')) {
  const wrong = stale(known());
  if (wrong.length > 0) {
    console.error(`not made of their texts: ${wrong.join(', ')} (node scripts/prompts.ts makes them)`);
    process.exit(1);
  }
} else {
  const before = process.argv.includes('--all') ? {} : known();
  const wrong = new Set(stale(before));
  const made = Object.entries(promptTexts).map(([name, text]): [string, Made] => {
    if (wrong.has(name)) speak(text, fileOf(name));
    return [name, { text, sha256: hashOf(fileOf(name)) }];
  });
  for (const file of readdirSync(sounds)) if (file.endsWith('.ogg') && wrong.has(file)) rmSync(join(sounds, file));
  writeFileSync(list, `${JSON.stringify(Object.fromEntries(made), undefined, 2)}\n`);
}
