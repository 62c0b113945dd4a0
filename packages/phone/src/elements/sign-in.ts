import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { SignInWays } from '@offhook/client/accounts';
import { t } from '../texts/texts.ts';
import type { SignedOut } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { wayIn } from '../styles/way-in.ts';
import { PhoneElement } from './element.ts';
import { need } from './lazy.ts';
import { mark } from './mark.ts';
import './avatar.ts';
import './invitation.ts';
import './sign-in-account.ts';
import './sign-in-name.ts';

/** The way in, as this server has it and as the page was opened. ${t.wayIn.goOnAs} somebody this browser knows. */
export class SignIn extends PhoneElement {
  static override properties = { state: { attribute: false } };
  declare state: SignedOut;

  protected override render(): TemplateResult {
    return html`<main>
      <p class="brand"><span class="mark">${mark}</span><span aria-hidden="true">Offhook</span></p>
      ${this.#way()}
    </main>`;
  }

  #way(): TemplateResult {
    const { ways, joining, invitation, meeting, busy, problem } = this.state;
    if (joining) return this.#join();
    if (meeting !== undefined) {
      need('offhook-meeting-guest');
      return html`<offhook-meeting-guest .state=${this.state}></offhook-meeting-guest>`;
    }
    if (invitation !== undefined) return html`<offhook-invitation .state=${this.state}></offhook-invitation>`;
    if (ways === undefined)
      return html`<h1 class="sr">Offhook</h1>
        <p role="status" class="quiet">${busy ? t.wayIn.signingIn : (problem?.message ?? nothing)}</p>`;
    return html`${this.#form(ways)} ${this.#known()}`;
  }

  #form(ways: SignInWays): TemplateResult {
    if (ways.password) return html`<offhook-sign-in-account .state=${this.state}></offhook-sign-in-account>`;
    if (ways.open) return html`<offhook-sign-in-name .state=${this.state}></offhook-sign-in-name>`;
    return html`<div>
      <h1>${t.wayIn.fromApplication}</h1>
      <p class="quiet">${t.wayIn.fromApplicationHint}</p>
    </div>`;
  }

  #known(): TemplateResult | typeof nothing {
    const { known, busy } = this.state;
    if (known.length === 0) return nothing;
    return html`<section aria-label=${t.wayIn.knownPeople}>
      <h2 class="quiet">${t.wayIn.goOnAs}</h2>
      <ul>
        ${known.map(
          ({ name, address }) =>
            html`<li>
              <button type="button" class="known" ?disabled=${busy} @click=${() => this.send({ type: 'sign-in-as', address })}>
                <offhook-avatar .name=${name} .address=${address}></offhook-avatar><bdi class="cut">${name}</bdi>
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #join(): TemplateResult {
    const { busy, problem } = this.state;
    const useless = problem !== undefined && !problem.passing;
    const what = useless ? problem.message : t.wayIn.addThisDeviceHint;
    return html`<div>
        <h1>${useless ? t.wayIn.linkUseless : t.wayIn.addThisDevice}</h1>
        <p class="quiet" role=${ifDefined(useless ? 'alert' : undefined)}>${what}</p>
      </div>
      <div class="choices">
        ${
          useless
            ? nothing
            : html`<button
                type="button"
                class="button primary"
                ?disabled=${busy}
                @click=${() => this.send({ type: 'join', accept: true })}
              >
                ${problem ? t.general.tryAgain : t.wayIn.addThisDevice}
              </button>`
        }
        <button
          type="button"
          class="button ${useless ? 'primary' : ''}"
          @click=${() => this.send({ type: 'join', accept: false })}
        >
          ${useless ? t.wayIn.byName : t.wayIn.otherNameInstead}
        </button>
      </div>
      <div class="below" role="alert">${problem && !useless ? html`<p class="problem">${problem.message}</p>` : nothing}</div>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    wayIn,
    css`
      :host {
        display: grid;
        block-size: 100%;
        overflow: auto;
        padding: 24px;
        background: var(--ground);
      }
      main {
        inline-size: min(100%, 360px);
        margin-inline: auto;
        margin-block: max(min(16vh, 100vh - 700px), 20px) auto;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 24px;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 12px;
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      .mark svg {
        display: block;
        inline-size: 40px;
        block-size: 40px;
      }
      .problem {
        color: var(--danger-text);
        font-size: var(--size-s);
      }
      .known {
        display: flex;
        align-items: center;
        gap: 12px;
        inline-size: 100%;
        min-block-size: 56px;
        margin-inline: -12px;
        padding-inline: 12px;
        border-radius: var(--radius-control);
        font-weight: var(--weight-medium);
        text-align: start;
        --avatar-ground: var(--ground);
      }
      .known:hover {
        background: var(--hover);
      }
    `,
  ];
}
customElements.define('offhook-sign-in', SignIn);
