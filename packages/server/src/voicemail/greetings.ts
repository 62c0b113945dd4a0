/**
 * What callers hear before the tone, in the words of whom they call.
 *
 *      WAV, Ogg, WebM ──► Ogg with Opus ──► kept with the files ──► a copy on the disk ──► played by a media worker
 */
import { voicemailLimits } from '@offhook/core';
import type { Address, GreetingView } from '@offhook/core';
import { GreetingError, makeGreeting } from '@offhook/media';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Buckets } from '../ports/bucket.ts';
import type { Files, StoredFile } from '../ports/files.ts';
import { greetingPlace } from '../ports/people.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Store, Write } from '../ports.ts';
import type { Greetings, Sound } from '../ports/voicemail.ts';

export interface OwnGreetingsDeps {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly newId: () => string;
  /** For copies, where workers read them. */
  readonly folder: string;
}

const headBytes = 64;
const pieceBytes = 256 * 1_024;

export class OwnGreetings implements Greetings {
  readonly #deps: OwnGreetingsDeps;
  /** Whose is being changed: one change after the other, so that each finds what the one before has left. */
  readonly #busy = new Map<Address, Promise<unknown>>();
  readonly #taken = new Buckets({ perSecond: voicemailLimits.greetingsPerMinute / 60, burst: voicemailLimits.greetingBurst });

  constructor(deps: OwnGreetingsDeps) {
    this.#deps = deps;
  }

  async of(user: Address): Promise<GreetingView | undefined> {
    const { store } = this.#deps;
    const greeting = await store.greeting(user);
    const [file] = greeting === undefined ? [] : await store.files([greeting.file]);
    return greeting && file && viewOf(file, greeting.durationMs);
  }

  set(user: Address, bytes: Uint8Array): Promise<GreetingView> {
    return this.#inTurn(user, () => this.#set(user, bytes, []));
  }

  take(user: Address, id: string): Promise<GreetingView> {
    return this.#inTurn(user, () => this.#take(user, id));
  }

  remove(user: Address): Promise<void> {
    return this.#inTurn(user, () => this.#remove(user));
  }

  /** As it is played; undefined: that of the server. */
  async sound(user: Address): Promise<Sound | undefined> {
    const greeting = await this.#deps.store.greeting(user);
    return greeting && { file: await this.#copy(greeting.file) };
  }

  /** Copies of a server before this one. */
  async recover(): Promise<void> {
    await rm(this.#deps.folder, { recursive: true, force: true });
  }

  async #inTurn<T>(user: Address, change: () => Promise<T>): Promise<T> {
    const turn = (this.#busy.get(user) ?? Promise.resolve()).then(change);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#busy.set(user, settled);
    void settled.then(() => this.#busy.get(user) === settled && this.#busy.delete(user));
    return turn;
  }

  async #take(user: Address, id: string): Promise<GreetingView> {
    const { clock, files, store } = this.#deps;
    const [sent] = await store.files([id]);
    if (sent?.owner !== user || sent.conversation !== undefined) throw new Refusal('file_not_found');
    if (sent.bytes > voicemailLimits.greetingBytesMost) throw new Refusal('greeting_too_large');
    if (!this.#taken.take(user, clock.now())) throw new Refusal('rate_limited');
    const gone: Write = { type: 'file_gone', file: id };
    const view = await this.#set(user, await this.#read(id), [gone]).catch(async (error: unknown) => {
      // It would be as refused whenever it is sent again.
      if (error instanceof Refusal) await store.commit([gone]).then(() => files.remove(id));
      throw error;
    });
    await files.remove(id);
    return view;
  }

  async #remove(user: Address): Promise<void> {
    const before = await this.#deps.store.greeting(user);
    if (before === undefined) return;
    await this.#deps.store.commit([
      { type: 'greeting', user },
      { type: 'file_gone', file: before.file },
    ]);
    await this.#forget(before.file);
  }

  async #set(user: Address, given: Uint8Array, writes: readonly Write[]): Promise<GreetingView> {
    const { clock, files, newId, store } = this.#deps;
    if (given.length > voicemailLimits.greetingBytesMost) throw new Refusal('greeting_too_large');
    const { bytes, durationMs } = await made(given);
    const id = newId();
    for (let at = 0; at < bytes.length; at += pieceBytes) await files.append(id, bytes.subarray(at, at + pieceBytes));
    await files.finish(id, headBytes);
    const before = await store.greeting(user);
    const file: StoredFile = {
      file: id,
      name: 'greeting.ogg',
      type: 'audio/ogg',
      bytes: bytes.length,
      owner: user,
      createdAt: clock.now(),
    };
    await store.commit([
      { type: 'file', file },
      { type: 'file_said', file: id, conversation: greetingPlace },
      { type: 'greeting', user, greeting: { file: id, durationMs } },
      ...(before === undefined ? [] : [{ type: 'file_gone', file: before.file } as const]),
      ...writes,
    ]);
    if (before !== undefined) await this.#forget(before.file);
    return viewOf(file, durationMs);
  }

  /** Where workers find it: files may lie elsewhere. */
  async #copy(id: string): Promise<string> {
    const { folder, newId } = this.#deps;
    const path = join(folder, `${id}.ogg`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Whoever reads it has all of it.
    const part = join(folder, newId());
    await writeFile(part, await this.#read(id), { mode: 0o600 });
    await rename(part, path);
    return path;
  }

  async #read(id: string): Promise<Uint8Array> {
    const content = await this.#deps.files.read(id);
    if (content === undefined) throw new Refusal('file_not_found');
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async #forget(id: string): Promise<void> {
    const { files, folder } = this.#deps;
    await files.remove(id);
    await rm(join(folder, `${id}.ogg`), { force: true });
  }
}

async function made(bytes: Uint8Array): ReturnType<typeof makeGreeting> {
  try {
    return await makeGreeting(bytes, voicemailLimits.greetingMsMost);
  } catch (error) {
    if (!(error instanceof GreetingError)) throw error;
    throw new Refusal(error.code === 'too_long' ? 'greeting_too_long' : 'greeting_refused');
  }
}

function viewOf({ file, name, type, bytes }: StoredFile, durationMs: number): GreetingView {
  return { durationMs, file: { file, name, type, bytes } };
}
