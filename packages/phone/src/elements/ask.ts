import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';

export interface Question {
  readonly title: string;
  /** What comes of it. */
  readonly text: string;
  /** The way on, in a verb. */
  readonly yes: string;
  /** The way back; otherwise `Cancel`. */
  readonly no?: string | undefined;
  /** It cannot be taken back. */
  readonly isDanger?: boolean | undefined;
}

/**
 * A question before something is done that others notice. It stands above all else until it is answered.
 *
 * @fires answered `true` in `detail`: it is to be done
 */
export class Ask extends PhoneElement {
  static override properties = { question: { attribute: false } };
  /** Undefined: nothing is asked. */
  declare question: Question | undefined;
  #answer: ((yes: boolean) => void) | undefined;

  /** Asks, and resolves with whether it is to be done. */
  ask(question: Question): Promise<boolean> {
    this.#answer?.(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('question')) return;
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.question === undefined) dialog?.close();
    else if (dialog?.open === false) dialog.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      role="alertdialog"
      aria-labelledby="title"
      aria-describedby="text"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.#settle(false);
      }}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      ${this.question ? this.#asked(this.question) : nothing}
    </dialog>`;
  }

  #asked({ title, text, yes, no, isDanger }: Question): TemplateResult {
    return html`<h2 id="title">${title}</h2>
      <p id="text">${text}</p>
      <div class="choices">
        <button type="button" class="button" autofocus @click=${() => this.#settle(false)}>${no ?? t.general.cancel}</button>
        <button type="button" class="button ${isDanger ? 'danger' : 'primary'}" @click=${() => this.#settle(true)}>
          ${yes}
        </button>
      </div>`;
  }

  #settle(yes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    this.question = undefined;
    answer?.(yes);
    this.dispatchEvent(new CustomEvent('answered', { detail: yes }));
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: contents;
      }
      dialog {
        inline-size: min(420px, calc(100vw - 32px));
        padding: 24px;
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--raised);
        color: var(--text);
        --focus: var(--accent-text);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: #0f101480;
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      p {
        margin-block-start: 8px;
        color: var(--quiet);
        overflow-wrap: anywhere;
        text-wrap: pretty;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-block-start: 24px;
      }
      @media (width < 480px) {
        .choices .button {
          flex: 1 1 auto;
        }
      }
    `,
  ];
}
customElements.define('offhook-ask', Ask);
