import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { ArrowUp, Check, Paperclip, X } from 'lucide';
import { conversationLimits } from '@offhook/core';
import type { MessageEntry, Person } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { draftOf, keepDraft } from './drafts.ts';
import { commandIn } from '../view/conversation.ts';
import { saidText } from '../view/conversation-texts.ts';
import { inSentence } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

/** The reply or the edit is done, or was given up. */
const composedEvent = 'offhook-composed';

const mostRows = 8;

/** Writes messages: Enter sends, Shift+Enter breaks the line. What is typed is kept for each conversation. */
export class Composer extends PhoneElement {
  static override properties = {
    place: {},
    peer: { attribute: false },
    reply: { attribute: false },
    edit: { attribute: false },
    text: { state: true },
    hint: { state: true },
  };
  /** Which conversation of whom: drafts are kept by it. */
  declare place: string;
  /** The other one, between two people: can be called from here. */
  declare peer?: Person | undefined;
  declare reply?: MessageEntry | undefined;
  declare edit?: MessageEntry | undefined;
  declare text: string;
  declare hint: string;

  constructor() {
    super();
    this.text = '';
    this.hint = '';
  }

  override focus(): void {
    this.#field?.focus();
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('place') || changed.has('edit')) this.text = this.edit?.text ?? draftOf(this.place);
    if (changed.has('place')) this.hint = '';
  }

  protected override updated(changed: PropertyValues): void {
    if ((changed.has('edit') && this.edit) || (changed.has('reply') && this.reply)) this.focus();
  }

  protected override render(): TemplateResult {
    const rows = Math.min(mostRows, this.text.split('\n').length);
    const isEmpty = this.text.trim() === '';
    return html`<form @submit=${this.#submit} @keydown=${this.#onKey}>
      ${this.#about()} ${this.hint === '' ? nothing : html`<p class="hint" role="status">${this.hint}</p>`}
      <div class="line">
        ${iconButton({
          icon: Paperclip,
          label: t.conversations.attach,
          onClick: () => this.renderRoot.querySelector<HTMLInputElement>('[type=file]')?.click(),
        })}
        <input type="file" hidden multiple @change=${this.#attach} />
        <textarea
          rows=${rows}
          dir=${ifDefined(isEmpty ? undefined : 'auto')}
          placeholder=${t.conversations.write}
          aria-label=${t.conversations.message}
          enterkeyhint="send"
          maxlength=${conversationLimits.textLength}
          .value=${live(this.text)}
          @input=${this.#onInput}
          @paste=${this.#onPaste}
        ></textarea>
        <button class="send" aria-label=${this.edit ? t.general.save : t.conversations.send} ?disabled=${isEmpty}>
          ${icon(this.edit ? Check : ArrowUp)}
        </button>
      </div>
    </form>`;
  }

  /** What is being answered or changed. */
  #about(): TemplateResult | typeof nothing {
    const about = this.edit ?? this.reply;
    if (about === undefined) return nothing;
    const title = this.edit ? t.conversations.editing : t.conversations.replyTo(inSentence(about.from.name));
    return html`<div class="about">
      <p><span class="title cut">${title}</span><span class="cut" dir="auto">${saidText(about)}</span></p>
      ${iconButton({ icon: X, label: this.edit ? t.conversations.leaveAsWas : t.conversations.doNotReply, onClick: () => this.#done() })}
    </div>`;
  }

  readonly #onInput = (): void => {
    this.text = this.#field?.value ?? '';
    this.hint = '';
    if (this.edit) return;
    keepDraft(this.place, this.text);
    if (this.text.trim() !== '' && !this.text.startsWith('/')) this.send({ type: 'typing' });
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    // While an input method composes, Enter is its own.
    if (event.key === 'Enter' && event.target === this.#field && !event.shiftKey && !event.isComposing && !isMod(event)) {
      event.preventDefault();
      this.#submit(event);
    } else if (event.key === 'Escape' && (this.edit ?? this.reply)) {
      event.stopPropagation();
      this.#done();
    }
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const text = this.text.trim();
    if (text === '') return;
    const command = this.edit ? undefined : commandIn(text);
    if (command !== undefined && this.peer === undefined) {
      this.hint = t.conversations.callsAreDirect;
      return;
    }
    if (this.edit) this.send({ type: 'edit', position: this.edit.position, text });
    else if (command !== undefined && this.peer) this.send({ type: 'call', to: this.peer, video: command === 'video' });
    else this.send({ type: 'say', text, reply: this.reply?.position });
    if (!this.edit) keepDraft(this.place, '');
    this.text = '';
    this.#done();
  };

  #done(): void {
    if (!this.edit && !this.reply) return;
    this.dispatchEvent(new Event(composedEvent));
    this.focus();
  }

  readonly #attach = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.#sendFiles(input.files);
    input.value = '';
  };

  readonly #onPaste = (event: ClipboardEvent): void => {
    const files = event.clipboardData?.files;
    if (files === undefined || files.length === 0) return;
    event.preventDefault();
    this.#sendFiles(files);
  };

  #sendFiles(files: FileList | null): void {
    if (files !== null && files.length > 0) this.send({ type: 'send-files', files: [...files] });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        display: block;
        padding: 4px 20px calc(16px + env(safe-area-inset-bottom));
      }
      form {
        inline-size: min(100%, 760px);
        margin-inline: auto;
        padding: 4px;
        border: 1px solid var(--edge);
        border-radius: 26px;
        background: var(--surface);
      }
      form:has(textarea:focus-visible) {
        border-color: var(--accent-text);
        box-shadow: 0 0 0 1px var(--accent-text);
      }
      .line {
        display: flex;
        align-items: flex-end;
        gap: 4px;
      }
      textarea {
        flex: 1;
        min-inline-size: 0;
        resize: none;
        border: 0;
        padding: 11px 4px;
        background: none;
        color: var(--text);
        font: inherit;
        scrollbar-width: thin;
        field-sizing: content;
        min-block-size: 44px;
        max-block-size: 196px;
      }
      textarea:focus-visible {
        outline: none;
      }
      textarea::placeholder {
        color: var(--quiet);
        opacity: 1;
      }
      .send {
        flex: none;
        display: grid;
        place-items: center;
        inline-size: 44px;
        block-size: 44px;
        border-radius: 50%;
        background: var(--accent);
        color: var(--on-accent);
        transition: background-color var(--quick);
      }
      .send:hover:enabled {
        background: var(--accent-strong);
      }
      .send:disabled {
        background: var(--hover);
        color: var(--quiet);
      }
      .about {
        display: flex;
        align-items: center;
        gap: 8px;
        padding-inline-start: 14px;
        font-size: var(--size-s);
      }
      .about p {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        padding-inline-start: 10px;
        border-inline-start: 3px solid var(--accent);
        color: var(--quiet);
      }
      .about .title {
        color: var(--text);
        font-weight: var(--weight-medium);
      }
      .hint {
        padding: 8px 14px 4px;
        font-size: var(--size-s);
        color: var(--warning-text);
      }
      @container (width < 720px) {
        :host {
          padding-inline: 8px;
          padding-block-end: calc(8px + env(safe-area-inset-bottom));
        }
      }
    `,
  ];
}
customElements.define('offhook-composer', Composer);

function isMod({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}
