import { css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { PhoneElement } from './element.ts';

/**
 * The least part of a picture that must stay to be seen when it is cut to fill its frame. Faces are in the middle: a picture may
 * lose much of its sides before it loses what matters, but little of its height.
 */
const leastSeen = { ofWidth: 0.25, ofHeight: 0.6 };

/**
 * A moving picture that fills its frame where a face bears it, and is shown whole otherwise. Without its sound: what is heard is
 * played elsewhere, for as long as the call lasts.
 *
 * @fires fit whether it is shown whole has changed
 */
export class Picture extends PhoneElement {
  static override properties = {
    stream: { attribute: false },
    label: {},
    mirrored: { type: Boolean, reflect: true },
    fill: { type: Boolean },
    asked: {},
    whole: { type: Boolean, reflect: true },
  };
  declare stream: MediaStream;
  declare label: string;
  declare mirrored: boolean;
  /** Fills its frame in any case. */
  declare fill: boolean;
  /** How the person wants it. */
  declare asked?: 'whole' | 'filling' | undefined;
  declare whole: boolean;
  readonly #watch = new ResizeObserver(() => this.#fit());

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('asked')) this.#fit();
  }

  protected override render(): TemplateResult {
    return html`<video
      aria-label=${this.label}
      .srcObject=${this.stream}
      .muted=${true}
      autoplay
      playsinline
      disablepictureinpicture
      @resize=${this.#fit}
    ></video>`;
  }

  readonly #fit = (): void => {
    const video = this.renderRoot.querySelector('video');
    if (!video?.videoWidth || this.clientHeight === 0) return;
    const [picture, frame] = [video.videoWidth / video.videoHeight, this.clientWidth / this.clientHeight];
    const seen = picture > frame ? frame / picture / leastSeen.ofWidth : picture / frame / leastSeen.ofHeight;
    const whole = !this.fill && (this.asked === undefined ? seen < 1 : this.asked === 'whole');
    if (whole === this.whole) return;
    this.whole = whole;
    this.dispatchEvent(new Event('fit'));
  };

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: block;
        overflow: hidden;
      }
      video {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
      :host([whole]) video {
        object-fit: contain;
      }
      :host([mirrored]) video {
        scale: -1 1;
      }
    `,
  ];
}
customElements.define('offhook-picture', Picture);
