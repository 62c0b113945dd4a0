import type { PhoneState, SignedIn } from './view/state.ts';
import { t } from './texts/texts.ts';
import { pageTitle } from './view/texts.ts';
import { clock } from './view/time.ts';

const second = 1_000;

/** Keeps the title of the page true: whose call, for how long, what is unread; and lets it blink while it rings. */
export class Title {
  #state: PhoneState | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #blink = false;

  follow(state: PhoneState): void {
    this.#state = state;
    const busy = state.kind === 'signed-in' && (state.calls.length > 0 || state.meetings.meeting?.stage.kind === 'in');
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

  #of({ bell, calls, front, conversations, meetings: { meeting } }: SignedIn): string {
    if (calls.length === 0 && meeting?.stage.kind === 'in') {
      const passed = clock(performance.now() - meeting.stage.since);
      return t.calls.titleActive(passed, meeting.title || t.general.sections.meetings);
    }
    // Where several tabs show a call, one draws the eye.
    const blink = this.#blink && bell === 'here';
    return pageTitle(calls, front?.call, performance.now(), blink, conversations.unread);
  }
}
