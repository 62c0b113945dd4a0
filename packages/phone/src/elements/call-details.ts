import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import { formats } from '../view/formats.ts';
import { briefly } from '../view/names.ts';
import type { CallState } from '../view/state.ts';
import { PhoneElement } from './element.ts';

/** What is known of a call: how it sounds, and the code by which two people make sure that they are alone. */
export class CallDetails extends PhoneElement {
  static override properties = { call: { attribute: false } };
  declare call: CallState;

  protected override render(): TemplateResult {
    const { safety, peer, echo } = this.call;
    return html`<dl>
      <dt>${t.media.sound}</dt>
      <dd>${this.#sound()}</dd>
      ${
        // Nobody is there to compare it with.
        echo
          ? nothing
          : html`<dt>${t.media.safety}</dt>
              <dd>
                ${
                  safety
                    ? html`<p class="code" dir="ltr">${safety.split(' ').map((group) => html`<span>${group}</span> `)}</p>
                        <p class="hint">${t.media.safetyHint(briefly(peer.name))}</p>`
                    : t.media.noSafety
                }
              </dd>`
      }
    </dl>`;
  }

  #sound(): TemplateResult {
    const { heard } = this.call;
    if (heard === undefined) return html`${t.media.measuring}`;
    const { percent, number } = formats();
    const delay = number.format(Math.round(heard.roundTripMs / 2));
    return html`<p>${t.media.rated[heard.rating]}</p>
      <p class="hint">
        ${heard.loss >= 0.005 ? html`${t.media.lossOf(percent.format(heard.loss))} · ` : nothing}${t.media.delayOf(delay)}${
          heard.jitterMs >= 10 ? html` · ${t.media.unevenBy(number.format(Math.round(heard.jitterMs)))}` : nothing
        }
      </p>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: block;
      }
      dl {
        display: grid;
        gap: 4px;
        margin: 0;
      }
      dt {
        font-size: var(--size-s);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      dd {
        margin: 0 0 16px;
      }
      dd:last-child {
        margin-block-end: 0;
      }
      .code {
        display: grid;
        grid-template-columns: repeat(2, max-content);
        gap: 2px 20px;
        margin-block: 4px 8px;
        font-size: var(--size-xl);
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.06em;
      }
      .hint {
        font-size: var(--size-s);
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-call-details', CallDetails);
