import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { WifiOff } from 'lucide';
import { text } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

const shownMs = 4_000;

/** A short word at the edge: what was just done, or that the line is gone. */
export class Notice extends PhoneElement {
  static override properties = { text: {}, offline: { type: Boolean } };
  declare text?: string | undefined;
  declare offline: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('text')) return;
    clearTimeout(this.#timer);
    if (this.text !== undefined) this.#timer = setTimeout(() => this.send({ type: 'notice', text: undefined }), shownMs);
  }

  protected override render(): TemplateResult {
    return html`<div role="status">
      ${this.offline ? html`<p>${icon(WifiOff)}You are offline. Trying to reconnect…</p>` : nothing}
      ${this.text === undefined ? nothing : html`<p>${this.text}</p>`}
    </div>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    text,
    css`
      :host {
        position: absolute;
        z-index: 20;
        inset: auto 16px 24px;
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      div {
        display: grid;
        gap: 8px;
        justify-items: center;
      }
      p {
        display: flex;
        align-items: center;
        gap: 10px;
        min-block-size: 44px;
        padding: 8px 18px;
        border-radius: 22px;
        background: light-dark(#26272d, #3a3b44);
        color: #f4f4f7;
        box-shadow: var(--shadow);
        animation: arrive 180ms ease-out;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 8px;
        }
      }
      .icon {
        color: #f0b02f;
      }
      @container (width < 720px) {
        :host {
          inset-block-end: calc(84px + env(safe-area-inset-bottom));
        }
      }
    `,
  ];
}
customElements.define('offhook-notice', Notice);
