import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import type { CallState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';

const keys = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

/** The keys of a telephone, by finger, pointer or keyboard. */
export class KeypadElement extends PhoneElement {
  static override properties = { call: { attribute: false } };
  declare call: CallState;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('button')?.focus();
  }

  protected override render(): TemplateResult {
    const { pressed, problem } = this.call.keypad ?? { pressed: '' };
    const hint = problem === 'unsupported' ? t.media.noDigits : problem === 'later' ? t.media.digitsLater : t.media.keypadHint;
    return html`<p class="pressed" dir="ltr" aria-label=${t.media.pressed} role="status">${pressed}</p>
      <p class=${problem ? 'hint problem' : 'hint'} role=${problem ? 'alert' : 'note'}>
        ${pressed && !problem ? nothing : hint}
      </p>
      <div class="keys" dir="ltr" @keydown=${this.#onKey}>
        ${keys.map(
          ([key, letters]) =>
            html`<button
              type="button"
              aria-label=${key === '*' ? t.media.keys.star : key === '#' ? t.media.keys.hash : nothing}
              @click=${() => this.#press(key)}
            >
              <span>${key}</span><small>${letters}</small>
            </button>`,
        )}
      </div>`;
  }

  #press(digits: string): void {
    this.send({ type: 'digits', call: this.call.id, digits });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
    event.preventDefault();
    this.#press(event.key);
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
      }
      .pressed {
        min-block-size: 40px;
        overflow: hidden;
        font-size: var(--size-xxl);
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.08em;
        text-align: center;
        white-space: nowrap;
      }
      .hint {
        min-block-size: 40px;
        font-size: var(--size-s);
        text-align: center;
        text-wrap: balance;
        color: var(--quiet);
      }
      .problem {
        color: var(--warning-text);
      }
      .keys {
        display: grid;
        grid-template-columns: repeat(3, 72px);
        justify-content: center;
        gap: 10px 18px;
      }
      button {
        display: grid;
        place-content: center;
        block-size: 64px;
        border-radius: 32px;
        background: var(--hover);
        text-align: center;
        transition: background-color var(--quick);
      }
      button:hover {
        background: color-mix(in srgb, var(--text) 16%, transparent);
      }
      button:active {
        background: color-mix(in srgb, var(--text) 28%, transparent);
      }
      span {
        font-size: var(--size-xl);
        line-height: 1.2;
      }
      small {
        min-block-size: 1em;
        font-size: 0.625rem;
        line-height: 1;
        letter-spacing: 0.12em;
      }
    `,
  ];
}
customElements.define('offhook-keypad', KeypadElement);
