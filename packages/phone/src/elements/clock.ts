import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { clock } from '../view/time.ts';
import { PhoneElement } from './element.ts';

/** The clock of a call, counting from `since` (`performance.now()`); it redraws only itself. */
export class Clock extends PhoneElement {
  static override properties = { since: { attribute: false } };
  declare since: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const passed = performance.now() - this.since;
    return html`<span role="timer" class="number">${clock(passed)}</span>`;
  }

  protected override updated(): void {
    clearTimeout(this.#timer);
    const passed = performance.now() - this.since;
    this.#timer = setTimeout(() => this.requestUpdate(), 1_000 - (((passed % 1_000) + 1_000) % 1_000));
  }
}
customElements.define('offhook-clock', Clock);
