/** Keeps the screen on while somebody is in a call: a phone that locks itself takes the microphone away. */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor() {
    // The browser gives it back when the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#update());
  }

  hold(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.#update();
  }

  async #update(): Promise<void> {
    if (!this.#wanted) {
      await this.#lock?.release();
      this.#lock = undefined;
    } else if (document.visibilityState === 'visible' && (this.#lock?.released ?? true) && 'wakeLock' in navigator) {
      // Refused where the battery is low; the call goes on all the same.
      this.#lock = await navigator.wakeLock.request('screen').catch(() => undefined);
    }
  }
}
