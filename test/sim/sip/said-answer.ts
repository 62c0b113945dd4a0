/** A 2xx to an INVITE, said again and again until it is acknowledged (RFC 3261 §13.3.1.4). */
import { Repetition } from '@offhook/sip';
import type { Response, TransactionId } from '@offhook/sip';
import type { DeskPhone } from './desk-phone.ts';

export class SaidAnswer {
  readonly #phone: DeskPhone;
  readonly #unheard: () => void;
  #cancel: (() => void) | undefined;

  /** `unheard`: nobody has acknowledged it in time. */
  constructor(phone: DeskPhone, unheard: () => void) {
    this.#phone = phone;
    this.#unheard = unheard;
  }

  get isOpen(): boolean {
    return this.#cancel !== undefined;
  }

  say(transaction: TransactionId, ok: Response): void {
    const { station, scope } = this.#phone;
    station.respond(transaction, ok);
    this.#wait(Repetition.ofAnswer(scope.now()), () => station.respond(transaction, ok));
  }

  heard(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(repetition: Repetition, repeat: () => void): void {
    const { scope } = this.#phone;
    this.heard();
    this.#cancel = scope.schedule(repetition.deadline - scope.now(), () => {
      const due = repetition.tick(scope.now());
      if (due === 'end') {
        this.heard();
        return this.#unheard();
      }
      if (due === 'repeat') repeat();
      this.#wait(repetition, repeat);
    });
  }
}
