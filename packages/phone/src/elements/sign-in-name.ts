import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ArrowRight } from 'lucide';
import { t } from '../texts/texts.ts';
import type { SignedOut } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { wayIn } from '../styles/way-in.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { tip } from './tip.ts';

/** The way in where nobody needs an account: type a name. */
export class SignInName extends PhoneElement {
  static override properties = { state: { attribute: false }, typed: { state: true } };
  declare state: SignedOut;
  declare typed: string;

  constructor() {
    super();
    this.typed = '';
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('state') as SignedOut | undefined;
    // What was typed stays; it is the text one wants to change now.
    if (before && this.state.problem && before.problem !== this.state.problem) this.renderRoot.querySelector('input')?.select();
  }

  protected override render(): TemplateResult {
    const { busy, problem } = this.state;
    return html`<div>
        <h1>${t.wayIn.whoIsCalling}</h1>
        <p class="quiet">${t.wayIn.nameIsAll}</p>
      </div>
      <form @submit=${this.#submit}>
        <div>
          <label for="name">${t.wayIn.yourName}</label>
          <div class="field">
            <input
              id="name"
              name="name"
              dir="auto"
              required
              maxlength="64"
              autocomplete="nickname"
              autocapitalize="words"
              spellcheck="false"
              enterkeyhint="go"
              aria-describedby="problem"
              aria-invalid=${problem ? 'true' : 'false'}
              ?readonly=${busy}
              @input=${this.#onInput}
            />
            <button
              type="submit"
              class="button primary"
              ?disabled=${busy || this.typed.trim() === ''}
              aria-label=${t.wayIn.continue}
              ${tip(t.wayIn.continue)}
            >
              ${icon(ArrowRight)}
            </button>
          </div>
          <div id="problem" class="below" role="alert">${this.#problem()}</div>
        </div>
      </form>`;
  }

  #problem() {
    const { problem } = this.state;
    if (!problem) return nothing;
    return html`<p class="problem">${problem.message}</p>
      ${
        problem.suggestions.length === 0
          ? nothing
          : html`<p class="suggestions">
              <span class="quiet">${t.wayIn.stillFree}</span>
              ${problem.suggestions.map(
                (name) => html`<button type="button" class="chip" @click=${() => this.#take(name)}><bdi>${name}</bdi></button>`,
              )}
            </p>`
      }
      ${problem.isTaken ? html`<p class="hint">${t.wayIn.isThisYou}</p>` : nothing}`;
  }

  readonly #onInput = (event: InputEvent): void => {
    this.typed = (event.target as HTMLInputElement).value;
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value ?? '';
    this.send({ type: 'sign-in', name });
  };

  #take(name: string): void {
    const input = this.renderRoot.querySelector('input');
    if (input) input.value = name;
    this.typed = name;
    this.send({ type: 'sign-in', name });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    wayIn,
    css`
      .field {
        display: flex;
        gap: 8px;
      }
      .field .button {
        flex: none;
        inline-size: 52px;
        padding: 0;
      }
      .below {
        min-block-size: 64px;
        margin: 0;
        padding-block-start: 8px;
      }
      .suggestions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin-block-start: 8px;
        font-size: var(--size-s);
      }
      .suggestions + .hint {
        margin-block-start: 12px;
      }
      .chip {
        min-block-size: 44px;
        padding: 4px 16px;
        border-radius: 22px;
        background: var(--selected);
        color: var(--accent-text);
        font-weight: var(--weight-medium);
      }
      .chip:hover {
        box-shadow: inset 0 0 0 1px currentcolor;
      }
    `,
  ];
}
customElements.define('offhook-sign-in-name', SignInName);
