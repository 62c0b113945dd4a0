import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { Pause, Play } from 'lucide';
import { v } from '../texts/voicemail.ts';
import { buttons } from '../styles/base.ts';
import { clock } from '../view/time.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';

const speeds = [1, 1.5, 2] as const;
type Speed = (typeof speeds)[number];

/** Plays one sound: to and fro, and faster. Tells by `play` that somebody listens. */
export class Player extends PhoneElement {
  static override properties = {
    address: {},
    durationMs: { attribute: false },
    label: {},
    isPlaying: { state: true },
    at: { state: true },
    speed: { state: true },
    isMissing: { state: true },
  };
  /** Undefined until it is known. */
  declare address: string | undefined;
  declare durationMs: number;
  /** What it is, for readers. */
  declare label: string;
  declare isPlaying: boolean;
  /** Seconds. */
  declare at: number;
  declare speed: Speed;
  /** It cannot be played. */
  declare isMissing: boolean;
  #audio: HTMLAudioElement | undefined;

  constructor() {
    super();
    this.isPlaying = false;
    this.at = 0;
    this.speed = 1;
    this.isMissing = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#audio?.pause();
  }

  protected override updated(): void {
    const part = this.durationMs === 0 ? 0 : Math.min(1, (this.at * 1_000) / this.durationMs);
    this.renderRoot.querySelector('input')?.style.setProperty('--part', String(part));
  }

  protected override render(): TemplateResult {
    const { isPlaying, at, speed } = this;
    const seconds = this.durationMs / 1_000;
    return html`<div class="player" role="group" aria-label=${this.label}>
      ${iconButton({
        icon: isPlaying ? Pause : Play,
        label: isPlaying ? v.pause : v.play,
        class: 'play',
        disabled: this.address === undefined,
        onClick: () => void this.#toggle(),
      })}
      <input
        type="range"
        min="0"
        max=${seconds}
        step="0.1"
        .value=${String(Math.min(at, seconds))}
        aria-label=${v.position}
        aria-valuetext=${v.at(clock(at * 1_000), clock(this.durationMs))}
        @input=${this.#seek}
      />
      <span class="number time" aria-hidden="true">${clock(at > 0 ? at * 1_000 : this.durationMs)}</span>
      <button type="button" class="button speed number" aria-label=${v.speed(v.times(speed))} @click=${this.#faster}>
        ${v.times(speed)}
      </button>
      ${this.isMissing ? html`<p class="failed" role="alert">${v.missing}</p>` : ''}
    </div>`;
  }

  #open(): HTMLAudioElement {
    if (this.#audio !== undefined) return this.#audio;
    const audio = new Audio();
    audio.preload = 'auto';
    audio.addEventListener('timeupdate', () => (this.at = audio.currentTime));
    audio.addEventListener('play', () => (this.isPlaying = true));
    audio.addEventListener('pause', () => (this.isPlaying = false));
    audio.addEventListener('ended', () => {
      audio.currentTime = 0;
      this.at = 0;
    });
    return (this.#audio = audio);
  }

  async #toggle(): Promise<void> {
    const audio = this.#open();
    if (!audio.paused) return audio.pause();
    if (this.address === undefined) return;
    // Its address holds for a while only.
    if (audio.src === '' || audio.error !== null) audio.src = new URL(this.address, document.baseURI).href;
    audio.playbackRate = this.speed;
    if (Math.abs(audio.currentTime - this.at) > 0.2) audio.currentTime = this.at;
    try {
      await audio.play();
      this.isMissing = false;
      this.dispatchEvent(new CustomEvent('heard'));
    } catch (error) {
      // Stopped before it began.
      this.isMissing = !(error instanceof DOMException && error.name === 'AbortError');
    }
  }

  readonly #seek = (event: Event): void => {
    this.at = Number((event.target as HTMLInputElement).value);
    if (this.#audio !== undefined) this.#audio.currentTime = this.at;
  };

  readonly #faster = (): void => {
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length] ?? 1;
    if (this.#audio !== undefined) this.#audio.playbackRate = this.speed;
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
      }
      .player {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }
      .play {
        flex: none;
        background: var(--accent);
        color: var(--on-accent);
      }
      .play:hover:enabled {
        background: var(--accent-strong);
        color: var(--on-accent);
      }
      input {
        flex: 1;
        min-inline-size: 80px;
        block-size: 44px;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
      }
      input::-webkit-slider-runnable-track {
        block-size: 4px;
        border-radius: 2px;
        background: linear-gradient(to right, var(--accent-text) calc(var(--part) * 100%), var(--edge) 0);
      }
      :host(:dir(rtl)) input::-webkit-slider-runnable-track {
        background: linear-gradient(to left, var(--accent-text) calc(var(--part) * 100%), var(--edge) 0);
      }
      input::-webkit-slider-thumb {
        appearance: none;
        inline-size: 14px;
        block-size: 14px;
        margin-block-start: -5px;
        border-radius: 50%;
        background: var(--accent-text);
      }
      input::-moz-range-track {
        block-size: 4px;
        border-radius: 2px;
        background: var(--edge);
      }
      input::-moz-range-progress {
        block-size: 4px;
        border-radius: 2px;
        background: var(--accent-text);
      }
      input::-moz-range-thumb {
        inline-size: 14px;
        block-size: 14px;
        border: 0;
        border-radius: 50%;
        background: var(--accent-text);
      }
      .time {
        min-inline-size: 2.6em;
        font-size: var(--size-s);
        text-align: end;
      }
      .speed {
        min-inline-size: 48px;
        padding-inline: 8px;
        font-size: var(--size-s);
      }
      .failed {
        flex-basis: 100%;
        font-size: var(--size-s);
        color: var(--danger-text);
      }
    `,
  ];
}
customElements.define('offhook-player', Player);
