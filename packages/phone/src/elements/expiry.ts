import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import { PhoneElement } from './element.ts';

/** How much longer something holds, in whole minutes, until `at` (`Date.now()`). */
export class Expiry extends PhoneElement {
  static override properties = { at: { attribute: false } };
  declare at: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), 10_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult {
    const minutes = Math.ceil((this.at - Date.now()) / 60_000);
    return html`${minutes <= 0 ? t.settings.noLonger : t.settings.minutesLeft(minutes)}`;
  }
}
customElements.define('offhook-expiry', Expiry);
