/** What is used at the moment, of trunks and by users. */
import type { Permit } from '../../ports/trunks.ts';

export class Usage {
  readonly #calls = new Map<string, number>();

  calls(subject: string): number {
    return this.#calls.get(subject) ?? 0;
  }

  /** One more call of these. */
  take(subjects: readonly string[]): Permit {
    const held = new Set<string>();
    const hold = (subject: string): void => {
      held.add(subject);
      this.#calls.set(subject, this.calls(subject) + 1);
    };
    const letGo = (subject: string): void => {
      if (!held.delete(subject)) return;
      const left = this.calls(subject) - 1;
      if (left === 0) this.#calls.delete(subject);
      else this.#calls.set(subject, left);
    };
    for (const subject of subjects) hold(subject);
    let [by] = subjects.filter((one) => one.startsWith('trunk '));
    return {
      by: (trunk) => {
        if (by !== undefined) letGo(by);
        by = `trunk ${trunk}`;
        hold(by);
        return true;
      },
      answered: () => undefined,
      ended: () => {
        for (const subject of held) letGo(subject);
      },
      onExhausted: () => undefined,
    };
  }
}
