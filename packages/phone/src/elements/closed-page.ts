import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../texts/texts.ts';
import type { PushState } from '../view/push.ts';
import { buttons } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { PhoneElement } from './element.ts';

/** Whether calls ring while the page is closed: what this browser will do, truthfully, and a way to try it. */
export class ClosedPage extends PhoneElement {
  static override properties = { push: { attribute: false } };
  declare push: PushState;

  protected override render(): TemplateResult {
    const { support, isOn, isBusy = false, missing, testIn } = this.push;
    const isPossible = support === 'ask' || support === 'granted';
    return html`<div class="card">
      <label class="line">
        <span class="words"
          ><span>${t.push.title}</span
          ><span class="hint" role=${missing ? 'alert' : nothing}
            >${missing ? t.push.missing[missing] : t.push.hint[support]}</span
          ></span
        >
        <input type="checkbox" role="switch" .checked=${live(isOn)} ?disabled=${!isPossible || isBusy} @change=${this.#turn} />
      </label>
      ${
        isOn && !isBusy
          ? html`<div class="line">
              <span class="words"
                ><span class="hint" role="status">${testIn === undefined ? t.push.testHint : t.push.testIn(testIn)}</span></span
              >
              <button type="button" class="button" @click=${() => this.send({ type: 'test-ring-closed' })}>
                ${t.push.test}
              </button>
            </div>`
          : nothing
      }
    </div>`;
  }

  readonly #turn = (event: Event): void => {
    this.send({ type: 'ring-closed', on: (event.target as HTMLInputElement).checked });
  };

  static override styles = [...PhoneElement.styles, buttons, card, settings];
}
customElements.define('offhook-closed-page', ClosedPage);
