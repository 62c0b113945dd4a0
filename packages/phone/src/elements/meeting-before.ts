import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { CalendarDays, ChevronLeft, LockKeyhole, Mic, MicOff, SlidersHorizontal, Users, Wifi, WifiOff } from 'lucide';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import type { MediaState } from '../view/media.ts';
import type { MeetingAction, MeetingState } from '../view/meeting.ts';
import { measuredText } from '../view/echo.ts';
import { meetingTitle, whenOf } from '../view/meeting-texts.ts';
import { problemText, sentences } from '../view/texts.ts';
import { buttons, fields } from '../styles/base.ts';
import type { DeviceDialog } from './device-dialog.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import './avatar.ts';
import './meeting-controls.ts';
import './meter.ts';
import './picture.ts';
import type { Person } from '@offhook/core';

/** Before one is in a meeting: how one looks and sounds, whether the connection bears it, and the door; also while one waits in the lobby. */
export class MeetingBefore extends PhoneElement {
  static override properties = { meeting: { attribute: false }, me: { attribute: false }, media: { attribute: false } };
  declare meeting: MeetingState;
  declare me: Person;
  declare media: MediaState | undefined;

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('meeting') as MeetingState | undefined;
    const { passcode } = this.meeting;
    // Asked for, or not the right one: there one goes on.
    if (before !== undefined && passcode !== undefined && before.passcode !== passcode) this.#field?.select();
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('#passcode');
  }

  protected override render(): TemplateResult {
    const { meeting } = this;
    const title = meetingTitle(meeting);
    return html`<main tabindex="-1" aria-label=${m.room(title)}>
      ${iconButton({
        icon: ChevronLeft,
        label: t.general.back,
        keys: 'close',
        class: 'back',
        onClick: () => this.#do({ act: 'close' }),
      })}
      <div class="two">
        ${this.#look()}
        <div class="words">
          <h1><bdi>${title}</bdi></h1>
          ${this.#facts()} ${meeting.stage.kind === 'lobby' ? this.#lobby() : this.#door()}
        </div>
      </div>
      <offhook-device-dialog .media=${this.media}></offhook-device-dialog>
    </main>`;
  }

  /** Oneself, as the others will see and hear. */
  #look(): TemplateResult {
    const { meeting, me } = this;
    const { open, camera, problems } = meeting;
    return html`<section class="look" aria-label=${t.calls.yourPicture}>
      <div class="picture">
        ${
          open.camera
            ? html`<offhook-picture mirrored fill .stream=${open.camera} label=${t.calls.yourPicture}></offhook-picture>`
            : html`<offhook-avatar .name=${me.name} .address=${me.address}></offhook-avatar>
                <p>${camera && !problems.camera ? m.opensCamera : m.cameraIsOff}</p>`
        }
        <offhook-meeting-controls few .meeting=${meeting}></offhook-meeting-controls>
      </div>
      <div class="sound">
        ${icon(meeting.microphone ? Mic : MicOff)}
        <offhook-meter .stream=${open.microphone} label=${t.media.level}></offhook-meter>
        ${iconButton({ icon: SlidersHorizontal, label: m.devices, onClick: () => void this.#chooseDevices() })}
      </div>
      ${this.#problems()}
    </section>`;
  }

  #problems(): TemplateResult | typeof nothing {
    const { microphone, camera } = this.meeting.problems;
    const problem = microphone ?? camera;
    if (problem === undefined) return nothing;
    return html`<p class="problem" role="alert">${sentences(problemText(problem))} ${m.joinWithout}</p>`;
  }

  #facts(): TemplateResult {
    const { meeting } = this;
    const when = whenOf(meeting, Date.now());
    const { network, measured } = meeting;
    return html`<ul class="facts">
      ${when === undefined ? nothing : html`<li>${icon(CalendarDays)}<span>${when}</span></li>`}
      ${
        meeting.there === undefined
          ? nothing
          : html`<li>${icon(Users)}<span>${meeting.there === 0 ? m.nobodyThere : m.people(meeting.there)}</span></li>`
      }
      <li class=${network}>
        ${icon(network === 'down' || network === 'blocked' ? WifiOff : Wifi)}
        <span role="status"
          >${m.connection[network]}${measured ? html`<span class="number">${measuredText(measured)}</span>` : nothing}</span
        >
      </li>
    </ul>`;
  }

  #door(): TemplateResult {
    const { stage, passcode } = this.meeting;
    const { busy, problem, waits } = stage.kind === 'before' ? stage : { busy: true, problem: undefined, waits: false };
    const { microphone, camera } = this.meeting.open;
    const { problems } = this.meeting;
    const isOpen = microphone ?? camera ?? problems.microphone ?? problems.camera;
    return html`<form @submit=${this.#join}>
      ${
        passcode === undefined
          ? nothing
          : html`<div>
              <label for="passcode">${icon(LockKeyhole)}${m.passcodeWanted}</label>
              <input
                id="passcode"
                type="password"
                autocomplete="off"
                maxlength="32"
                required
                aria-invalid=${passcode === 'wrong'}
                aria-describedby="problem"
              />
            </div>`
      }
      <p id="problem" class="problem" role="alert">${passcode === 'wrong' ? m.passcodeWrong : (problem ?? nothing)}</p>
      <button class="button primary join" ?disabled=${busy}>${busy ? m.joining : waits ? m.askToJoin : m.join}</button>
      <p class="hint">${waits ? m.hostLetsIn : isOpen ? m.onlyOnceJoined : m.askedFor}</p>
    </form>`;
  }

  #lobby(): TemplateResult {
    return html`<div class="lobby" role="status">
        <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
        <h2>${m.lobby}</h2>
        <p class="hint">${m.lobbyHint}</p>
      </div>
      <button type="button" class="button join" @click=${() => this.#do({ act: 'leave' })}>${m.leaveLobby}</button>`;
  }

  async #chooseDevices(): Promise<void> {
    need('offhook-device-dialog');
    await customElements.whenDefined('offhook-device-dialog');
    await this.renderRoot.querySelector<DeviceDialog>('offhook-device-dialog')?.open();
  }

  readonly #join = (event: SubmitEvent): void => {
    event.preventDefault();
    const passcode = this.#field?.value.trim();
    this.#do({ act: 'join', ...(passcode && { passcode }) });
  };

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        display: block;
        block-size: 100%;
        container-type: size;
      }
      main {
        position: relative;
        display: grid;
        block-size: 100%;
        overflow: hidden auto;
        background: var(--ground);
        scrollbar-width: thin;
      }
      main:focus-visible {
        outline: none;
      }
      .back {
        position: absolute;
        inset-block-start: calc(14px + env(safe-area-inset-top));
        inset-inline-start: 14px;
      }
      .back:dir(rtl) .icon {
        scale: -1 1;
      }
      .two {
        display: grid;
        grid-template-columns: minmax(0, 640px) minmax(0, 360px);
        align-content: center;
        align-items: center;
        justify-content: center;
        gap: 24px 56px;
        padding: 72px 48px 48px;
      }
      .look {
        min-inline-size: 0;
      }
      .picture {
        position: relative;
        display: grid;
        place-items: center;
        align-content: center;
        aspect-ratio: 16 / 9;
        border-radius: 20px;
        overflow: clip;
        color-scheme: dark;
        background: #1d1f26;
        color: var(--stage-text);
        --avatar: 104px;
        --control-ground: #2b2c34e6;
        --control-ground-strong: #3b3c45;
        --focus: var(--stage-text);
        box-shadow: var(--shadow);
      }
      offhook-picture {
        position: absolute;
        inset: 0;
      }
      .picture p {
        margin-block: 14px 44px;
        color: var(--stage-quiet);
      }
      offhook-meeting-controls {
        position: absolute;
        inset-block-end: 16px;
      }
      .sound {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 8px 0 0 4px;
      }
      .sound > .icon {
        inline-size: 18px;
        block-size: 18px;
        color: var(--quiet);
      }
      offhook-meter {
        flex: 1;
      }
      .look .problem {
        margin-block-start: 4px;
        padding-inline: 4px;
        text-wrap: pretty;
      }
      .words {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 20px;
      }
      h1 {
        font-size: var(--size-xxl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      .facts {
        display: grid;
        gap: 10px;
        color: var(--quiet);
      }
      .facts li {
        display: flex;
        gap: 10px;
      }
      .facts .icon {
        margin-block-start: 1px;
      }
      .facts .good .icon {
        color: var(--online);
      }
      /* What is measured takes a line more. */
      .facts li:last-child {
        min-block-size: 44px;
      }
      .facts .number {
        display: block;
        font-size: var(--size-s);
      }
      .facts :is(.slow, .poor, .blocked, .down) .icon {
        color: var(--warning);
      }
      form {
        display: grid;
        gap: 10px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-block-end: 8px;
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      label .icon {
        inline-size: 16px;
        block-size: 16px;
      }
      input {
        min-block-size: 52px;
        font-size: var(--size-l);
        padding-inline: 16px;
      }
      .problem:empty {
        display: none;
      }
      .join {
        min-block-size: 56px;
        border-radius: 28px;
        font-size: var(--size-l);
      }
      .hint {
        font-size: var(--size-s);
        color: var(--quiet);
        text-wrap: pretty;
      }
      .lobby {
        padding: 20px;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--surface);
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
        margin-block: 10px 4px;
      }
      .dots {
        display: flex;
        gap: 6px;
      }
      .dots i {
        inline-size: 8px;
        block-size: 8px;
        border-radius: 50%;
        background: var(--accent);
        animation: wait 1.2s ease-in-out infinite;
      }
      .dots i:nth-child(2) {
        animation-delay: 0.15s;
      }
      .dots i:nth-child(3) {
        animation-delay: 0.3s;
      }
      @keyframes wait {
        0%,
        60%,
        100% {
          opacity: 0.3;
        }
        30% {
          opacity: 1;
        }
      }
      @container (width < 900px) {
        .two {
          grid-template-columns: minmax(0, 520px);
          padding: calc(68px + env(safe-area-inset-top)) 16px calc(28px + env(safe-area-inset-bottom));
        }
        .words {
          padding-inline: 4px;
        }
        h1 {
          font-size: var(--size-xl);
        }
      }
      @container (width < 480px) {
        .picture {
          aspect-ratio: 4 / 3;
          --control: 52px;
        }
      }
    `,
  ];
}
customElements.define('offhook-meeting-before', MeetingBefore);
