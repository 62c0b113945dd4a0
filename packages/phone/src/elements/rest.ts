import type { LitElement, ReactiveController } from 'lit';

const restMs = 3_000;

/**
 * Whether the pointer has rested long enough for controls to fade. Never while the keyboard is used: focus must stay visible; nor
 * while a menu or a panel is open: what it belongs to stays, too.
 */
export class Rest implements ReactiveController {
  resting = false;
  readonly #host: LitElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of ['pointermove', 'pointerdown']) this.#host.addEventListener(type, this.#onPointer);
    for (const type of ['keydown', 'focusin']) this.#host.addEventListener(type, this.#onKeyboard);
    this.#onPointer();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    for (const type of ['pointermove', 'pointerdown']) this.#host.removeEventListener(type, this.#onPointer);
    for (const type of ['keydown', 'focusin']) this.#host.removeEventListener(type, this.#onKeyboard);
  }

  readonly #onPointer = (): void => {
    this.#wake();
    this.#timer = setTimeout(() => {
      if (this.#host.renderRoot.querySelector(':focus-visible, [aria-expanded="true"], offhook-call-panel')) return;
      this.resting = true;
      this.#host.requestUpdate();
    }, restMs);
  };

  readonly #onKeyboard = (): void => this.#wake();

  #wake(): void {
    clearTimeout(this.#timer);
    if (!this.resting) return;
    this.resting = false;
    this.#host.requestUpdate();
  }
}
