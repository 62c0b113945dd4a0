import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { Check, Copy } from 'lucide';
import { t } from '../texts/texts.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

/** A link to be read, and a button that copies it. */
export class CopyLink extends PhoneElement {
  static override properties = { url: {}, label: {}, copied: { state: true } };
  declare url: string;
  declare label: string;
  declare copied: boolean;

  constructor() {
    super();
    this.copied = false;
  }

  /** Its text is selected then, to be copied by hand. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('input')?.focus());
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('url')) this.copied = false;
  }

  protected override render(): TemplateResult {
    return html`<input readonly dir="ltr" aria-label=${this.label} .value=${this.url} @focus=${this.#select} />
      <button type="button" class="button" @click=${this.#copy}>
        ${icon(this.copied ? Check : Copy)}<span>${this.copied ? t.general.copied : t.general.copy}</span>
      </button>
      <span class="sr" role="status">${this.copied ? t.general.linkCopied : ''}</span>`;
  }

  readonly #select = (): void => {
    this.renderRoot.querySelector('input')?.select();
  };

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.url);
      this.copied = true;
    } catch {
      // Insecure pages have no clipboard: the selected link can be copied by hand.
      this.#select();
    }
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        position: relative;
        display: flex;
        gap: 8px;
      }
      input {
        flex: 1;
        min-inline-size: 0;
        background: var(--hover);
        border-color: transparent;
        font-size: var(--size-s);
      }
      .button {
        flex: none;
        min-inline-size: 104px;
      }
    `,
  ];
}
customElements.define('offhook-copy-link', CopyLink);
