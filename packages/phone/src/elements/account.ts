import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Address } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { AccountState, PasswordChange } from '../view/accounts.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import { focusWrong, valueOf } from './form.ts';
import { passwordField, passwordStyles } from './password-field.ts';

type Open = Extract<PasswordChange, { kind: 'open' }>;

/** One's own account: how one signs in, another password, and the way out. */
export class OwnAccount extends PhoneElement {
  static override properties = { account: { attribute: false }, address: {} };
  declare account: AccountState;
  declare address: Address;

  protected override updated(changed: PropertyValues): void {
    const before = (changed.get('account') as AccountState | undefined)?.password;
    const { password } = this.account;
    if (before === undefined || before === password) return;
    // The form took the place of the button, or the other way round.
    if (before.kind !== password.kind) this.renderRoot.querySelector<HTMLElement>('#current, #change')?.focus();
    focusWrong(this.renderRoot, problemOf(before), problemOf(password));
  }

  protected override render(): TemplateResult {
    const { role, password } = this.account;
    return html`<div class="card">
      ${role === 'guest' ? nothing : password.kind === 'open' ? this.#form(password) : this.#closed()}
      <div class="line">
        <div class="words">
          <p>${t.settings.thisBrowser}</p>
          <p class="hint">${role === 'guest' ? t.settings.thisBrowserGuest : t.settings.thisBrowserHint}</p>
        </div>
        <button type="button" class="button" @click=${() => this.send({ type: 'sign-out' })}>${t.settings.signOutHere}</button>
      </div>
    </div>`;
  }

  #closed(): TemplateResult {
    return html`<div class="line">
      <div class="words">
        <p>${t.settings.password}</p>
        <p class="hint">${t.settings.signInAs(html`<bdi class="address">${this.address}</bdi>`)}</p>
      </div>
      <button type="button" id="change" class="button" @click=${() => this.#open(true)}>${t.settings.change}</button>
    </div>`;
  }

  #form({ busy, problem }: Open): TemplateResult {
    const field = (id: 'current' | 'next', label: string, hint?: string): TemplateResult =>
      passwordField({
        id,
        label,
        hint,
        autocomplete: id === 'current' ? 'current-password' : 'new-password',
        describedBy: 'problem',
        invalid: problem?.field === id,
        readonly: busy,
      });
    return html`<form aria-label=${t.settings.changePassword} @submit=${this.#submit}>
      <input class="sr" type="text" tabindex="-1" aria-hidden="true" autocomplete="username" readonly .value=${this.address} />
      ${field('current', t.settings.presentPassword)} ${field('next', t.settings.newPassword, t.wayIn.passwordHint)}
      <label class="check"><input id="others" type="checkbox" checked />${t.settings.signOutOthers}</label>
      <div id="problem" class="below" role="alert">${problem ? html`<p class="problem">${problem.message}</p>` : nothing}</div>
      <div class="choices">
        <button type="button" class="button" @click=${() => this.#open(false)}>${t.general.cancel}</button>
        <button type="submit" class="button primary" ?disabled=${busy}>${t.settings.doChangePassword}</button>
      </div>
    </form>`;
  }

  #open(open: boolean): void {
    this.send({ type: 'open-password', open });
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const [current, next] = [valueOf(this.renderRoot, 'current'), valueOf(this.renderRoot, 'next')];
    const signOutOthers = this.renderRoot.querySelector<HTMLInputElement>('#others')?.checked ?? false;
    this.send({ type: 'change-password', current, next, signOutOthers });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    passwordStyles,
    card,
    css`
      .card > * + * {
        border-block-start: 1px solid var(--line);
      }
      .address {
        overflow-wrap: anywhere;
        font-weight: var(--weight-medium);
        color: var(--text);
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 14px;
        padding: 16px;
      }
      form label {
        display: block;
        margin-block-end: 6px;
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      form .hint {
        margin-block-start: 6px;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 12px;
        min-block-size: 44px;
        margin: 0;
        cursor: pointer;
      }
      .check input {
        inline-size: 20px;
        min-block-size: 20px;
        accent-color: var(--accent);
      }
      .below {
        min-block-size: 20px;
      }
      .choices {
        justify-content: flex-end;
      }
    `,
  ];
}
customElements.define('offhook-account', OwnAccount);

function problemOf(password: PasswordChange): Open['problem'] {
  return password.kind === 'open' ? password.problem : undefined;
}
