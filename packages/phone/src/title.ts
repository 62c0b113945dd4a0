import type { PhoneState, SignedIn } from './view/state.ts';
import { pageTitle } from './view/texts.ts';

const second = 1_000;

/** Keeps the title of the page true: whose call, for how long, what is unread; and lets it blink while it rings. */
export class Title {
  #state: PhoneState | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #blink = false;

  follow(state: PhoneState): void {
    this.#state = state;
    const busy = state.kind === 'signed-in' && state.calls.length > 0;
    if (busy) {
      this.#timer ??= setInterval(() => {
        this.#blink = !this.#blink;
        this.#write();
      }, second);
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#blink = false;
    }
    this.#write();
  }

  #write(): void {
    const state = this.#state;
    if (!state) return;
    const title = state.kind === 'signed-in' ? this.#of(state) : 'Offhook';
    if (document.title !== title) document.title = title;
  }

  #of({ bell, calls, front, conversations }: SignedIn): string {
    // Where several tabs show a call, one draws the eye.
    const blink = this.#blink && bell === 'here';
    return pageTitle(calls, front?.call, performance.now(), blink, conversations.unread);
  }
}
