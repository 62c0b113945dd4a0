/**
 * Brings letters by SMTP (RFC 5321): to those who were invited, and to those who have voicemail. They are stored with what they tell of, and sent at least once,
 * also by a server that was started anew; what cannot be sent now is tried again for a day.
 */
import type { Instant, Milliseconds, StandingMeeting } from '@offhook/core';
import type { Letters, MeetingPlace, StoredMail } from '../ports/meetings.ts';
import type { Clock, Log, Metrics, Random, Store, Write } from '../ports.ts';
import { letter } from './letters.ts';
import type { Occasion } from './letters.ts';

/**
 * How a letter leaves: resolves once a server has taken it. Rejects with what that said, as nodemailer does: `responseCode`, and `code` for
 * what it was about, `EENVELOPE` (with those `rejected`, if it was about them) or `EMESSAGE` for the letter itself.
 */
export type Send = (mail: StoredMail) => Promise<void>;

export interface PostDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly send: Send;
  /** Nothing is sent any more. */
  readonly close: () => void;
  /** The address that letters come from. */
  readonly from: string;
}

/** After how long a letter is tried again, the first time, the second …; the last time holds for all that follow. */
const retryMs: readonly Milliseconds[] = [5_000, 30_000, 300_000, 1_800_000];
/** After this time it is given up. */
const giveUpMs: Milliseconds = 86_400_000;

export class Post implements Letters {
  readonly #deps: PostDeps;
  /** Those that wait to be sent now. */
  readonly #waiting: { readonly mail: StoredMail; readonly attempts: number }[] = [];
  /** All that are known, sent or not: those in the store that are not among them are new. */
  readonly #known = new Set<string>();
  readonly #timers = new Set<() => void>();
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: PostDeps) {
    this.#deps = deps;
    deps.metrics.gauge('mails_waiting', () => this.#known.size);
  }

  write(occasion: Occasion, meeting: StandingMeeting, { link, dialIn }: MeetingPlace, now: Instant): readonly Write[] {
    const { random, from } = this.#deps;
    return occasion.to.map((email) => ({
      type: 'mail',
      mail: letter(occasion, meeting, { id: random.token(128), to: email, link, dialIn, organizer: from, now }),
    }));
  }

  /** Also those that the server before has left. */
  post(): void {
    this.#deps.store.mails().then(
      (mails) => {
        for (const mail of mails) {
          if (this.#known.has(mail.id)) continue;
          this.#known.add(mail.id);
          this.#waiting.push({ mail, attempts: 0 });
        }
        this.#work();
      },
      (error: unknown) => this.#deps.log.error('mail', { error: String(error) }),
    );
  }

  /** What is on its way is waited for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    await this.#working;
    this.#deps.close();
  }

  #work(): void {
    this.#working ??= this.#sendAll().finally(() => {
      this.#working = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined && !this.#isClosed; next = this.#waiting.shift()) {
      await this.#send(next.mail, next.attempts);
    }
  }

  async #send(mail: StoredMail, attempts: number): Promise<void> {
    const { clock, log, metrics, send } = this.#deps;
    try {
      await send(mail);
      metrics.count('mails_sent');
      return await this.#done(mail);
    } catch (error) {
      metrics.count('mails_failed');
      const isForGood = isRefused(error) || clock.now() - mail.madeAt >= giveUpMs;
      log.warn('mail', { mail: mail.id, attempt: attempts + 1, error: String(error), givenUp: isForGood });
      if (isForGood) return this.#done(mail);
      this.#later(retryMs[Math.min(attempts, retryMs.length - 1)] ?? 0, { mail, attempts: attempts + 1 });
    }
  }

  /** One that could not be taken out of the store is sent once more after the next start, rather than lost. */
  async #done({ id }: StoredMail): Promise<void> {
    try {
      await this.#deps.store.commit([{ type: 'mail_gone', mail: id }]);
      this.#known.delete(id);
    } catch (error) {
      this.#deps.log.error('mail', { mail: id, error: String(error) });
    }
  }

  #later(delay: Milliseconds, what: { readonly mail: StoredMail; readonly attempts: number }): void {
    if (this.#isClosed) return;
    const cancel = this.#deps.clock.schedule(delay, () => {
      this.#timers.delete(cancel);
      this.#waiting.push(what);
      this.#work();
    });
    this.#timers.add(cancel);
  }
}

/**
 * Whoever it is for, or the letter, will not be taken another time either (RFC 5321 §4.2.1). A sender or a password that is not taken is
 * a matter of the configuration, which somebody mends.
 */
function isRefused(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false;
  const isAboutIt = error.code === 'EMESSAGE' || (error.code === 'EENVELOPE' && 'rejected' in error);
  return isAboutIt && Number(error.responseCode) >= 500;
}
