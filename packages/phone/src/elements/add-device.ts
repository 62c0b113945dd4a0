import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Smartphone } from 'lucide';
import { t } from '../texts/texts.ts';
import type { DeviceLink } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { need } from './lazy.ts';
import './copy-link.ts';
import './expiry.ts';

/** A further device of the same person: a link that works once, as text and as a QR code. */
export class AddDevice extends PhoneElement {
  static override properties = { link: { attribute: false }, reachable: { type: Boolean } };
  declare link: DeviceLink;
  /** Other devices can open the address of this phone. */
  declare reachable: boolean;

  protected override render(): TemplateResult {
    const { link } = this;
    return html`<div class="card">
      <div class="line">
        <div class="words">
          <p>${t.settings.addDevice}</p>
          <p class="hint">${t.settings.addDeviceHint}</p>
        </div>
        ${
          link.kind === 'ready'
            ? html`<button type="button" class="button" @click=${() => this.#open(false)}>${t.general.done}</button>`
            : html`<button type="button" class="button" ?disabled=${link.kind === 'busy'} @click=${() => this.#open(true)}>
                ${icon(Smartphone)}${t.settings.showLink}
              </button>`
        }
      </div>
      <div role="status">
        ${link.kind === 'failed' ? html`<p class="problem">${link.message}</p>` : nothing}
        ${link.kind === 'ready' ? this.#ready(link) : nothing}
      </div>
    </div>`;
  }

  #ready({ url, expiresAt }: Extract<DeviceLink, { kind: 'ready' }>): TemplateResult {
    if (this.reachable) need('offhook-qr-code');
    return html`<div class="ready">
      ${this.reachable ? html`<offhook-qr-code .text=${url} label=${t.settings.deviceCode}></offhook-qr-code>` : nothing}
      <div class="how">
        <p>${this.reachable ? t.settings.scanThis : t.settings.openThere}</p>
        <offhook-copy-link .url=${url} label=${t.settings.deviceLink}></offhook-copy-link>
        <p class="hint">${t.settings.worksOnce(html`<offhook-expiry .at=${expiresAt}></offhook-expiry>`)}</p>
        ${this.reachable ? nothing : html`<p class="hint">${t.welcome.onlyHere(html`<code>npm start -- --lan</code>`)}</p>`}
      </div>
    </div>`;
  }

  #open(open: boolean): void {
    this.send({ type: 'add-device', open });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      .card {
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--surface);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 16px;
        min-block-size: 64px;
        padding: 10px 16px;
      }
      .words {
        flex: 1;
        font-weight: var(--weight-medium);
      }
      .hint {
        font-size: var(--size-s);
        font-weight: 400;
        color: var(--quiet);
      }
      .problem {
        padding: 0 16px 14px;
        font-size: var(--size-s);
        color: var(--danger-text);
      }
      .ready {
        display: flex;
        gap: 20px;
        padding: 4px 16px 20px;
      }
      offhook-qr-code {
        flex: none;
        border: 1px solid var(--line);
      }
      .how {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        align-content: center;
        gap: 12px;
      }
      code {
        white-space: nowrap;
        color: var(--text);
      }
      @container (width < 600px) {
        .ready {
          flex-direction: column;
          align-items: center;
        }
        .how {
          inline-size: 100%;
        }
      }
    `,
  ];
}
customElements.define('offhook-add-device', AddDevice);
