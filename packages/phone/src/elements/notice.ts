import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { Phone, RefreshCw, Video } from 'lucide';
import { t } from '../texts/texts.ts';
import type { Again, Notice } from '../view/state.ts';
import { buttons, text } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

const shownMs = 4_000;
/** There is something to do in it. */
const shownLongerMs = 10_000;

/** A short word at the upper edge, where there are no controls: what was just done, or that the line is gone. */
export class NoticeStrip extends PhoneElement {
  static override properties = {
    notice: { attribute: false },
    offline: { type: Boolean },
    full: { type: Boolean, reflect: true },
    ringing: { type: Boolean, reflect: true },
    beside: { type: Boolean, reflect: true },
    page: { type: Boolean, reflect: true },
  };
  declare notice?: Notice | undefined;
  declare offline: boolean;
  /** A call fills the window. */
  declare full: boolean;
  /** A call rings in the corner. */
  declare ringing: boolean;
  /** There is a list, beside which it stands. */
  declare beside: boolean;
  /** A conversation is open. */
  declare page: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('notice')) this.#count();
  }

  protected override render(): TemplateResult {
    const { notice } = this;
    return html`<div role="status" @pointerenter=${this.#wait} @pointerleave=${this.#count} @focusin=${this.#wait}>
      ${this.offline ? html`<p class="line">${icon(RefreshCw)}${navigator.onLine ? t.general.reconnecting : t.general.offline}</p>` : nothing}
      ${notice ? html`<p><span class="words">${notice.text}</span>${notice.again ? this.#again(notice.again) : nothing}${notice.action ? this.#action(notice.action) : nothing}</p>` : nothing}
    </div>`;
  }

  #again({ to, video, label }: Again): TemplateResult {
    return html`<button type="button" @click=${() => this.send({ type: 'call', to, video })}>
      ${icon(video ? Video : Phone)}${label}
    </button>`;
  }

  #action({ label, command }: NonNullable<Notice['action']>): TemplateResult {
    return html`<button
      type="button"
      @click=${() => {
        this.send(command);
        this.send({ type: 'dismiss-notice' });
      }}
    >
      ${label}
    </button>`;
  }

  /** Nobody is hurried. */
  readonly #wait = (): void => clearTimeout(this.#timer);

  readonly #count = (): void => {
    clearTimeout(this.#timer);
    if (this.notice === undefined) return;
    const forMs = this.notice.again || this.notice.action ? shownLongerMs : shownMs;
    this.#timer = setTimeout(() => this.send({ type: 'dismiss-notice' }), forMs);
  };

  static override styles = [
    ...PhoneElement.styles,
    text,
    buttons,
    css`
      :host {
        position: absolute;
        z-index: 8;
        /* Below the bars of calls, beside the places and the list, and beside a call that rings. */
        inset-block-start: calc(12px + var(--bars, 0) * 68px);
        inset-inline: 88px 16px;
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      :host([beside]) {
        inset-inline-start: 448px;
      }
      /* Below the head of a conversation. */
      :host([page]) {
        inset-block-start: calc(76px + var(--bars, 0) * 68px);
      }
      :host([full]) {
        inset-block-start: calc(84px + var(--bars, 0) * 68px);
        inset-inline: 16px;
      }
      :host([ringing]) {
        inset-inline-end: 432px;
      }
      div {
        display: grid;
        gap: 8px;
        justify-items: center;
        max-inline-size: min(100%, 480px);
        --focus: #f4f4f7;
      }
      p {
        display: flex;
        align-items: center;
        gap: 10px;
        max-inline-size: 100%;
        min-block-size: 44px;
        padding: 8px 18px;
        border-radius: 22px;
        background: light-dark(#26272d, #3a3b44);
        color: #f4f4f7;
        box-shadow: var(--shadow);
        animation: arrive 180ms ease-out;
      }
      p:has(button) {
        padding-block: 4px;
        padding-inline-end: 4px;
        border-radius: 26px;
      }
      .words {
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 -8px;
        }
      }
      button {
        display: flex;
        flex: none;
        align-items: center;
        gap: 8px;
        min-block-size: 44px;
        padding-inline: 14px 18px;
        border-radius: 22px;
        background: #ffffff24;
        color: #fff;
        font-weight: var(--weight-medium);
        pointer-events: auto;
        transition: background-color var(--quick);
      }
      button:hover {
        background: #ffffff38;
      }
      .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .line .icon {
        color: #f0b02f;
      }
      @container (width < 720px) {
        :host,
        :host([beside]) {
          inset-block-start: calc(8px + env(safe-area-inset-top) + var(--bars, 0) * 68px);
          inset-inline: 12px;
          justify-items: stretch;
        }
        :host([page]) {
          inset-block-start: calc(72px + env(safe-area-inset-top) + var(--bars, 0) * 68px);
        }
        :host([full]) {
          inset-block-start: calc(80px + env(safe-area-inset-top) + var(--bars, 0) * 68px);
        }
        div {
          justify-items: stretch;
          max-inline-size: none;
        }
        .words {
          flex: 1;
        }
      }
    `,
  ];
}
customElements.define('offhook-notice', NoticeStrip);
