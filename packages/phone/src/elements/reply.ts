import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ArrowLeft, ArrowUp } from 'lucide';
import { conversationLimits } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { inSentence } from '../view/names.ts';
import type { CallState } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

/** What one says instead of answering: something ready, or one's own words. Saying it declines the call. */
export class Reply extends PhoneElement {
  static override properties = { call: { attribute: false } };
  declare call: CallState;

  protected override firstUpdated(): void {
    // Whoever opened it is here with the keyboard or a finger; the field would bring up the keys of a phone over the ready ones.
    this.renderRoot.querySelector<HTMLElement>('.ready')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('call') as CallState | undefined;
    if (before?.reply?.busy && this.call.reply?.problem) this.renderRoot.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const { peer, reply } = this.call;
    const { text = '', busy = false, problem } = reply ?? {};
    return html`<div class="head" @keydown=${this.#onKey}>
        ${iconButton({ icon: ArrowLeft, label: t.calls.backToCall, class: 'back', onClick: () => this.#write(undefined) })}
        <h3 class="cut">${t.calls.replyTo(inSentence(peer.name))}</h3>
      </div>
      <ul @keydown=${this.#onKey}>
        ${t.calls.replies.map(
          (ready) =>
            html`<li>
              <button type="button" class="ready" ?disabled=${busy} @click=${() => this.#say(ready)}>${ready}</button>
            </li>`,
        )}
      </ul>
      <form @submit=${this.#submit} @keydown=${this.#onKey}>
        <input
          dir=${text === '' ? nothing : 'auto'}
          placeholder=${t.calls.yourReply}
          aria-label=${t.calls.yourReply}
          autocomplete="off"
          enterkeyhint="send"
          maxlength=${conversationLimits.textLength}
          .value=${live(text)}
          ?readonly=${busy}
          @input=${(event: InputEvent) => this.#write((event.target as HTMLInputElement).value)}
        />
        <button class="send" aria-label=${t.calls.sendReply} title=${t.calls.sendReply} ?disabled=${busy || text.trim() === ''}>
          ${icon(ArrowUp)}
        </button>
      </form>
      <div role="alert">${problem ? html`<p class="problem">${problem}</p>` : nothing}</div>`;
  }

  #write(text: string | undefined): void {
    this.send({ type: 'reply', call: this.call.id, text });
  }

  #say(text: string): void {
    this.send({ type: 'reply', call: this.call.id, text, send: true });
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = this.call.reply?.text.trim() ?? '';
    if (text !== '') this.#say(text);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#write(undefined);
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
        margin-block-start: 12px;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 4px;
        margin-inline-start: -8px;
      }
      .back:dir(rtl) {
        scale: -1 1;
      }
      h3 {
        font-size: var(--size-m);
        font-weight: var(--weight-medium);
      }
      ul {
        display: grid;
        gap: 8px;
      }
      .ready {
        inline-size: 100%;
        min-block-size: 44px;
        padding: 10px 16px;
        border-radius: 22px;
        background: var(--reply, var(--hover));
        text-align: start;
        transition: background-color var(--quick);
      }
      .ready:hover:enabled {
        background: var(--reply-strong, color-mix(in srgb, var(--text) 12%, transparent));
      }
      .ready:disabled {
        opacity: 0.6;
      }
      form {
        position: relative;
      }
      input {
        padding-inline-end: 52px;
        border-radius: 24px;
        min-block-size: 48px;
      }
      .send {
        position: absolute;
        inset-block-start: 2px;
        inset-inline-end: 2px;
        display: grid;
        place-items: center;
        inline-size: 44px;
        block-size: 44px;
        border-radius: 50%;
        background: var(--accent);
        color: var(--on-accent);
      }
      .send:hover:enabled {
        background: var(--accent-strong);
      }
      .send:disabled {
        background: none;
        color: var(--quiet);
      }
      .problem {
        color: var(--danger-text);
        font-size: var(--size-s);
      }
    `,
  ];
}
customElements.define('offhook-reply', Reply);
