import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ArrowRight } from 'lucide';
import type { SignedOut } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { mark } from './mark.ts';
import './avatar.ts';

/** The way in: type a name. Or go on as somebody this browser knows, or join somebody's phone by their link. */
export class SignIn extends PhoneElement {
  static override properties = { state: { attribute: false } };
  declare state: SignedOut;

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
      <span class="mark">${mark}</span>
      ${this.state.joining ? this.#join() : this.#name()}
    </main>`;
  }

  #name(): TemplateResult {
    const { known, busy, problem } = this.state;
    return html`<h1>Who is calling?</h1>
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
          />
          <button type="submit" class="button primary" ?disabled=${busy} aria-label="Continue">${icon(ArrowRight)}</button>
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
    return html`<h1>Add this device</h1>
      <p class="quiet">Calls will ring here too, and on every other device of the same person.</p>
      <div class="choices">
        <button
          type="button"
          class="button primary"
          ?disabled=${busy || problem !== undefined}
          @click=${() => this.send({ type: 'join', accept: true })}
        >
          Add this device
        </button>
        <button type="button" class="button" @click=${() => this.send({ type: 'join', accept: false })}>
          Use another name instead
        </button>
      </div>
      <div class="below" role="alert">${problem ? html`<p class="problem">${problem.message}</p>` : nothing}</div>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value ?? '';
    this.send({ type: 'sign-in', name });
  };

  #take(name: string): void {
    const input = this.renderRoot.querySelector('input');
    if (input) input.value = name;
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
        gap: 20px;
      }
      .mark svg {
        display: block;
        inline-size: 56px;
        block-size: 56px;
      }
      h1 {
        font-size: var(--size-xxl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
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
        opacity: 0.6;
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
        min-block-size: 36px;
        padding: 4px 14px;
        border-radius: 18px;
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
