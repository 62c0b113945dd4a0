import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PresenceState } from '@offhook/core';
import { hue, initials } from '../view/names.ts';
import { PhoneElement } from './element.ts';
import { onPictures, pictureOf } from './pictures.ts';

/**
 * A person as a circle: their picture, or initials on a colour derived from the address, with the presence as a dot where it is given. Its size is
 * `--avatar`.
 *
 * @part circle
 */
export class Avatar extends PhoneElement {
  static override properties = { name: {}, address: {}, presence: {} };
  declare name: string;
  declare address: string;
  declare presence?: PresenceState | undefined;

  protected override updated(): void {
    // By script, not by an attribute: the content security policy allows no inline styles.
    this.style.setProperty('--hue', String(hue(this.address)));
  }

  #stopPictures: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopPictures = onPictures(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopPictures?.();
  }

  protected override render(): TemplateResult {
    const picture = pictureOf(this.address);
    return html`<span class="circle" part="circle" aria-hidden="true" data-initials=${picture ? '' : initials(this.name)}
        >${picture ? html`<img src=${picture} alt="" draggable="false" />` : nothing}</span
      >
      ${this.presence === undefined ? nothing : html`<span class="dot ${this.presence}"></span>`}`;
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: inline-block;
        position: relative;
        flex: none;
        inline-size: var(--avatar, 40px);
        block-size: var(--avatar, 40px);
      }
      /* No text: the name stands beside it, and readers hear it once. */
      .circle::before {
        content: attr(data-initials);
      }
      img {
        inline-size: 100%;
        block-size: 100%;
        grid-area: 1 / 1;
        object-fit: cover;
      }
      .circle {
        display: grid;
        place-items: center;
        inline-size: 100%;
        block-size: 100%;
        border-radius: 50%;
        overflow: hidden;
        background: light-dark(oklch(0.91 0.055 var(--hue)), oklch(0.4 0.085 var(--hue)));
        color: light-dark(oklch(0.37 0.11 var(--hue)), oklch(0.95 0.03 var(--hue)));
        font-size: calc(var(--avatar, 40px) * 0.38);
        font-weight: 600;
        letter-spacing: -0.01em;
        line-height: 1;
        user-select: none;
      }
      .dot {
        position: absolute;
        inset-block-end: calc(var(--avatar, 40px) * -0.01);
        inset-inline-end: calc(var(--avatar, 40px) * -0.01);
        inline-size: clamp(12px, calc(var(--avatar, 40px) * 0.22), 20px);
        aspect-ratio: 1;
        border-radius: 50%;
        border: 2px solid var(--avatar-ground, var(--surface));
        background: var(--online);
      }
      .dot.on_call {
        background: var(--warning);
      }
      .dot.away {
        background: radial-gradient(circle closest-side, var(--avatar-ground, var(--surface)) 50%, var(--warning) 56%);
      }
      .dot.do_not_disturb {
        background: linear-gradient(var(--surface), var(--surface)) center / 50% 2px no-repeat var(--danger);
      }
      .dot.offline {
        background: radial-gradient(circle closest-side, var(--avatar-ground, var(--surface)) 50%, var(--quiet) 56%);
      }
    `,
  ];
}

customElements.define('offhook-avatar', Avatar);
