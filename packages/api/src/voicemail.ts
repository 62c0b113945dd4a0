/** What callers have said to the voicemail of people. */
import type { GreetingView, VoicemailList, VoicemailView } from '@offhook/core';
import type { VoicemailsOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * Messages that callers have left. Rejects with `voicemail_unavailable` where the server has no media worker, or keeps nothing.
 *
 *     const { voicemails, count } = await offhook.voicemail.list('anna');
 */
export class VoicemailApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** The messages of somebody, newest first, and how many there are. */
  list(user: string, page: VoicemailsOptions = {}): Promise<VoicemailList> {
    return this.#rest.ask('GET', `${path`/users/${user}/voicemails`}${query({ ...page })}`);
  }

  /** A message. Rejects with `voicemail_not_found`. */
  async get(user: string, voicemail: string): Promise<VoicemailView> {
    return (await this.#rest.ask<{ voicemail: VoicemailView }>('GET', path`/users/${user}/voicemails/${voicemail}`)).voicemail;
  }

  /** Says that its user has listened to it, or that they have not. Repeating it is harmless. */
  async mark(user: string, voicemail: string, heard = true): Promise<VoicemailView> {
    const place = path`/users/${user}/voicemails/${voicemail}`;
    return (await this.#rest.ask<{ voicemail: VoicemailView }>('PATCH', place, { heard })).voicemail;
  }

  /** Deletes it, for its caller as well. */
  async delete(user: string, voicemail: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/users/${user}/voicemails/${voicemail}`);
  }

  /** What was said, as Ogg with Opus. */
  async audio(user: string, voicemail: string): Promise<ArrayBuffer> {
    return (await this.#rest.open(path`/users/${user}/voicemails/${voicemail}/audio`, {})).arrayBuffer();
  }

  /**
   * What callers hear before the tone from now on: WAV, or Opus in Ogg or WebM, at most a minute. Rejects with `greeting_refused`,
   * `greeting_too_long`; `too_large` where it has more than 12 MB.
   */
  async setGreeting(user: string, audio: Uint8Array<ArrayBuffer> | ArrayBuffer | Blob): Promise<GreetingView> {
    const place = path`/users/${user}/voicemail/greeting`;
    // What it is is found out there.
    return (await this.#rest.send<{ greeting: GreetingView }>('PUT', place, 'audio/*', audio)).greeting;
  }

  /** What they hear, as Ogg with Opus. Rejects with `greeting_not_found` where it is what comes with the server. */
  async greeting(user: string): Promise<ArrayBuffer> {
    return (await this.#rest.open(path`/users/${user}/voicemail/greeting`, {})).arrayBuffer();
  }

  /** They hear what comes with the server again. */
  async deleteGreeting(user: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/users/${user}/voicemail/greeting`);
  }
}
