/** What callers hear of the server: the files that come with it, or those of a folder of the host. */
import { voicemailLimits } from '@offhook/core';
import { GreetingError, makeGreeting } from '@offhook/media';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PromptName, Prompts } from '../ports/prompts.ts';
import { promptTexts } from './texts.ts';

/** Says to people what is wrong with the folder of the setting. */
export class PromptsError extends Error {
  override readonly name = 'PromptsError';
}

export interface OpenPrompts extends AsyncDisposable {
  readonly prompts: Prompts;
}

const sounds = fileURLToPath(new URL('sounds/', import.meta.url));
/** Other files may lie there as well. */
const kinds = ['.wav', '.ogg', '.opus', '.webm', '.weba'];
const isPrompt = (name: string): name is PromptName => name in promptTexts;

/** `dir`: the folder of the host; `data`: where this server keeps its data. @throws PromptsError */
export async function openPrompts(dir: string | undefined, data: string | undefined): Promise<OpenPrompts> {
  const copies = data === undefined ? undefined : join(resolve(data), 'prompts');
  if (copies !== undefined) await rm(copies, { recursive: true, force: true });
  if (dir === undefined)
    return { prompts: (name) => ({ file: join(sounds, `${name}.ogg`) }), [Symbol.asyncDispose]: () => Promise.resolve() };
  const own = await read(resolve(dir));
  const folder = copies ?? (await mkdtemp(join(tmpdir(), 'offhook-prompts-')));
  await mkdir(folder, { recursive: true });
  // As workers play them.
  for (const [name, bytes] of own) await writeFile(join(folder, `${name}.ogg`), bytes);
  return {
    prompts: (name) => ({ file: join(own.has(name) ? folder : sounds, `${name}.ogg`) }),
    [Symbol.asyncDispose]: () => (copies === undefined ? rm(folder, { recursive: true, force: true }) : Promise.resolve()),
  };
}

function wrong(what: string, path: string, cause?: unknown): PromptsError {
  return new PromptsError(`What callers hear (prompts, --prompts) ${what}: ${path}`, { cause });
}

async function read(dir: string): Promise<ReadonlyMap<PromptName, Uint8Array>> {
  const found = new Map<PromptName, Uint8Array>();
  const files = await readdir(dir).catch((error: unknown) => {
    throw wrong('cannot be read', dir, error);
  });
  for (const file of files.toSorted().filter((one) => kinds.includes(extname(one).toLowerCase()))) {
    const [path, name] = [join(dir, file), basename(file, extname(file))];
    if (!isPrompt(name)) throw wrong(`has the names ${Object.keys(promptTexts).join(', ')}, not that of`, path);
    if (found.has(name)) throw wrong(`is there twice, ${name}`, path);
    found.set(name, await made(path));
  }
  return found;
}

async function made(path: string): Promise<Uint8Array> {
  const { greetingBytesMost, greetingMsMost } = voicemailLimits;
  try {
    if ((await stat(path)).size > greetingBytesMost) throw wrong(`has more than ${greetingBytesMost / 1e6} MB`, path);
    return (await makeGreeting(await readFile(path), greetingMsMost)).bytes;
  } catch (error) {
    if (error instanceof PromptsError) throw error;
    if (!(error instanceof GreetingError)) throw wrong('cannot be read', path, error);
    throw wrong(error.code === 'too_long' ? 'is longer than a minute' : 'is neither WAV nor Opus in Ogg or WebM', path, error);
  }
}
