/**
 * Messages that callers have spoken: from a file that a media worker writes to an entry in a conversation, which is heard, and deleted.
 *
 *      begun ──► known to the store ──► its file grows ──► kept: the file moves to the others, and an entry tells of it
 *
 * A message is known before its file begins: what a server that was killed has left is kept by the next one.
 */
import { conversationLimits, isQuiet, voicemailLimits } from '@offhook/core';
import type {
  Address,
  CallId,
  FileInfo,
  Milliseconds,
  Person,
  Settings,
  VoicemailFacts,
  VoicemailList,
  VoicemailView,
} from '@offhook/core';
import { readOggOpus } from '@offhook/media';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files, StoredFile } from '../ports/files.ts';
import type { Letters } from '../ports/meetings.ts';
import type { PushNews } from '../ports/push.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log, Store, Write } from '../ports.ts';
import type {
  Greetings,
  KeptVoicemail,
  StoredVoicemail,
  UnreadVoicemail,
  VoicemailBox,
  VoicemailCount,
} from '../ports/voicemail.ts';
import { letterOf } from './letter.ts';

export interface VoicemailDeskDeps {
  readonly store: Store;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Where workers write. */
  readonly folder: string;
  /** Whether it is written to the outbox for webhooks. */
  readonly outbox: boolean;
  /** Whether it takes calls for those who have not said whether they want it. */
  readonly standard: boolean;
  /** Sends letters that are stored; absent: there is no mail server. */
  readonly letters?: Pick<Letters, 'post'> | undefined;
  readonly push: PushNews;
  readonly greetings: Greetings;
  /** Where browsers reach this server. */
  readonly publicUrl: () => string;
  /** Stores these writes, and what they mean in the conversation of the two. */
  readonly commit: (voicemail: VoicemailFacts, writes: readonly Write[]) => Promise<void>;
}

/** A message that is being spoken. */
export interface Begun {
  readonly id: string;
  readonly folder: string;
}

type Kept = StoredVoicemail & { readonly kept: KeptVoicemail };

/** The file that a worker writes for a message. */
const spoken = '1-0.ogg';
const headBytes = 64;

export class VoicemailDesk implements UnreadVoicemail, VoicemailBox {
  readonly #deps: VoicemailDeskDeps;
  readonly #listeners = new Set<(user: Address) => void>();
  readonly greetings: Greetings;

  constructor(deps: VoicemailDeskDeps) {
    this.#deps = deps;
    this.greetings = deps.greetings;
  }

  count(user: Address): Promise<VoicemailCount> {
    return this.#deps.store.voicemailCount(user);
  }

  onChange(listener: (user: Address) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async hasRoom(user: Address): Promise<boolean> {
    const { new: unheard, old } = await this.count(user);
    return unheard + old < voicemailLimits.messagesPerUser;
  }

  /** A message is about to be recorded. Rejects where that cannot be stored. */
  async begin(user: Address, from: Person, call: CallId): Promise<Begun> {
    const { store, clock, newId } = this.#deps;
    const id = newId();
    await store.commit([{ type: 'voicemail', voicemail: { id, user, from, call, at: clock.now() } }]);
    return { id, folder: this.#folder(id) };
  }

  /** It is spoken. `heardMs`: how much of it is sound, where that is known. What has nothing in it is forgotten. */
  async keep(id: string, heardMs: Milliseconds | undefined): Promise<void> {
    const { store, log } = this.#deps;
    const voicemail = await store.voicemail(id);
    if (voicemail === undefined || voicemail.kept !== undefined) return;
    const bytes = await readFile(join(this.#folder(id), spoken)).catch(() => undefined);
    const sound = bytes && readOggOpus(bytes);
    const durationMs = Math.round(sound?.durationMs ?? 0);
    if (bytes === undefined || sound === undefined || (heardMs ?? durationMs) < voicemailLimits.soundMsLeast)
      await store.commit([{ type: 'voicemail_gone', voicemail: id }]);
    else {
      await this.#deliver(voicemail, bytes.subarray(0, sound.wholeBytes), durationMs);
      log.info('voicemail', { voicemail: id, call: voicemail.call, to: voicemail.user, durationMs });
      this.#changed(voicemail.user);
    }
    await rm(this.#folder(id), { recursive: true, force: true });
  }

  /** Keeps what a server before this one has left. */
  async recover(): Promise<void> {
    const { store, folder, log } = this.#deps;
    for (const { id } of await store.unkeptVoicemails())
      await this.keep(id, undefined).catch((error: unknown) => log.error('voicemail', { voicemail: id, error: String(error) }));
    const known = new Set((await store.unkeptVoicemails()).map(({ id }) => id));
    for (const name of await readdir(folder).catch(() => []))
      if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }

  async list(user: Address, before?: string, limit: number = voicemailLimits.page): Promise<VoicemailList> {
    const { store } = this.#deps;
    const [page, count, greeting] = await Promise.all([
      store.voicemails(user, before, limit),
      this.count(user),
      this.greetings.of(user),
    ]);
    const kept = page.voicemails.flatMap(({ kept: one, ...rest }) => (one === undefined ? [] : { ...rest, kept: one }));
    const files = new Map((await store.files(kept.map((one) => one.kept.file))).map((file) => [file.file, file]));
    const voicemails = kept.flatMap((one) => {
      const file = files.get(one.kept.file);
      return file === undefined ? [] : viewOf(one, file);
    });
    const server = { on: this.#deps.standard, email: this.#deps.letters !== undefined };
    return { voicemails, count, server, ...(greeting && { greeting }), ...(page.next !== undefined && { next: page.next }) };
  }

  async get(user: Address, id: string): Promise<VoicemailView> {
    const voicemail = await this.#find(user, id);
    const [file] = await this.#deps.store.files([voicemail.kept.file]);
    if (file === undefined) throw new Refusal('voicemail_not_found');
    return viewOf(voicemail, file);
  }

  async change(user: Address, id: string, heard: boolean): Promise<VoicemailView> {
    const before = await this.#find(user, id);
    if ((before.kept.heardAt !== undefined) !== heard) {
      const { heardAt: _, ...unheard } = before.kept;
      const kept = heard ? { ...unheard, heardAt: this.#deps.clock.now() } : unheard;
      const voicemail = { ...before, kept };
      await this.#deps.commit(await this.#facts(voicemail), [{ type: 'voicemail', voicemail }]);
      this.#changed(user);
    }
    return this.get(user, id);
  }

  async remove(user: Address, id: string): Promise<void> {
    const voicemail = await this.#find(user, id);
    const { file: _, ...facts } = await this.#facts(voicemail);
    await this.#deps.commit(facts, [
      { type: 'voicemail_gone', voicemail: id },
      { type: 'file_gone', file: voicemail.kept.file },
    ]);
    await this.#deps.files.remove(voicemail.kept.file);
    this.#changed(user);
  }

  async #find(user: Address, id: string): Promise<Kept> {
    const voicemail = await this.#deps.store.voicemail(id);
    if (voicemail?.kept === undefined || voicemail.user !== user) throw new Refusal('voicemail_not_found');
    return { ...voicemail, kept: voicemail.kept };
  }

  async #deliver(voicemail: StoredVoicemail, bytes: Uint8Array, durationMs: Milliseconds): Promise<void> {
    const { clock, files, letters, newId, commit, push, store } = this.#deps;
    const id = newId();
    for (let at = 0; at < bytes.length; at += conversationLimits.filePieceBytes)
      await files.append(id, bytes.subarray(at, at + conversationLimits.filePieceBytes));
    await files.finish(id, headBytes);
    const { user, at } = voicemail;
    const settings = (await store.user(user))?.settings;
    const name = `voicemail-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}.ogg`;
    const file: StoredFile = { file: id, name, type: 'audio/ogg', bytes: bytes.length, owner: user, createdAt: clock.now() };
    const kept = { ...voicemail, kept: { durationMs, file: id } };
    const writes: readonly Write[] = [
      { type: 'file', file },
      { type: 'voicemail', voicemail: kept },
      ...this.#announcement(kept),
      ...this.#letter(kept, file, settings),
    ];
    await commit(await this.#facts(kept, file), writes);
    letters?.post();
    if (settings === undefined || !isQuiet(settings, clock.now()))
      push.tellVoicemail(user, { voicemail: voicemail.id, from: voicemail.from, durationMs });
  }

  #letter(voicemail: Kept, file: StoredFile, settings: Settings | undefined): Write[] {
    const { clock, letters, newId, publicUrl } = this.#deps;
    if (letters === undefined || settings === undefined) return [];
    const mail = letterOf(voicemail, file, settings, { id: newId(), url: publicUrl(), now: clock.now() });
    return mail === undefined ? [] : [{ type: 'mail', mail }];
  }

  #announcement(voicemail: Kept): Write[] {
    if (!this.#deps.outbox) return [];
    const at = this.#deps.clock.now();
    const event = 'voicemail.created';
    const { id, user, from, call, kept } = voicemail;
    const data = { voicemail: id, user, from, call, at: voicemail.at, durationMs: kept.durationMs };
    const body = JSON.stringify({ type: event, timestamp: new Date(at).toISOString(), data });
    return [{ type: 'outbox', entry: { event, about: id, at, body } }];
  }

  async #facts({ id, user, from, call, kept }: Kept, made?: StoredFile): Promise<VoicemailFacts> {
    const { store } = this.#deps;
    const [stored, known] = await Promise.all([made ?? store.files([kept.file]).then(([file]) => file), store.user(user)]);
    return {
      id,
      call,
      from,
      to: { address: user, name: known?.name ?? user },
      durationMs: kept.durationMs,
      heard: kept.heardAt !== undefined,
      ...(stored && { file: infoOf(stored) }),
    };
  }

  #folder(id: string): string {
    return join(this.#deps.folder, id);
  }

  #changed(user: Address): void {
    for (const listener of this.#listeners) listener(user);
  }
}

function viewOf({ id, from, call, at, kept }: Kept, file: StoredFile): VoicemailView {
  const { durationMs, heardAt } = kept;
  return { voicemail: id, from, call, at, durationMs, heard: heardAt !== undefined, file: infoOf(file) };
}

function infoOf({ file, name, type, bytes }: StoredFile): FileInfo {
  return { file, name, type, bytes };
}
