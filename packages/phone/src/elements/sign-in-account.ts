import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import type { SignedOut } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { wayIn } from '../styles/way-in.ts';
import { PhoneElement } from './element.ts';
import { focusWrong, valueOf } from './form.ts';
import { passwordField, passwordStyles } from './password-field.ts';

/** The way in for people with an account: its name and password, or the provider that vouches for them. */
export class SignInAccount extends PhoneElement {
  static override properties = { state: { attribute: false } };
  declare state: SignedOut;

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('state') as SignedOut | undefined;
    focusWrong(this.renderRoot, before?.problem, this.state.problem);
  }

  protected override render(): TemplateResult {
    const { ways } = this.state;
    return html`<div>
        <h1>${ways?.empty ? t.wayIn.nobodyYet : t.wayIn.signIn}</h1>
        <p class="quiet">${ways?.empty ? t.wayIn.nobodyYetHint : t.wayIn.noAccountYet}</p>
      </div>
      ${ways?.empty ? this.#problem() : this.#form()}
      ${
        ways?.oidc === undefined
          ? nothing
          : html`<p class="or">${t.wayIn.or}</p>
              <button
                type="button"
                class="button wide"
                ?disabled=${this.state.busy}
                @click=${() => this.send({ type: 'sign-in-at-provider' })}
              >
                ${t.wayIn.continueWith(ways.oidc)}
              </button>`
      }`;
  }

  #problem(): TemplateResult {
    const { problem } = this.state;
    return html`<div id="problem" class="below" role="alert">
      ${problem ? html`<p class="problem">${problem.message}</p>` : nothing}
    </div>`;
  }

  #form(): TemplateResult {
    const { busy, problem } = this.state;
    return html`<form @submit=${this.#submit}>
      <div>
        <label for="name">${t.wayIn.nameOrAddress}</label>
        <input
          id="name"
          name="name"
          dir="auto"
          required
          maxlength="64"
          autocomplete="username"
          autocapitalize="off"
          spellcheck="false"
          aria-describedby="problem"
          aria-invalid=${problem?.field === 'name' ? 'true' : 'false'}
          ?readonly=${busy}
        />
      </div>
      ${passwordField({
        id: 'password',
        label: t.wayIn.password,
        autocomplete: 'current-password',
        describedBy: 'problem',
        invalid: problem?.field === 'password',
        readonly: busy,
      })}
      ${this.#problem()}
      <button type="submit" class="button primary wide" ?disabled=${busy}>${busy ? t.wayIn.signingIn : t.wayIn.signIn}</button>
      <p class="hint">${t.wayIn.forgotten}</p>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const [name, password] = [valueOf(this.renderRoot, 'name'), valueOf(this.renderRoot, 'password')];
    this.send({ type: 'sign-in-with-password', name, password });
  };

  static override styles = [...PhoneElement.styles, buttons, fields, wayIn, passwordStyles];
}
customElements.define('offhook-sign-in-account', SignInAccount);
