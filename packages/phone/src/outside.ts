import type { ShownOutside } from './shown-outside.ts';
import type { OfCalls, OfMeetings } from './view/commands.ts';
import { isTakenPartIn } from './view/meeting.ts';
import type { PhoneState, SignedIn } from './view/state.ts';

/** What the calls tell the page that are seen outside of it. */
export interface OutsideHost {
  run(command: OfCalls | OfMeetings): void;
  /** Whether there are windows above others here, that open at a click. */
  canOpen(miniWindow: boolean): void;
}

/** Shows calls and the meeting where the page itself is not seen. What does it is loaded with the first of them, which do not wait for it. */
export class Outside {
  readonly #host: OutsideHost;
  #state: SignedIn | undefined;
  #shown: ShownOutside | undefined;
  #isAsked = false;

  constructor(host: OutsideHost) {
    this.#host = host;
  }

  follow(state: PhoneState): void {
    this.#state = state.kind === 'signed-in' ? state : undefined;
    this.#shown?.follow(this.#state);
    const isNeeded = (this.#state?.calls.length ?? 0) > 0 || isTakenPartIn(this.#state?.meetings.meeting);
    // Where it cannot be loaded it is tried again with the next call.
    if (isNeeded && !this.#isAsked) void this.#load().catch(() => undefined);
    this.#isAsked = isNeeded;
  }

  /** Opens the small window, in answer to a click. */
  open(): void {
    this.#shown?.open();
  }

  async #load(): Promise<void> {
    if (this.#shown !== undefined) return;
    const { ShownOutside: Shown } = await import('./shown-outside.ts');
    this.#shown ??= new Shown(this.#host);
    this.#shown.follow(this.#state);
  }
}
