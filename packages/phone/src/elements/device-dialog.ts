import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { X } from 'lucide';
import { t } from '../texts/texts.ts';
import type { MediaState } from '../view/media.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';

/** Devices are chosen and tried before a call. */
export class DeviceDialog extends PhoneElement {
  static override properties = { media: { attribute: false }, opened: { state: true } };
  declare media: MediaState | undefined;
  declare opened: boolean;

  async open(): Promise<void> {
    need('offhook-media-settings');
    this.opened = true;
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  protected override render(): TemplateResult {
    // Only while it is open: what is tried is closed with it.
    return html`<dialog
      aria-labelledby="title"
      @close=${this.#closed}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <header>
        <h2 id="title">${t.media.title}</h2>
        ${iconButton({ icon: X, label: t.general.close, onClick: () => this.#dialog?.close() })}
      </header>
      ${
        this.opened && this.media
          ? html`<div class="body"><offhook-media-settings .media=${this.media}></offhook-media-settings></div>`
          : nothing
      }
    </dialog>`;
  }

  readonly #closed = (): void => {
    this.opened = false;
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      dialog {
        container-type: inline-size;
        inline-size: min(480px, calc(100vw - 24px));
        max-block-size: min(720px, calc(100dvh - 24px));
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--ground);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: #0f101466;
      }
      header {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 10px 10px 6px 20px;
        background: var(--ground);
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
      }
      .body {
        padding: 0 16px 20px;
      }
    `,
  ];
}
customElements.define('offhook-device-dialog', DeviceDialog);
