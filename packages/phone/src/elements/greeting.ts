import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Mic, Square } from 'lucide';
import { voicemailLimits } from '@offhook/core';
import { v } from '../texts/voicemail.ts';
import type { VoicemailBox } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { clock } from '../view/time.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './player.ts';

interface Recording {
  readonly recorder: MediaRecorder;
  readonly timer: ReturnType<typeof setInterval>;
  /** It is to be what callers hear. */
  isWanted: boolean;
}

/** What callers hear at the voicemail: recorded here, or a file. */
export class Greeting extends PhoneElement {
  static override properties = { box: { attribute: false }, ms: { state: true }, isRefused: { state: true } };
  declare box: VoicemailBox;
  /** Of what is being recorded. */
  declare ms: number | undefined;
  /** The microphone cannot be used. */
  declare isRefused: boolean;
  #recording: Recording | undefined;

  constructor() {
    super();
    this.isRefused = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop(false);
  }

  protected override render(): TemplateResult {
    const { greeting, isSaving, problem } = this.box;
    const said = this.isRefused ? v.greetingProblems.microphone : problem;
    return html`<div class="line" role="group" aria-labelledby="greeting">
      <span class="words"
        ><span id="greeting">${v.greeting}</span
        ><span class="hint">${greeting === undefined ? v.greetingHint : v.greetingOwnHint}</span></span
      >
      ${
        greeting === undefined || this.ms !== undefined
          ? nothing
          : html`<offhook-player
              .address=${greeting.address}
              .durationMs=${greeting.durationMs}
              label=${v.greetingOwn}
            ></offhook-player>`
      }
      <span class="choices">${this.ms === undefined ? this.#choices(isSaving) : this.#stops(this.ms)}</span>
      <p class="problem" role="alert">${said ?? nothing}</p>
    </div>`;
  }

  #choices(isSaving: boolean): TemplateResult {
    if (isSaving) return html`<span class="hint" role="status">${v.greetingSaving}</span>`;
    return html`<button type="button" class="button" @click=${this.#record}>${icon(Mic)}${v.record}</button>
      <label class="button file"
        >${v.chooseGreeting}<input class="sr" type="file" accept="audio/*" @change=${this.#choose}
      /></label>
      ${
        this.box.greeting === undefined
          ? nothing
          : html`<button type="button" class="button" @click=${() => this.#use(undefined)}>${v.removeGreeting}</button>`
      }`;
  }

  #stops(ms: number): TemplateResult {
    return html`<span class="number" role="timer" aria-label=${v.recording}><i class="dot"></i>${clock(ms)}</span>
      <button type="button" class="button" @click=${() => this.#stop(false)}>${v.recordCancel}</button>
      <button type="button" class="button primary" @click=${() => this.#stop(true)}>${icon(Square)}${v.recordStop}</button>`;
  }

  readonly #choose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file !== undefined) this.#use(file);
    // The same file may be chosen once more.
    input.value = '';
  };

  readonly #record = async (): Promise<void> => {
    this.isRefused = false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (this.isConnected) this.#begin(stream);
      else stopAll(stream);
    } catch {
      this.isRefused = true;
    }
  };

  #begin(stream: MediaStream): void {
    const recorder = new MediaRecorder(stream);
    const pieces: Blob[] = [];
    const since = performance.now();
    const timer = setInterval(() => {
      this.ms = performance.now() - since;
      // A little is lost where it begins.
      if (this.ms >= voicemailLimits.greetingMsMost - 1_000) this.#stop(true);
    }, 250);
    const recording: Recording = { recorder, timer, isWanted: false };
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
    recorder.addEventListener('stop', () => {
      stopAll(stream);
      if (recording.isWanted) this.#use(new Blob(pieces, { type: recorder.mimeType }));
    });
    this.#recording = recording;
    this.ms = 0;
    recorder.start();
  }

  #stop(isWanted: boolean): void {
    const recording = this.#recording;
    this.#recording = undefined;
    this.ms = undefined;
    if (recording === undefined) return;
    clearInterval(recording.timer);
    recording.isWanted = isWanted;
    recording.recorder.stop();
  }

  #use(sound: Blob | undefined): void {
    this.isRefused = false;
    this.send({ type: 'greeting', sound });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    settings,
    css`
      :host {
        display: block;
        block-size: auto;
        overflow: visible;
        border-block-start: 1px solid var(--line);
      }
      .line {
        flex-wrap: wrap;
      }
      .words {
        flex-basis: 220px;
      }
      .choices {
        flex-wrap: wrap;
        align-items: center;
      }
      /* What callers hear stands above what may be done with it. */
      offhook-player + .choices {
        flex: 1 1 100%;
      }
      .file {
        cursor: pointer;
      }
      .file:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      .button {
        padding-inline: 14px;
        white-space: nowrap;
      }
      .button .icon {
        inline-size: 16px;
        block-size: 16px;
      }
      offhook-player {
        flex: 1 1 260px;
      }
      .problem {
        flex: 1 1 100%;
      }
      @container (width < 480px) {
        .choices .button {
          flex: 1 1 auto;
          padding-inline: 10px;
        }
      }
      .problem:empty {
        display: none;
      }
      .dot {
        display: inline-block;
        inline-size: 8px;
        block-size: 8px;
        margin-inline-end: 8px;
        border-radius: 50%;
        background: var(--danger);
      }
    `,
  ];
}
customElements.define('offhook-greeting', Greeting);

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
