import { OffhookError } from '@offhook/client';
import type { Call } from '@offhook/client';
import type { ScreenShare } from '@offhook/client/screen';

/** The screen that one shows in a call. What does it is loaded with the first click on it. */
export class SharedScreen {
  readonly #call: Call;
  readonly #changed: () => void;
  #share: ScreenShare | undefined;
  /** Why it could not be shown; whoever chose nothing knows. */
  problem: 'system' | 'failed' | undefined;

  constructor(call: Call, changed: () => void) {
    this.#call = call;
    this.#changed = changed;
  }

  get stream(): MediaStream | undefined {
    return this.#share?.stream;
  }

  get hasSound(): boolean {
    return this.#share?.hasAudio ?? false;
  }

  async show(on: boolean, sound: boolean): Promise<void> {
    this.problem = undefined;
    if (!on) return this.#share?.stop();
    try {
      const { shareScreen } = await import('@offhook/client/screen');
      const share = await shareScreen(this.#call, { audio: sound });
      this.#share = share;
      share.on('ended', () => {
        if (this.#share === share) this.#share = undefined;
        this.#changed();
      });
    } catch (error) {
      const code = error instanceof OffhookError ? error.code : undefined;
      if (code !== 'screen_refused') this.problem = code === 'screen_unavailable' ? 'system' : 'failed';
    }
    this.#changed();
  }
}
