import { OffhookError } from '@offhook/client';
import type { Call } from '@offhook/client';
import type { KeypadState } from '../view/state.ts';

/** So many are shown. */
const shown = 24;

/** The keys that were pressed in a call. */
export class Keypad {
  readonly #call: Call;
  readonly #changed: () => void;
  state: KeypadState = { pressed: '' };

  constructor(call: Call, changed: () => void) {
    this.#call = call;
    this.#changed = changed;
  }

  async press(digits: string): Promise<void> {
    this.#set({ pressed: (this.state.pressed + digits).slice(-shown) });
    try {
      const { sendDigits } = await import('@offhook/client/digits');
      await sendDigits(this.#call, digits);
    } catch (error) {
      const code = error instanceof OffhookError ? error.code : undefined;
      // What was not sent is not shown as if it had been.
      this.#set({ pressed: '', problem: code === 'digits_unsupported' ? 'unsupported' : 'later' });
    }
  }

  #set(state: KeypadState): void {
    this.state = state;
    this.#changed();
  }
}
