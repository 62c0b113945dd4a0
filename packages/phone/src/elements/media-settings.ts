import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { AudioLines, ChevronDown } from 'lucide';
import type { Person } from '@offhook/core';
import { e } from '../texts/echo.ts';
import { t } from '../texts/texts.ts';
import type { DeviceKind, MediaState, Processing } from '../view/media.ts';
import { problemText, sentences } from '../view/texts.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { PhoneElement, commandEvent } from './element.ts';
import { icon } from './icon.ts';
import './meter.ts';
import './picture.ts';

const sounds = ['noiseSuppression', 'echoCancellation', 'autoGainControl'] as const;

/** Which microphone, camera and loudspeaker are used, tried as they are chosen: on the page of settings, and beside a call. */
export class MediaSettings extends PhoneElement {
  static override properties = {
    media: { attribute: false },
    live: { type: Boolean },
    seen: { type: Boolean },
    echo: { attribute: false },
  };
  declare media: MediaState;
  /** A call goes on: the microphone is open, and is shown at once. */
  declare live: boolean;
  /** So is the camera. */
  declare seen: boolean;
  /** Whom to call to hear oneself; not beside a call. */
  declare echo: Person | undefined;
  #above: EventTarget | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const root = this.getRootNode();
    this.#above = root instanceof ShadowRoot ? (root.host.getRootNode() as Partial<ShadowRoot>).host : undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // By whoever stood above: this element is no longer in the page, and nobody would hear it.
    for (const kind of ['microphone', 'camera'] as const) this.#end(kind);
  }

  protected override firstUpdated(): void {
    if (this.live) this.send({ type: 'try-device', kind: 'microphone', on: true });
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('seen') && this.live && this.seen) this.send({ type: 'try-device', kind: 'camera', on: true });
  }

  protected override render(): TemplateResult {
    const { canBlur, devices, problem, trials } = this.media;
    return html`<div class="card">
        ${this.#choice('microphone')}
        <div class="trial">
          ${
            trials.microphone
              ? html`<offhook-meter .stream=${trials.microphone} label=${t.media.level}></offhook-meter>`
              : this.#try('microphone', t.media.tryMicrophone)
          }
        </div>
        ${this.#speaker()}
        <div class="trial">
          <button type="button" class="button" @click=${() => this.send({ type: 'test-sound' })}>${t.media.playSound}</button>
        </div>
        ${this.#choice('camera')}
        <div class="trial">
          ${
            trials.camera
              ? html`<offhook-picture mirrored fill .stream=${trials.camera} label=${t.calls.yourPicture}></offhook-picture>`
              : this.#try('camera', t.media.tryCamera)
          }
        </div>
        ${canBlur ? this.#switch('backgroundBlur', t.media.blur) : nothing}
        ${
          devices.microphone.list.length + devices.camera.list.length === 0
            ? html`<p class="hint known">${t.media.namesAfterTrying}</p>`
            : nothing
        }
        ${problem ? html`<p class="problem" role="alert">${sentences(problemText(problem))}</p>` : nothing}
      </div>
      <div class="card">${sounds.map((name) => this.#switch(name, t.media.sounds[name].label, t.media.sounds[name].hint))}</div>
      ${this.echo ? this.#hearOneself(this.echo) : nothing}`;
  }

  #hearOneself(echo: Person): TemplateResult {
    return html`<div class="card">
      <div class="line">
        <span class="words"><span>${e.title}</span><span id="echo-hint" class="hint">${e.hint}</span></span>
        <button
          type="button"
          class="button"
          aria-describedby="echo-hint"
          @click=${() => this.send({ type: 'call', to: echo, video: false })}
        >
          ${icon(AudioLines)}${e.call}
        </button>
      </div>
    </div>`;
  }

  #try(kind: 'microphone' | 'camera', label: string): TemplateResult {
    return html`<button type="button" class="button" @click=${() => this.send({ type: 'try-device', kind, on: true })}>
      ${label}
    </button>`;
  }

  #speaker(): TemplateResult {
    const { speakers, devices } = this.media;
    if (speakers === 'listed') return this.#choice('speaker');
    const { chosen } = devices.speaker;
    return html`<div class="line">
      <span class="words"
        ><span>${t.media.kinds.speaker}</span
        ><span class="hint cut"
          >${speakers === 'system' ? t.media.speakerBySystem : (chosen?.label ?? t.media.asSystem)}</span
        ></span
      >
      ${
        speakers === 'asked'
          ? html`<button type="button" class="button" @click=${() => this.send({ type: 'ask-for-speaker' })}>
              ${t.media.chooseSpeaker}
            </button>`
          : nothing
      }
    </div>`;
  }

  #choice(kind: DeviceKind): TemplateResult {
    const { list, chosen, current } = this.media.devices[kind];
    const isAway = chosen !== undefined && list.every(({ id }) => id !== chosen.id);
    const byItself = chosen === undefined && current ? t.media.asSystemNamed(current.label) : t.media.asSystem;
    const change = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      this.send({ type: 'use-devices', choices: [{ kind, device: list.find(({ id }) => id === value) }] });
    };
    return html`<label class="line choice">
      <span class="words">${t.media.kinds[kind]}</span>
      <span class="select">
        <select @change=${change}>
          <option value="" .selected=${chosen === undefined}>${byItself}</option>
          ${list.map(({ id, label }) => html`<option value=${id} .selected=${chosen?.id === id}>${label}</option>`)}
          ${isAway ? html`<option value="away" disabled selected>${t.media.away(chosen.label)}</option>` : nothing}
        </select>
        ${icon(ChevronDown)}
      </span>
    </label>`;
  }

  #switch(name: keyof Processing, label: string, hint?: string): TemplateResult {
    return html`<label class="line">
      <span class="words"><span>${label}</span>${hint ? html`<span class="hint">${hint}</span>` : nothing}</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${live(this.media.processing[name])}
        @change=${(event: Event) =>
          this.send({ type: 'process', change: { [name]: (event.target as HTMLInputElement).checked } })}
      />
    </label>`;
  }

  #end(kind: 'microphone' | 'camera'): void {
    this.#above?.dispatchEvent(
      new CustomEvent(commandEvent, { detail: { type: 'try-device', kind, on: false }, bubbles: true, composed: true }),
    );
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    settings,
    css`
      :host {
        display: grid;
        gap: 12px;
        block-size: auto;
        overflow: visible;
      }
      .choice {
        min-block-size: 56px;
        padding-block-end: 4px;
      }
      .choice .words {
        flex: 0 0 104px;
      }
      .select {
        flex: 1 1 160px;
        min-inline-size: 0;
      }
      select {
        text-overflow: ellipsis;
      }
      .trial {
        padding: 4px 16px 14px;
        margin-inline-start: 120px;
      }
      .trial + .line {
        border-block-start: 1px solid var(--line);
      }
      offhook-meter {
        padding-block: 8px;
      }
      offhook-picture {
        aspect-ratio: 16 / 9;
        inline-size: min(100%, 260px);
        border-radius: 12px;
        background: #000;
      }
      .known,
      .problem {
        padding: 0 16px 14px;
      }
      @container (width < 480px) {
        .choice {
          display: grid;
          gap: 4px;
        }
        .select {
          inline-size: 100%;
        }
        .trial {
          margin-inline-start: 0;
        }
      }
    `,
  ];
}
customElements.define('offhook-media-settings', MediaSettings);
