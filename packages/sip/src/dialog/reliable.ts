/**
 * Answers that are repeated until they are acknowledged: a 2xx to an INVITE until its ACK (RFC 3261 §13.3.1.4), and provisional ones until
 * their PRACK (RFC 3262).
 */
import { MessageError } from '../message/errors.ts';
import type { Request, Response } from '../message/message.ts';
import type { Instant, Timing } from '../transaction/types.ts';
import { timing as usual } from '../transaction/types.ts';

/** Something that is said again after T1, then twice as late each time up to `longest`, for 64·T1. */
export class Repetition {
  readonly #longest: number;
  readonly #endAt: Instant;
  #interval: number;
  #at: Instant;

  constructor(now: Instant, longest: number, { t1 }: Timing = usual) {
    this.#longest = longest;
    this.#interval = t1;
    this.#at = now + t1;
    this.#endAt = now + 64 * t1;
  }

  /** Of a 2xx to an INVITE: by any transport, since a proxy may go on by another. */
  static ofAnswer(now: Instant, times: Timing = usual): Repetition {
    return new Repetition(now, times.t2, times);
  }

  get deadline(): Instant {
    return Math.min(this.#at, this.#endAt);
  }

  /** `repeat`: say it again. `end`: nobody has acknowledged it, so the session is to be ended by BYE, or refused. */
  tick(now: Instant): 'repeat' | 'end' | undefined {
    if (now >= this.#endAt) return 'end';
    if (now < this.#at) return undefined;
    this.#interval = Math.min(2 * this.#interval, this.#longest);
    this.#at = now + this.#interval;
    return 'repeat';
  }
}

/**
 * The provisional answers of one dialog on the side that gives them (RFC 3262 §3). One is on its way at a time. Meanwhile the last one with a
 * description waits, and the last without: what was before them is of no use any more, and a caller may never acknowledge anything.
 */
export class ReliableAnswers {
  readonly #timing: Timing;
  #waiting: readonly Response[] = [];
  #rseq: number;
  #open: { readonly response: Response; readonly rseq: number; readonly repetition: Repetition } | undefined;

  /** `first`: by chance, from 1 to 2³¹ − 1. */
  constructor(first: number, times: Timing = usual) {
    this.#rseq = first;
    this.#timing = times;
  }

  /** Whether the caller takes such answers, and whether it insists on them. */
  static wanted(invite: Request): 'required' | 'supported' | undefined {
    return invite.says('Require', '100rel') ? 'required' : invite.says('Supported', '100rel') ? 'supported' : undefined;
  }

  get deadline(): Instant | undefined {
    return this.#open?.repetition.deadline;
  }

  /** While one is not acknowledged, no 2xx follows: §3 asks that where it has a description, and to whom nothing arrives a 2xx would not, either. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The answer to send now, if none is on its way. @throws MessageError for 100, which is never reliable */
  give(response: Response, now: Instant): Response | undefined {
    if (response.status === 100 || response.status >= 200) throw new MessageError('Only 101 to 199 are reliable');
    if (this.#open !== undefined) {
      this.#waiting = [...this.#waiting.filter((one) => (one.body === '') !== (response.body === '')), response];
      return undefined;
    }
    const rseq = this.#rseq++;
    response.add('Require', '100rel').set('RSeq', rseq);
    this.#open = { response, rseq, repetition: new Repetition(now, Number.POSITIVE_INFINITY, this.#timing) };
    return response;
  }

  /** A PRACK: answered 200 where it is for the one on its way, and then the next may go; 481 otherwise. */
  acknowledge(
    prack: Request,
    invite: Request,
    now: Instant,
  ): { readonly status: 200 | 481; readonly next?: Response | undefined } {
    const { rack } = prack;
    const isRight =
      rack?.rseq === this.#open?.rseq && rack?.cseq.number === invite.cseq.number && rack.cseq.method === 'INVITE';
    if (this.#open === undefined || !isRight) return { status: 481 };
    this.#open = undefined;
    const [waiting, ...others] = this.#waiting;
    this.#waiting = others;
    return { status: 200, next: waiting === undefined ? undefined : this.give(waiting, now) };
  }

  /** What is to be sent again; `end` where nobody acknowledges it, and the INVITE is to be refused 504 (§3). */
  tick(now: Instant): Response | 'end' | undefined {
    const due = this.#open?.repetition.tick(now);
    if (due === 'end') this.#open = undefined;
    return due === 'repeat' ? this.#open?.response : due;
  }
}

/** The provisional answers of one dialog on the side that gets them (RFC 3262 §4). */
export class ReliableOrder {
  #last: number | undefined;

  /**
   * `acknowledge`: send PRACK with this RAck. `ignore`: it came before, or one before it is missing, which will come again. `plain`: it is
   * not reliable.
   */
  heard(response: Response): { readonly type: 'acknowledge'; readonly rack: string } | { readonly type: 'ignore' | 'plain' } {
    const { status, cseq } = response;
    const rseq = response.seconds('RSeq');
    if (status <= 100 || status >= 200 || rseq === undefined || !response.says('Require', '100rel')) return { type: 'plain' };
    if (this.#last !== undefined && rseq !== this.#last + 1) return { type: 'ignore' };
    this.#last = rseq;
    return { type: 'acknowledge', rack: `${rseq} ${cseq.number} ${cseq.method}` };
  }
}
