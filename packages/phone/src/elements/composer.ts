import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import { ArrowUp, Check, Paperclip, Phone, Smile, Video, X } from 'lucide';
import { conversationLimits } from '@offhook/core';
import type { MessageEntry, Person } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { chosenFiles, keepChosen } from './chosen-files.ts';
import { draftOf, keepDraft } from './drafts.ts';
import { commandIn, commandsFor } from '../view/conversation.ts';
import type { Spoken } from '../view/conversation.ts';
import { saidText, filesUnsentText } from '../view/conversation-texts.ts';
import { inSentence } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { composer } from '../styles/composer.ts';
import type { EmojiPicker } from './emoji.ts';
import { need } from './lazy.ts';
import { PhoneElement } from './element.ts';
import { deepActive } from './focus.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

/** The reply or the edit is done, or was given up. */
const composedEvent = 'offhook-composed';

const mostRows = 8;

/**
 * Writes messages: Enter sends, Shift+Enter breaks the line. Files are looked at once more before they go out. What was typed and
 * chosen is kept for each conversation.
 */
export class Composer extends PhoneElement {
  static override properties = {
    place: {},
    peer: { attribute: false },
    reply: { attribute: false },
    edit: { attribute: false },
    text: { state: true },
    files: { state: true },
    hint: { state: true },
    at: { state: true },
  };
  /** Which conversation of whom: drafts are kept by it. */
  declare place: string;
  /** The other one, between two people: can be called from here. */
  declare peer?: Person | undefined;
  declare reply?: MessageEntry | undefined;
  declare edit?: MessageEntry | undefined;
  declare text: string;
  /** What goes with the text. */
  declare files: readonly File[];
  declare hint: string;
  /** Which of the commands that fit is marked; undefined once they were put away. */
  declare at: number | undefined;

  constructor() {
    super();
    this.text = '';
    this.files = [];
    this.hint = '';
    this.at = 0;
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
    if (changed.has('place') || changed.has('edit')) this.files = this.edit ? [] : chosenFiles(this.place);
  }

  protected override updated(changed: PropertyValues): void {
    if ((changed.has('edit') && this.edit) || (changed.has('reply') && this.reply)) this.focus();
  }

  protected override render(): TemplateResult {
    const rows = Math.min(mostRows, this.text.split('\n').length);
    const isEmpty = this.text.trim() === '';
    const marked = this.#commands[this.at ?? 0];
    return html`<form @submit=${this.#submit} @keydown=${this.#onKey}>
      ${this.#about()} ${this.#commandList()}
      ${
        this.files.length === 0
          ? nothing
          : html`<offhook-chosen-files .files=${this.files} @offhook-chosen=${this.#onChosen}></offhook-chosen-files>`
      }
      ${this.hint === '' ? nothing : html`<p class="hint" role="status">${this.hint}</p>`}
      <div class="line">
        ${iconButton({
          icon: Paperclip,
          label: t.conversations.attach,
          disabled: this.edit !== undefined,
          onClick: () => this.renderRoot.querySelector<HTMLInputElement>('[type=file]')?.click(),
        })}
        <input type="file" hidden multiple @change=${this.#attach} />
        <textarea
          rows=${rows}
          dir=${ifDefined(isEmpty ? undefined : 'auto')}
          placeholder=${this.files.length > 0 ? t.conversations.caption : t.conversations.write}
          aria-controls=${ifDefined(marked && 'commands')}
          aria-activedescendant=${ifDefined(marked && `command-${marked}`)}
          aria-label=${t.conversations.message}
          enterkeyhint="send"
          maxlength=${conversationLimits.textLength}
          .value=${live(this.text)}
          @input=${this.#onInput}
          @paste=${this.#onPaste}
        ></textarea>
        ${iconButton({ icon: Smile, label: t.conversations.emojiChoice, class: 'smile', onClick: (event) => void this.#chooseEmoji(event) })}
        <offhook-emoji @offhook-emoji-chosen=${this.#onEmoji}></offhook-emoji>
        <button
          class="send"
          aria-label=${this.edit ? t.general.save : t.conversations.send}
          ?disabled=${isEmpty && this.files.length === 0}
        >
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

  /** What one can type to do something else, as far as it fits what is typed. */
  get #commands(): readonly Spoken[] {
    if (this.edit || this.peer === undefined || this.files.length > 0 || this.at === undefined) return [];
    return commandsFor(this.text);
  }

  #commandList(): TemplateResult | typeof nothing {
    const { peer } = this;
    const commands = this.#commands;
    if (commands.length === 0 || peer === undefined) return nothing;
    const name = inSentence(peer.name);
    return html`<ul id="commands" class="commands" role="listbox" aria-label=${t.conversations.commands}>
      ${commands.map(
        (command, at) =>
          html`<li
            id="command-${command}"
            role="option"
            aria-selected=${at === this.at}
            @pointerenter=${() => (this.at = at)}
            @pointerdown=${(event: Event) => event.preventDefault()}
            @click=${() => this.#do(command)}
          >
            ${icon(command === 'video' ? Video : Phone)}<code dir="ltr">/${command}</code>
            <span class="cut">${t.conversations.commandHints[command](name)}</span>
          </li>`,
      )}
    </ul>`;
  }

  /** Carries out what was typed, or chosen from the list. */
  #do(command: Spoken): void {
    if (this.peer === undefined) return;
    this.#clear();
    this.send({ type: 'call', to: this.peer, video: command === 'video' });
  }

  readonly #onInput = (): void => {
    this.#type(this.#field?.value ?? '');
  };

  #type(text: string): void {
    this.text = text;
    this.hint = '';
    this.at = 0;
    if (this.edit) return;
    keepDraft(this.place, this.text);
    if (this.text.trim() !== '' && !this.text.startsWith('/')) this.send({ type: 'typing' });
  }

  async #chooseEmoji({ currentTarget }: Event): Promise<void> {
    const owner = currentTarget as HTMLElement;
    const from = deepActive();
    need('offhook-emoji');
    await customElements.whenDefined('offhook-emoji');
    await this.renderRoot.querySelector<EmojiPicker>('offhook-emoji')?.open(owner, from);
  }

  /** Where one was writing. */
  readonly #onEmoji = ({ detail }: CustomEvent<string>): void => {
    const field = this.#field;
    if (field === null) return;
    field.setRangeText(detail, field.selectionStart, field.selectionEnd, 'end');
    this.#type(field.value);
    field.focus();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.target === this.#field && this.#onCommandKey(event)) return;
    // While an input method composes, Enter is its own.
    if (event.key === 'Enter' && event.target === this.#field && !event.shiftKey && !event.isComposing && !isMod(event)) {
      event.preventDefault();
      this.#submit(event);
    } else if (event.key === 'Escape' && (this.edit ?? this.reply)) {
      event.stopPropagation();
      this.#done();
    }
  };

  /** Whether the key was meant for the list of commands. */
  #onCommandKey(event: KeyboardEvent): boolean {
    const commands = this.#commands;
    const marked = commands[this.at ?? 0];
    if (marked === undefined || event.isComposing || event.shiftKey || isMod(event)) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) this.at = ((this.at ?? 0) + step + commands.length) % commands.length;
    else if (event.key === 'Enter') this.#do(marked);
    else if (event.key === 'Escape') this.at = undefined;
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const { edit, files } = this;
    const text = this.text.trim();
    if (text === '' && files.length === 0) return;
    const command = edit || files.length > 0 ? undefined : commandIn(text);
    if (command !== undefined && this.peer === undefined) {
      this.hint = t.conversations.callsAreDirect;
      return;
    }
    if (command !== undefined) return this.#do(command);
    const reply = this.reply?.position;
    if (edit) this.send({ type: 'edit', position: edit.position, text });
    else if (files.length > 0) this.send({ type: 'send-files', files, text, reply });
    else this.send({ type: 'say', text, reply });
    this.#clear();
    this.#done();
  };

  #clear(): void {
    this.text = '';
    this.hint = '';
    if (this.edit) return;
    keepDraft(this.place, '');
    this.#choose([]);
  }

  #done(): void {
    if (!this.edit && !this.reply) return;
    this.dispatchEvent(new Event(composedEvent));
    this.focus();
  }

  readonly #attach = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.attach([...(input.files ?? [])]);
    input.value = '';
  };

  readonly #onPaste = (event: ClipboardEvent): void => {
    const files = event.clipboardData?.files;
    if (files === undefined || files.length === 0 || this.edit) return;
    event.preventDefault();
    this.attach([...files]);
  };

  /** Puts files to the message that is being written. Those that are too large are not taken, and it is said which. */
  attach(files: readonly File[]): void {
    if (files.length === 0) return;
    const large = files.filter(({ size }) => size > conversationLimits.fileBytes);
    this.#choose([...chosenFiles(this.place), ...files.filter((file) => !large.includes(file))]);
    const why = t.conversations.problems.file_too_large;
    this.hint = large.length === 0 ? '' : filesUnsentText(large.map(({ name }) => ({ name, why })));
    this.focus();
  }

  readonly #onChosen = ({ detail }: CustomEvent<readonly File[]>): void => {
    this.#choose(detail);
    this.focus();
  };

  #choose(files: readonly File[]): void {
    keepChosen(this.place, files);
    if (!this.edit) this.files = files;
  }

  static override styles = [...PhoneElement.styles, buttons, fields, composer];
}
customElements.define('offhook-composer', Composer);

function isMod({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}
