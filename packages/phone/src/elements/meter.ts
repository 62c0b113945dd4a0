import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { PhoneElement } from './element.ts';

/** A bar that follows how loud a microphone is. It is information, and moves for those, too, who want little motion. */
export class Meter extends PhoneElement {
  static override properties = { stream: { attribute: false }, label: {} };
  declare stream: MediaStream | undefined;
  declare label: string;
  #track: MediaStreamTrack | undefined;
  #stop: (() => void) | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#follow(undefined);
  }

  protected override updated(): void {
    this.#follow(this.stream?.getAudioTracks()[0]);
  }

  protected override render(): TemplateResult {
    return html`<div role="meter" aria-label=${this.label} aria-valuemin="0" aria-valuemax="100" aria-valuenow="0">
      <i></i>
    </div>`;
  }

  #follow(track: MediaStreamTrack | undefined): void {
    if (track === this.#track) return;
    this.#stop?.();
    this.#stop = undefined;
    this.#track = track;
    if (track) void this.#watch(track);
  }

  async #watch(track: MediaStreamTrack): Promise<void> {
    const { watchLevel } = await import('@offhook/client/devices');
    if (track !== this.#track) return;
    const bar = this.renderRoot.querySelector<HTMLElement>('[role=meter]');
    this.#stop = watchLevel(track, (level) => {
      bar?.style.setProperty('--level', level.toFixed(2));
      bar?.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    });
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: block;
      }
      div {
        block-size: 8px;
        border-radius: 4px;
        overflow: hidden;
        background: var(--hover);
      }
      i {
        display: block;
        block-size: 100%;
        inline-size: calc(var(--level, 0) * 100%);
        border-radius: 4px;
        background: var(--online);
      }
    `,
  ];
}
customElements.define('offhook-meter', Meter);
