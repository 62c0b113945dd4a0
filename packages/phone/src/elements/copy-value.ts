import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { Check, Copy } from 'lucide';
import { p } from '../texts/sip-phones.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { tip } from './tip.ts';

/** How many characters stand together in what is typed by hand. */
const together = 4;

/** Something to be typed elsewhere: what it is, the value, and a button that copies it. */
export class CopyValue extends PhoneElement {
  static override properties = { label: {}, value: {}, grouped: { type: Boolean }, copied: { state: true } };
  declare label: string;
  declare value: string;
  /** Shown in groups, though it is one word, so that nobody gets lost in it. */
  declare grouped: boolean;
  declare copied: boolean;

  constructor() {
    super();
    this.grouped = false;
    this.copied = false;
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('value')) this.copied = false;
  }

  protected override render(): TemplateResult {
    const parts = this.grouped ? (this.value.match(new RegExp(`.{1,${together}}`, 'g')) ?? []) : [this.value];
    return html`<span class="label" id="label">${this.label}</span>
      <code dir="ltr" aria-labelledby="label">${parts.map((part) => html`<span>${part}</span>`)}</code>
      <button
        type="button"
        class="icon-button"
        aria-label=${p.copy(this.label)}
        @click=${this.#copy}
        ${tip(p.copy(this.label))}
      >
        ${icon(this.copied ? Check : Copy)}
      </button>
      <span class="sr" role="status">${this.copied ? p.copied(this.label) : nothing}</span>`;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.value);
      this.copied = true;
    } catch {
      // Insecure pages have no clipboard: what is selected can be copied by hand.
      const code = this.renderRoot.querySelector('code');
      if (code) getSelection()?.selectAllChildren(code);
    }
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-columns: 120px 1fr auto;
        align-items: center;
        gap: 0 12px;
        min-block-size: 48px;
        padding-inline: 16px 4px;
        border-radius: var(--radius-control);
        background: var(--hover);
      }
      .label {
        font-size: var(--size-s);
        color: var(--quiet);
      }
      code {
        overflow-wrap: anywhere;
        font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', monospace;
        font-size: var(--size-m);
        user-select: all;
        text-align: start;
      }
      :host(:dir(rtl)) code {
        text-align: end;
      }
      code span + span {
        margin-inline-start: 0.5ch;
      }
      @container (width < 480px) {
        :host {
          grid-template-columns: 1fr auto;
          padding-block: 6px 8px;
        }
        code {
          grid-row: 2;
        }
        button {
          grid-area: 1 / 2 / span 2;
        }
      }
    `,
  ];
}
customElements.define('offhook-copy-value', CopyValue);
