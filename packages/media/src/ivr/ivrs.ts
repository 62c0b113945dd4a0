/** The calls of a worker that the server itself talks with, by their names. */
import type { Instant } from '@offhook/core';
import { RecorderError } from '../recorder/recorder.ts';
import type { WorkerAnswer, WorkerCommand, WorkerRequest } from '../wire.ts';
import { Ivr } from './ivr.ts';
import type { IvrDeps, IvrNews } from './ivr.ts';

type OfIvr<T> = Extract<T, { readonly ivr: string }>;

export function isOfIvr<T extends WorkerRequest | WorkerCommand>(one: T): one is OfIvr<T> {
  return 'ivr' in one;
}

export class Ivrs {
  readonly #ivrs = new Map<string, Ivr>();
  readonly #tell: (ivr: string, news: IvrNews) => void;

  constructor(tell: (ivr: string, news: IvrNews) => void) {
    this.#tell = tell;
  }

  /** @throws NegotiationError, TransportError, RecorderError; one that has not begun with it is none */
  async request(asked: OfIvr<WorkerRequest>, around: Omit<IvrDeps, 'onNews'>): Promise<WorkerAnswer> {
    const known = this.#ivrs.get(asked.ivr);
    if (asked.type === 'ivr_recorded') return known === undefined ? { heardMs: 0 } : known.recorded();
    if (asked.type === 'ivr_record') {
      // It was let go of meanwhile.
      if (known === undefined) throw new RecorderError('failed');
      await known.record(asked.order);
      return true;
    }
    const ivr = known ?? new Ivr({ ...around, onNews: (news) => this.#tell(asked.ivr, news) });
    try {
      const answer = ivr.answer(asked.offer);
      this.#ivrs.set(asked.ivr, ivr);
      return { answer, streams: [] };
    } catch (error) {
      if (known === undefined) ivr.close();
      throw error;
    }
  }

  command(told: OfIvr<WorkerCommand>): void {
    const ivr = this.#ivrs.get(told.ivr);
    if (told.type === 'ivr_play') return void ivr?.play(told.play, told.sounds);
    ivr?.close();
    this.#ivrs.delete(told.ivr);
  }

  tick(now: Instant): void {
    for (const one of this.#ivrs.values()) one.tick(now);
  }

  close(): void {
    for (const one of this.#ivrs.values()) one.close();
    this.#ivrs.clear();
  }
}
