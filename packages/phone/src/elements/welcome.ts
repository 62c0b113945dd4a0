import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ExternalLink, History, UserPlus } from 'lucide';
import type { Role } from '@offhook/client/accounts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './copy-link.ts';
import './qr-code.ts';

/** Nobody has ever been here; nobody is here now; somebody is; there are calls to look at. */
export type Mood = 'first' | 'nobody' | 'choose' | 'past';

const words: Record<Exclude<Mood, 'past'>, { readonly title: string; readonly text: string }> = {
  first: {
    title: 'You are the first one here',
    text: 'To hear a phone ring, open a second person in a new tab and call from there.',
  },
  nobody: {
    title: 'Nobody else is here right now',
    text: 'Send somebody the link, or open a second person in a new tab and call from there.',
  },
  choose: {
    title: 'Call somebody',
    text: 'Choose a person from the list, or try it with a second person of your own.',
  },
};

/** The same where people come by invitation. */
const invitingTexts: Record<Exclude<Mood, 'past'>, string> = {
  first: 'Invite somebody: you get a link to send to them, and they can call you.',
  nobody: 'Whoever comes is shown here at once. You can call them all the same: they see that you did.',
  choose: 'Choose a person from the list, or invite somebody who is not there yet.',
};

/** The first minute, and the page beside the list while nobody is chosen: how to have somebody to call. */
export class Welcome extends PhoneElement {
  static override properties = { mood: {}, url: {}, secondUrl: {}, reachable: { type: Boolean }, account: {} };
  declare mood: Mood;
  /** The address of this phone for others. */
  declare url: string;
  /** Opens a second person in this browser. */
  declare secondUrl: string;
  /** Other machines can open the address; `localhost` is only this one. */
  declare reachable: boolean;
  /** As what one has an account here, if people have accounts. */
  declare account: Role | undefined;

  protected override render(): TemplateResult {
    if (this.mood === 'past')
      return html`<div class="card">
        <span class="sign">${icon(History)}</span>
        <p class="quiet">Choose a call to see all calls with that person.</p>
      </div>`;
    if (this.account !== undefined) return this.#inviting(this.mood, this.account);
    const { title, text } = words[this.mood];
    return html`<div class="card">
      <h1>${title}</h1>
      <p class="quiet">${text}</p>
      <a class="button ${this.mood === 'choose' ? '' : 'primary'}" href=${this.secondUrl} target="_blank" rel="noopener">
        ${icon(ExternalLink)}Open a second person in a new tab
      </a>
      ${
        this.reachable
          ? html`<div class="elsewhere">
              <offhook-qr-code .text=${this.url} label="The address of this phone as a QR code"></offhook-qr-code>
              <div>
                <p>Or from another phone or computer: scan this, or open the link.</p>
                <offhook-copy-link .url=${this.url} label="The address of this phone"></offhook-copy-link>
              </div>
            </div>`
          : html`<p class="note quiet">
              This address works on this computer only. To call from other devices, start the server with
              <code>npm start -- --lan</code>.
            </p>`
      }
    </div>`;
  }

  #inviting(mood: Exclude<Mood, 'past'>, account: Role): TemplateResult {
    const isGuest = account === 'guest';
    return html`<div class="card">
      <h1>${words[mood].title}</h1>
      <p class="quiet">${isGuest ? 'You can call whoever is in the list.' : invitingTexts[mood]}</p>
      ${
        isGuest
          ? nothing
          : html`<button
              type="button"
              class="button ${mood === 'choose' ? '' : 'primary'}"
              @click=${() => this.send({ type: 'go', to: { section: 'settings', page: 'accounts' } })}
            >
              ${icon(UserPlus)}Invite somebody
            </button>`
      }
    </div>`;
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
      .button {
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
