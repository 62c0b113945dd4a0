import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import type { LinkScheme } from '../view/call-link.ts';
import { buttons } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { PhoneElement } from './element.ts';

/** Which links of other pages the browser is to open here: it is asked, and asks the person. */
export class TakeLinks extends PhoneElement {
  static override properties = { asked: { attribute: false } };
  /** The browser was asked already. */
  declare asked: readonly LinkScheme[];

  protected override render(): TemplateResult {
    return html`<div class="card">
      ${this.#line('web+offhook', t.links.people, t.links.peopleHint)}
      ${this.#line('tel', t.links.numbers, t.links.numbersHint)}
    </div>`;
  }

  #line(scheme: LinkScheme, title: string, hint: string): TemplateResult {
    return html`<div class="line">
      <span class="words"
        ><span>${title}</span
        ><span class="hint" role="status">${this.asked.includes(scheme) ? t.links.asked : hint}</span></span
      >
      <button
        type="button"
        class="button"
        aria-label=${`${t.links.take} ${title}`}
        @click=${() => this.send({ type: 'take-links', scheme })}
      >
        ${t.links.take}
      </button>
    </div>`;
  }

  static override styles = [...PhoneElement.styles, buttons, card, settings];
}
customElements.define('offhook-take-links', TakeLinks);
