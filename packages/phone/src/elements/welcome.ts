import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ExternalLink, History, UserPlus } from 'lucide';
import type { Person } from '@offhook/core';
import type { Role } from '@offhook/client/accounts';
import { t } from '../texts/texts.ts';
import { buttons } from '../styles/base.ts';
import type { Mood } from '../view/shown.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { need } from './lazy.ts';
import './copy-link.ts';

/** The first minute, and the page beside the list while nobody is chosen: how to have somebody to call. */
export class Welcome extends PhoneElement {
  static override properties = { mood: {}, url: {}, secondUrl: {}, reachable: { type: Boolean }, account: {}, echo: {} };
  declare mood: Mood;
  /** The address of this phone for others. */
  declare url: string;
  /** Opens a second person in this browser. */
  declare secondUrl: string;
  /** Other machines can open the address; `localhost` is only this one. */
  declare reachable: boolean;
  /** As what one has an account here, if people have accounts. */
  declare account: Role | undefined;
  /** Whom to call to hear oneself, if there is somebody. */
  declare echo: Person | undefined;

  protected override render(): TemplateResult {
    if (this.mood === 'past')
      return html`<div class="card">
        <span class="sign">${icon(History)}</span>
        <p class="quiet">${t.welcome.past}</p>
      </div>`;
    if (this.account !== undefined) return this.#inviting(this.mood, this.account);
    if (this.reachable) need('offhook-qr-code');
    return html`<div class="card">
      <h1>${t.welcome.titles[this.mood]}</h1>
      <p class="quiet">${t.welcome.texts[this.mood]}</p>
      <div class="ways">
        <a class="button ${this.mood === 'choose' ? '' : 'primary'}" href=${this.secondUrl} target="_blank" rel="noopener">
          ${icon(ExternalLink)}${t.welcome.secondPerson}
        </a>
        ${this.#echo()}
      </div>
      ${
        this.reachable
          ? html`<div class="elsewhere">
              <offhook-qr-code .text=${this.url} label=${t.welcome.codeOfAddress}></offhook-qr-code>
              <div>
                <p>${t.welcome.elsewhere}</p>
                <offhook-copy-link .url=${this.url} label=${t.welcome.address}></offhook-copy-link>
              </div>
            </div>`
          : html`<p class="note quiet">${t.welcome.onlyHere(html`<code>npm start -- --lan</code>`)}</p>`
      }
    </div>`;
  }

  #inviting(mood: Exclude<Mood, 'past'>, account: Role): TemplateResult {
    const isGuest = account === 'guest';
    return html`<div class="card">
      <h1>${t.welcome.titles[mood]}</h1>
      <p class="quiet">${isGuest ? t.welcome.guest : t.welcome.inviting[mood]}</p>
      <div class="ways">
        ${
          isGuest
            ? nothing
            : html`<button
                type="button"
                class="button ${mood === 'choose' ? '' : 'primary'}"
                @click=${() => this.send({ type: 'go', to: { section: 'settings', page: 'accounts' } })}
              >
                ${icon(UserPlus)}${t.welcome.inviteSomebody}
              </button>`
        }
        ${this.#echo()}
      </div>
    </div>`;
  }

  /** A call that can be made at once, with nobody there. */
  #echo(): TemplateResult | typeof nothing {
    const { echo } = this;
    if (echo === undefined) return nothing;
    // It comes with what is needed next.
    need('offhook-call');
    return html`<offhook-echo-way .echo=${echo}></offhook-echo-way>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: grid;
        container-type: inline-size;
        block-size: 100%;
        overflow: auto;
        padding: 24px;
      }
      /* In front of a list. */
      :host([slot]) {
        block-size: auto;
        padding: 16px 12px 8px;
      }
      .card {
        margin: auto;
        inline-size: min(100%, 480px);
        display: grid;
        justify-items: center;
        gap: 8px;
        text-align: center;
      }
      h1 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      p {
        max-inline-size: 44ch;
        text-wrap: balance;
      }
      .sign {
        color: var(--quiet);
      }
      .sign .icon {
        inline-size: 32px;
        block-size: 32px;
        stroke-width: 1.25;
      }
      .ways {
        display: grid;
        gap: 8px;
        margin-block-start: 16px;
      }
      .elsewhere {
        display: flex;
        align-items: center;
        gap: 20px;
        inline-size: 100%;
        margin-block-start: 24px;
        padding: 20px;
        border-radius: var(--radius-card);
        background: var(--surface);
        border: 1px solid var(--line);
        text-align: start;
        color: var(--quiet);
        font-weight: 400;
        text-decoration: none;
      }
      .elsewhere > div {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        gap: 12px;
      }
      offhook-qr-code {
        --qr: 120px;
        flex: none;
      }
      .note {
        margin-block-start: 24px;
        font-size: var(--size-s);
      }
      code {
        font:
          500 0.95em ui-monospace,
          'SF Mono',
          Menlo,
          Consolas,
          monospace;
        color: var(--text);
        white-space: nowrap;
      }
      @container (width < 440px) {
        .elsewhere {
          flex-direction: column;
          align-items: stretch;
        }
        offhook-qr-code {
          margin-inline: auto;
        }
      }
    `,
  ];
}
customElements.define('offhook-welcome', Welcome);
