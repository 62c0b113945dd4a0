import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { AudioLines } from 'lucide';
import type { Person } from '@offhook/core';
import { e } from '../texts/echo.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

/** A call that can be made at once, with nobody there. */
export class EchoWay extends PhoneElement {
  static override properties = { echo: { attribute: false } };
  declare echo: Person;

  protected override render(): TemplateResult {
    return html`<button
        type="button"
        class="button"
        aria-describedby="hint"
        @click=${() => this.send({ type: 'call', to: this.echo, video: false })}
      >
        ${icon(AudioLines)}${e.call}
      </button>
      <p id="hint">${e.hint}</p>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      p {
        /* No wider than the buttons. */
        inline-size: 0;
        min-inline-size: 100%;
        font-size: var(--size-s);
        color: var(--quiet);
        text-wrap: balance;
      }
    `,
  ];
}
customElements.define('offhook-echo-way', EchoWay);
