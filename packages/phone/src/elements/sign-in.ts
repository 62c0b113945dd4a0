import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { ArrowRight } from 'lucide';
import type { SignedOut } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { mark } from './mark.ts';
import { tip } from './tip.ts';
import './avatar.ts';

/** The way in: type a name. Or go on as somebody this browser knows, or join somebody's phone by their link. */
export class SignIn extends PhoneElement {
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
    return html`<main>
      <p class="brand"><span class="mark">${mark}</span><span aria-hidden="true">Offhook</span></p>
      ${this.state.joining ? this.#join() : this.#name()}
    </main>`;
  }

  #name(): TemplateResult {
    const { known, busy, problem } = this.state;
    return html`<div>
        <h1>Who is calling?</h1>
        <p class="quiet">Call people from your browser. A name is all you need: others see it and call you by it.</p>
      </div>
      <form @submit=${this.#submit}>
        <label for="name">Your name</label>
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
            aria-label="Continue"
            ${tip('Continue')}
          >
            ${icon(ArrowRight)}
          </button>
        </div>
        <div id="problem" class="below" role="alert">${this.#problem()}</div>
      </form>
      ${
        known.length === 0
          ? nothing
          : html`<section aria-label="People on this browser">
              <h2 class="quiet">Or go on as</h2>
              <ul>
                ${known.map(
                  ({ name, address }) =>
                    html`<li>
                      <button
                        type="button"
                        class="known"
                        ?disabled=${busy}
                        @click=${() => this.send({ type: 'sign-in-as', address })}
                      >
                        <offhook-avatar .name=${name} .address=${address}></offhook-avatar><bdi class="cut">${name}</bdi>
                      </button>
                    </li>`,
                )}
              </ul>
            </section>`
      }`;
  }

  #problem() {
    const { problem } = this.state;
    if (!problem) return nothing;
    return html`<p class="problem">${problem.message}</p>
      ${
        problem.suggestions.length === 0
          ? nothing
          : html`<p class="suggestions">
              <span class="quiet">Still free:</span>
              ${problem.suggestions.map(
                (name) => html`<button type="button" class="chip" @click=${() => this.#take(name)}><bdi>${name}</bdi></button>`,
              )}
            </p>`
      }`;
  }

  #join(): TemplateResult {
    const { busy, problem } = this.state;
    const useless = problem !== undefined && !problem.passing;
    const what = useless ? problem.message : 'Calls will ring here too, and on every other device of the same person.';
    return html`<div>
        <h1>${useless ? 'This link does not work' : 'Add this device'}</h1>
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
                ${problem ? 'Try again' : 'Add this device'}
              </button>`
        }
        <button
          type="button"
          class="button ${useless ? 'primary' : ''}"
          @click=${() => this.send({ type: 'join', accept: false })}
        >
          ${useless ? 'Sign in by a name' : 'Use another name instead'}
        </button>
      </div>
      <div class="below" role="alert">${problem && !useless ? html`<p class="problem">${problem.message}</p>` : nothing}</div>`;
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
        margin-block: max(16vh, 20px) auto;
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
      h1 {
        font-size: var(--size-xxl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
        margin-block-end: 8px;
      }
      h2 {
        font-size: var(--size-s);
        margin-block-end: 8px;
      }
      label {
        display: block;
        margin-block-end: 6px;
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      .field {
        display: flex;
        gap: 8px;
      }
      .field input {
        min-block-size: 52px;
        font-size: var(--size-l);
        padding-inline: 16px;
      }
      .field .button {
        flex: none;
        inline-size: 52px;
        padding: 0;
      }
      .field .button:disabled {
        opacity: 0.45;
        color: var(--on-accent);
      }
      .below {
        min-block-size: 64px;
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
      .choices {
        display: grid;
        gap: 8px;
      }
    `,
  ];
}
customElements.define('offhook-sign-in', SignIn);
