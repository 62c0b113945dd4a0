import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Hand, MicOff, MonitorUp, Pin, PinOff, WifiOff } from 'lucide';
import { m } from '../texts/meetings.ts';
import { hue, inSentence } from '../view/names.ts';
import type { Tile } from '../view/meeting-tiles.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import './avatar.ts';
import './picture.ts';

/** Somebody in a meeting, or the screen that they show: their picture or circle, their name, and what is to be known of them. */
export class MeetingTile extends PhoneElement {
  static override properties = {
    tile: { attribute: false },
    speaking: { type: Boolean, reflect: true },
    pinned: { type: Boolean, reflect: true },
    large: { type: Boolean, reflect: true },
  };
  declare tile: Tile;
  /** Is heard above the others. */
  declare speaking: boolean;
  /** Stays large. */
  declare pinned: boolean;
  declare large: boolean;

  protected override updated(): void {
    this.style.setProperty('--hue', String(hue(this.tile.person.address)));
  }

  protected override render(): TemplateResult {
    const { person, stream, isScreen } = this.tile;
    const { name, address, isMe } = person;
    const label = isScreen ? m.screenOf(name) : m.picture(isMe ? m.youNamed(name) : name);
    return html`<figure @dblclick=${this.#pin}>
      ${
        stream
          ? html`<offhook-picture
              part="picture"
              ?mirrored=${isMe && !isScreen}
              ?fill=${!this.large}
              .asked=${isScreen ? 'whole' : undefined}
              .stream=${stream}
              .label=${label}
            ></offhook-picture>`
          : html`<offhook-avatar .name=${name} .address=${address}></offhook-avatar>`
      }
      ${person.hand !== undefined && !isScreen ? html`<span class="hand">${icon(Hand)}<span class="sr">${m.handUp}</span></span>` : nothing}
      <figcaption>
        ${person.away ? html`<span class="sign">${icon(WifiOff)}<span class="sr">${m.reconnects}</span></span>` : nothing}
        ${isScreen ? html`<span class="sign">${icon(MonitorUp)}</span>` : nothing}
        ${person.muted && !isScreen ? html`<span class="sign">${icon(MicOff)}<span class="sr">${m.muted}</span></span>` : nothing}
        <bdi class="cut">${isMe ? m.you : isScreen ? m.screenOf(inSentence(name)) : name}</bdi>
      </figcaption>
      ${iconButton({
        icon: this.pinned ? PinOff : Pin,
        label: (this.pinned ? m.unpin : m.pin)(isScreen ? m.screenOf(inSentence(name)) : inSentence(name)),
        class: 'pin',
        onClick: this.#pin,
      })}
    </figure>`;
  }

  readonly #pin = (): void => {
    this.send({ type: 'meeting', what: { act: 'pin', tile: this.pinned ? undefined : this.tile.key } });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        container-type: size;
        position: relative;
        border-radius: 14px;
        overflow: clip;
      }
      figure {
        margin: 0;
        position: relative;
        display: grid;
        place-items: center;
        block-size: 100%;
        background: radial-gradient(110% 100% at 50% 38%, oklch(0.36 0.065 var(--hue)), oklch(0.23 0.03 var(--hue)));
      }
      figure > * {
        grid-area: 1 / 1;
      }
      offhook-picture {
        inline-size: 100%;
        block-size: 100%;
        min-block-size: 0;
        background: #000;
      }
      offhook-avatar {
        --avatar: clamp(44px, 38cqmin, 148px);
      }
      /* Drawn above the picture, within the tile: a ring around it would be cut off. */
      figure::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: inherit;
        box-shadow: inset 0 0 0 1px #ffffff14;
        pointer-events: none;
        transition: box-shadow 200ms;
      }
      figure {
        border-radius: 14px;
        overflow: clip;
      }
      :host([speaking]) figure::after {
        box-shadow: inset 0 0 0 3px #34d070;
      }
      figcaption {
        position: absolute;
        z-index: 1;
        inset-block-end: 8px;
        inset-inline-start: 8px;
        max-inline-size: calc(100% - 16px);
        display: flex;
        align-items: center;
        gap: 6px;
        min-block-size: 26px;
        padding: 2px 10px;
        border-radius: 13px;
        background: #0f1014b8;
        color: var(--stage-text);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
        line-height: 1.3;
      }
      bdi {
        min-inline-size: 0;
      }
      .sign {
        flex: none;
        color: var(--stage-text);
      }
      .sign .icon {
        inline-size: 14px;
        block-size: 14px;
      }
      .hand {
        position: absolute;
        z-index: 1;
        inset-block-start: 8px;
        inset-inline-start: 8px;
        display: grid;
        place-items: center;
        inline-size: 32px;
        block-size: 32px;
        border-radius: 50%;
        background: #f0b02f;
        color: #18181c;
      }
      .hand .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .pin {
        position: absolute;
        z-index: 1;
        inset-block-start: 6px;
        inset-inline-end: 6px;
        background: #0f1014b8;
        color: var(--stage-text);
        opacity: 0;
        transition: opacity var(--quick);
      }
      .pin:hover:enabled {
        background: #0f1014e0;
        color: var(--stage-text);
      }
      :host(:hover) .pin,
      :host([pinned]) .pin,
      .pin:focus-visible {
        opacity: 1;
      }
      /* A finger taps twice; the list of people has it, too. */
      @media (hover: none) {
        :host(:not([pinned])) .pin {
          display: none;
        }
      }
      @container (width < 200px) {
        figcaption {
          inset-block-end: 5px;
          inset-inline-start: 5px;
          max-inline-size: calc(100% - 10px);
          min-block-size: 22px;
          padding-inline: 8px;
          font-size: var(--size-xs);
        }
      }
    `,
  ];
}
customElements.define('offhook-meeting-tile', MeetingTile);
