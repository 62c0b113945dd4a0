import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Invited } from '@offhook/client/accounts';
import type { Person } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { SignedOut } from '../view/state.ts';
import { invitationText } from '../view/accounts.ts';
import { briefly } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { wayIn } from '../styles/way-in.ts';
import { PhoneElement } from './element.ts';
import { focusWrong, valueOf } from './form.ts';
import { passwordField, passwordStyles } from './password-field.ts';

/** The way in by a link: who invites to what, and what is needed for it. */
export class InvitationPage extends PhoneElement {
  static override properties = { state: { attribute: false } };
  declare state: SignedOut;

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('state') as SignedOut | undefined;
    const { invitation, problem } = this.state;
    if (before?.invitation?.what === undefined && invitation?.what !== undefined)
      this.renderRoot.querySelector<HTMLElement>('input:not([tabindex])')?.focus();
    focusWrong(this.renderRoot, before?.problem, problem);
  }

  protected override render(): TemplateResult {
    const { invitation, problem } = this.state;
    if (invitation?.isUseless) return this.#useless(problem?.message);
    if (invitation?.what !== undefined) return this.#invited(invitation.what);
    return html`<h1 class="sr">Offhook</h1>
      <p role="status" class="quiet">${problem?.message}</p>`;
  }

  #useless(why: string | undefined): TemplateResult {
    return html`<div>
        <h1>${t.wayIn.linkUseless}</h1>
        <p class="quiet" role="alert">${why}</p>
      </div>
      <button type="button" class="button primary wide" @click=${this.#leave}>${this.#otherwise()}</button>`;
  }

  #invited(what: Invited): TemplateResult {
    const { busy, problem, ways } = this.state;
    const { title, text } = invitationText(what);
    const isGuest = what.role === 'guest';
    const isRenewal = what.whose !== undefined;
    return html`<div>
        <h1>${title}</h1>
        <p class="quiet">${text}</p>
      </div>
      <form @submit=${this.#submit}>
        ${what.whose ? this.#known(what.whose) : this.#name(isGuest)}
        ${
          isGuest
            ? nothing
            : passwordField({
                id: 'password',
                label: t.wayIn.password,
                autocomplete: 'new-password',
                hint: t.wayIn.passwordHint,
                describedBy: 'problem',
                invalid: problem?.field === 'password',
                readonly: busy,
              })
        }
        <div id="problem" class="below" role="alert">
          ${problem ? html`<p class="problem">${problem.message}</p>` : nothing}
        </div>
        <button type="submit" class="button primary wide" ?disabled=${busy}>
          ${isRenewal ? t.wayIn.setPassword : isGuest ? t.wayIn.comeIn : t.wayIn.createAccount}
        </button>
      </form>
      ${
        ways?.oidc === undefined || isGuest || isRenewal
          ? nothing
          : html`<p class="or">${t.wayIn.or}</p>
              <button
                type="button"
                class="button wide"
                ?disabled=${busy}
                @click=${() => this.send({ type: 'sign-in-at-provider' })}
              >
                ${t.wayIn.continueWith(ways.oidc)}
              </button>`
      }
      <p><button type="button" class="link other" @click=${this.#leave}>${this.#otherwise()}</button></p>`;
  }

  /** Tells password managers whose password it is. */
  #known({ name }: Person): TemplateResult {
    return html`<input class="sr" aria-hidden="true" tabindex="-1" readonly autocomplete="username" .value=${name} />`;
  }

  #name(isGuest: boolean): TemplateResult {
    return html`<div>
      <label for="name">${t.wayIn.yourName}</label>
      <input
        id="name"
        name="name"
        dir="auto"
        required
        maxlength="64"
        autocomplete=${isGuest ? 'nickname' : 'username'}
        autocapitalize="words"
        spellcheck="false"
        aria-describedby=${isGuest ? 'problem' : 'problem name-hint'}
        aria-invalid=${this.state.problem?.field === 'name' ? 'true' : 'false'}
        ?readonly=${this.state.busy}
      />
      ${isGuest ? nothing : html`<p id="name-hint" class="hint">${t.wayIn.nameHint}</p>`}
    </div>`;
  }

  /** Where the page leads without the link. */
  #otherwise(): string {
    const [known] = this.state.known;
    return known === undefined ? t.wayIn.anotherWay : t.wayIn.goOnAsName(briefly(known.name));
  }

  readonly #leave = (): void => {
    this.send({ type: 'leave-invitation' });
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { role, whose } = this.state.invitation?.what ?? {};
    const password = role === 'guest' ? undefined : valueOf(this.renderRoot, 'password');
    if (whose !== undefined && password !== undefined) return this.send({ type: 'renew-password', password });
    this.send({ type: 'sign-up', name: valueOf(this.renderRoot, 'name'), password });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    wayIn,
    passwordStyles,
    css`
      .other {
        min-block-size: 44px;
        max-inline-size: 100%;
        overflow-wrap: anywhere;
        text-align: start;
      }
    `,
  ];
}
customElements.define('offhook-invitation', InvitationPage);
