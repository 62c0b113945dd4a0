import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../texts/texts.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { tip } from './tip.ts';
import './picture.ts';

const corners = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const;
type Corner = (typeof corners)[number];

/** One's own picture, mirrored, in a corner: dragged with the pointer or moved on by the arrow keys. */
export class SelfView extends PhoneElement {
  static override properties = { stream: { attribute: false }, screen: { type: Boolean }, corner: { reflect: true } };
  declare stream: MediaStream;
  /** It is one's screen, not oneself. */
  declare screen: boolean;
  declare corner: Corner;
  #grip: { readonly x: number; readonly y: number } | undefined;

  constructor() {
    super();
    this.corner = 'bottom-right';
  }

  protected override render(): TemplateResult {
    return html`<button
      type="button"
      aria-label=${t.calls.moveYourPicture}
      @pointerdown=${this.#grab}
      @pointermove=${this.#drag}
      @pointerup=${this.#drop}
      @pointercancel=${this.#drop}
      @keydown=${this.#onKey}
      ${tip(t.calls.dragYourPicture)}
    >
      <offhook-picture
        ?mirrored=${!this.screen}
        ?fill=${!this.screen}
        .stream=${this.stream}
        .label=${this.screen ? t.media.yourScreen : t.calls.yourPicture}
      ></offhook-picture>
    </button>`;
  }

  readonly #grab = (event: PointerEvent): void => {
    this.#grip = { x: event.clientX, y: event.clientY };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (!this.#grip) return;
    this.style.translate = `${event.clientX - this.#grip.x}px ${event.clientY - this.#grip.y}px`;
  };

  readonly #drop = (): void => {
    if (!this.#grip) return;
    this.#grip = undefined;
    const own = this.getBoundingClientRect();
    const room = (this.offsetParent ?? document.documentElement).getBoundingClientRect();
    const right = own.left + own.width / 2 > room.left + room.width / 2;
    const bottom = own.top + own.height / 2 > room.top + room.height / 2;
    this.style.translate = '';
    this.corner = `${bottom ? 'bottom' : 'top'}-${right ? 'right' : 'left'}`;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const [row = 'bottom', column = 'right'] = this.corner.split('-');
    const to = {
      ArrowUp: ['top', column],
      ArrowDown: ['bottom', column],
      ArrowLeft: [row, 'left'],
      ArrowRight: [row, 'right'],
    }[event.key];
    const corner = corners.find((one) => one === to?.join('-'));
    if (corner === undefined) return;
    event.preventDefault();
    this.corner = corner;
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        position: absolute;
        z-index: 2;
        inline-size: clamp(104px, 18%, 240px);
        aspect-ratio: 16 / 10;
        /* The edges of the controls and of the header are kept free. */
        --aside: 20px;
        --above: 84px;
        --below: 20px;
      }
      :host([corner^='top']) {
        inset-block-start: var(--above);
      }
      :host([corner^='bottom']) {
        inset-block-end: var(--below);
      }
      :host([corner$='right']) {
        right: var(--aside);
      }
      :host([corner$='left']) {
        left: var(--aside);
      }
      button {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        border-radius: 12px;
        overflow: hidden;
        background: #000;
        box-shadow:
          0 0 0 1px #ffffff1f,
          0 6px 24px #00000080;
        cursor: grab;
        touch-action: none;
      }
      button:active {
        cursor: grabbing;
      }
      offhook-picture {
        block-size: 100%;
        pointer-events: none;
      }
      @container (height < 500px) {
        :host {
          --above: 68px;
        }
      }
      @container (width < 720px) {
        :host {
          inline-size: 104px;
          aspect-ratio: 3 / 4;
          --aside: 12px;
          --above: calc(76px + env(safe-area-inset-top));
          --below: calc(124px + env(safe-area-inset-bottom));
        }
      }
    `,
  ];
}
customElements.define('offhook-self-view', SelfView);
