import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { X } from 'lucide';
import { t } from '../texts/texts.ts';
import type { MediaState } from '../view/media.ts';
import { briefly } from '../view/names.ts';
import type { OwnState } from '../view/own.ts';
import { isIn } from '../view/state.ts';
import type { CallState, PeopleState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import './call-details.ts';
import './keypad.ts';
import type { KeypadElement } from './keypad.ts';
import './transfer.ts';
import type { Transfer } from './transfer.ts';

export type PanelName = 'devices' | 'keypad' | 'details' | 'transfer';

/**
 * Stands beside a call while it goes on: devices, keypad, or what is known of it.
 *
 * @fires close it is no longer wanted
 */
export class CallPanel extends PhoneElement {
  static override properties = {
    panel: { reflect: true },
    call: { attribute: false },
    media: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
  };
  declare panel: PanelName;
  declare call: CallState;
  declare media: MediaState | undefined;
  declare people: PeopleState;
  declare own: OwnState | undefined;

  protected override willUpdate(): void {
    if (this.panel === 'devices') need('offhook-media-settings');
  }

  protected override firstUpdated(): void {
    const inner = this.renderRoot.querySelector<KeypadElement | Transfer>('offhook-keypad, offhook-transfer');
    if (inner) void inner.updateComplete.then(() => inner.focus());
    else this.renderRoot.querySelector<HTMLElement>('button')?.focus();
  }

  protected override render(): TemplateResult {
    const title = {
      devices: t.media.title,
      keypad: t.media.keypad,
      details: t.media.details,
      transfer: t.calls.transferTitle(briefly(this.call.peer.name)),
    }[this.panel];
    return html`<section role="dialog" aria-label=${title} @keydown=${this.#onKey}>
      <header>
        <h2>${title}</h2>
        ${iconButton({ icon: X, label: t.general.close, onClick: this.#close })}
      </header>
      <div class="body">${this.#body()}</div>
    </section>`;
  }

  #body(): TemplateResult | typeof nothing {
    const { call, media } = this;
    switch (this.panel) {
      case 'keypad':
        return html`<offhook-keypad .call=${call}></offhook-keypad>`;
      case 'details':
        return html`<offhook-call-details .call=${call}></offhook-call-details>`;
      case 'transfer':
        return html`<offhook-transfer .call=${call} .people=${this.people} .own=${this.own}></offhook-transfer>`;
      case 'devices':
        return media
          ? html`<offhook-media-settings
              .media=${media}
              ?live=${isIn(call, 'active', 'reconnecting', 'calling')}
              ?seen=${call.mine.camera}
            ></offhook-media-settings>`
          : nothing;
    }
  }

  readonly #close = (): void => {
    this.dispatchEvent(new Event('close'));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.#close();
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        position: absolute;
        z-index: 4;
        inset-block-end: 112px;
        inset-inline-end: 16px;
        inline-size: min(420px, 100% - 32px);
        max-block-size: calc(100% - 200px);
        display: flex;
      }
      :host([panel='keypad']) {
        inline-size: min(320px, 100% - 32px);
      }
      section {
        container-type: inline-size;
        flex: 1;
        min-block-size: 0;
        display: flex;
        flex-direction: column;
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 12px 40px #0009;
        --focus: var(--accent-text);
        --surface: var(--ground);
      }
      header {
        flex: none;
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 10px 10px 6px 20px;
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
      }
      .body {
        min-block-size: 0;
        padding: 4px 16px 20px;
        overflow: hidden auto;
        scrollbar-width: thin;
      }
      @container (width < 720px) {
        :host([panel]) {
          inset: auto 0 0;
          inline-size: 100%;
          max-block-size: calc(100% - 72px - env(safe-area-inset-top));
        }
        section {
          border-radius: 20px 20px 0 0;
          padding-block-end: env(safe-area-inset-bottom);
        }
      }
    `,
  ];
}
customElements.define('offhook-call-panel', CallPanel);
