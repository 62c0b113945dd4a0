import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { classMap } from 'lit/directives/class-map.js';
import {
  AudioLines,
  CameraOff,
  ChevronDown,
  Merge,
  MessageCircle,
  MicOff,
  MonitorUp,
  MonitorX,
  Phone,
  PictureInPicture2,
  Play,
  TriangleAlert,
  Undo2,
  Video,
  Volume2,
  WifiOff,
} from 'lucide';
import type { IconNode } from 'lucide';
import { e } from '../texts/echo.ts';
import { t } from '../texts/texts.ts';
import { briefly, hue, inSentence } from '../view/names.ts';
import { chips, endedAdvice, ledByText, mayWriteAfter, measures, musicText, quietAdvice } from '../view/call-texts.ts';
import type { Chip } from '../view/call-texts.ts';
import { againAfter, statusText } from '../view/texts.ts';
import { hasVideo, isHeld, isIn } from '../view/state.ts';
import type { CallState, PeopleState, SignedIn } from '../view/state.ts';
import type { OwnState } from '../view/own.ts';
import type { MediaState } from '../view/media.ts';
import { buttons } from '../styles/base.ts';
import { stage } from '../styles/stage.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { PanelName } from './call-panel.ts';
import { need } from './lazy.ts';
import { Level } from './level.ts';
import { Rest } from './rest.ts';
import './avatar.ts';
import './call-bar.ts';
import './call-controls.ts';
import { controlParts } from './control-parts.ts';
import './clock.ts';
import './echo-way.ts';
import './picture.ts';
import type { Picture } from './picture.ts';
import './self-view.ts';

const chipIcons: Record<Chip['icon'], IconNode> = {
  microphone: MicOff,
  camera: CameraOff,
  line: WifiOff,
  screen: MonitorUp,
  quality: TriangleAlert,
};

/**
 * One call over the whole window: the other's picture or circle, the name, what is the case, the clock, the controls.
 *
 * @part picture
 * @part stage
 * @part microphone
 * @part camera
 * @part more
 * @part hang-up
 */
export class CallScreen extends PhoneElement {
  static override properties = {
    call: { attribute: false },
    line: {},
    silenced: { type: Boolean },
    miniWindow: { type: Boolean },
    asked: { state: true },
    whole: { state: true },
    media: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    panel: { state: true },
  };
  declare call: CallState;
  declare line: SignedIn['line'];
  /** The browser plays nothing before a click. */
  declare silenced: boolean;
  /** It can be shown in a window above others. */
  declare miniWindow: boolean | undefined;
  /** How the person wants to see the other's picture, and how it is shown. */
  declare asked: 'whole' | 'filling' | undefined;
  declare whole: boolean;
  declare media: MediaState | undefined;
  /** To whom the other can be led on. */
  declare people: PeopleState;
  declare own: OwnState | undefined;
  /** What stands beside the call. */
  declare panel: PanelName | undefined;
  readonly #rest = new Rest(this);
  readonly level = new Level(this, () => (isHeld(this.call) ? undefined : this.call.remote));

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('call') as CallState | undefined;
    if (before !== undefined && before.id !== this.call.id) this.asked = this.panel = undefined;
    if (this.call.stage.kind === 'ended') this.panel = undefined;
    if (this.panel !== undefined) need('offhook-call-panel');
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.stage')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('call')) this.style.setProperty('--hue', String(hue(this.call.peer.address)));
  }

  protected override render(): TemplateResult {
    const { call } = this;
    const { peer } = call;
    const ended = call.stage.kind === 'ended';
    const held = isHeld(call);
    const theirs =
      isIn(call, 'active', 'reconnecting') && (call.theirs.camera || call.theirs.screen) && !held ? call.remote : undefined;
    const own = call.screen ?? (call.mine.camera ? call.local : undefined);
    const mine = held || ended ? undefined : own;
    // Until there is somebody to see, one sees oneself: how one will look.
    const preview = isIn(call, 'opening', 'calling', 'connecting') ? mine : undefined;
    const pictures = theirs !== undefined;
    return html`<main
      class=${classMap({ stage: true, pictures, preview: preview !== undefined, resting: pictures && this.#rest.resting })}
      part="stage"
      tabindex="-1"
      aria-label=${t.calls.callWith(peer.name)}
    >
      ${
        theirs
          ? html`<offhook-picture
              class="remote"
              part="picture"
              .stream=${theirs}
              .asked=${this.asked ?? (call.theirs.screen ? 'whole' : undefined)}
              .label=${call.theirs.screen ? t.media.screenOf(peer.name) : t.calls.pictureOf(peer.name)}
              @fit=${(event: Event) => {
                this.whole = (event.target as Picture).whole;
              }}
              @dblclick=${this.#refit}
            ></offhook-picture>`
          : nothing
      }
      ${
        preview
          ? html`<offhook-picture
              class="remote"
              mirrored
              fill
              .stream=${preview}
              label=${t.calls.yourPicture}
            ></offhook-picture>`
          : nothing
      }
      <header>
        ${
          ended
            ? html`<span class="spacer"></span>`
            : iconButton({
                icon: ChevronDown,
                label: t.calls.makeSmall,
                keys: 'close',
                class: 'fades',
                onClick: () => this.send({ type: 'show-call', call: call.id, full: false }),
              })
        }
        ${
          this.miniWindow && isIn(call, 'active', 'reconnecting')
            ? iconButton({
                icon: PictureInPicture2,
                label: t.calls.miniWindow,
                class: 'fades',
                onClick: () => this.send({ type: 'mini-window' }),
              })
            : nothing
        }
        ${
          pictures
            ? html`<div class="title">
                <h1 class="cut"><bdi>${peer.name}</bdi></h1>
                ${this.#clock()}
              </div>`
            : nothing
        }
        <slot name="others" class="fades"></slot>
      </header>
      ${pictures && call.stage.kind === 'active' ? nothing : this.#middle()} ${this.#asking()}
      <div class="chips">${chips(call, this.line).map((chip) => this.#chip(chip))} ${this.#showing()} ${this.#silenced()}</div>
      ${mine && !preview ? html`<offhook-self-view class="fades-not" .stream=${mine} ?screen=${call.screen !== undefined}></offhook-self-view>` : nothing}
      <footer class="fades">
        ${
          ended
            ? this.#after()
            : html`<offhook-call-controls
                exportparts=${controlParts}
                .call=${call}
                .whole=${pictures ? this.whole : undefined}
                panels
                @panel=${(event: CustomEvent<PanelName>) => {
                  this.panel = this.panel === event.detail ? undefined : event.detail;
                }}
                @refit=${this.#refit}
              ></offhook-call-controls>`
        }
      </footer>
      ${
        this.panel && !ended
          ? keyed(
              this.panel,
              html`<offhook-call-panel
                .panel=${this.panel}
                .call=${call}
                .media=${this.media}
                .people=${this.people}
                .own=${this.own}
                @close=${this.#closePanel}
              ></offhook-call-panel>`,
            )
          : nothing
      }
    </main>`;
  }

  #middle(): TemplateResult {
    const { call } = this;
    const { peer, stage } = call;
    const status = statusText(call);
    const held = isHeld(call) && isIn(call, 'active', 'reconnecting');
    return html`<div class="middle ${stage.kind}">
      ${
        call.echo
          ? html`<span class="echo">${icon(AudioLines)}</span>`
          : html`<offhook-avatar .name=${peer.name} .address=${peer.address}></offhook-avatar>`
      }
      <h1><bdi>${call.echo ? e.name : peer.name}</bdi></h1>
      <p class="status">${stage.kind === 'active' && !status ? this.#clock() : status}</p>
      ${
        stage.kind === 'ended' && stage.message
          ? html`<blockquote>
              <p class="sr">${t.calls.saidInstead(inSentence(peer.name))}</p>
              <p dir="auto">${stage.message}</p>
            </blockquote>`
          : nothing
      }
      <p class="more">${this.#more()}</p>
      ${
        held && call.mine.held
          ? html`<button
              type="button"
              class="button loud"
              @click=${() => this.send({ type: 'hold', call: call.id, held: false })}
            >
              ${icon(Play)}${t.calls.resume}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** What is to be said below what is the case. */
  #more(): unknown {
    const { call } = this;
    const { stage, peer } = call;
    switch (stage.kind) {
      case 'ended': {
        const person = this.people.list?.find(({ address }) => address === peer.address);
        const advice = endedAdvice(call, stage) ?? quietAdvice(stage, person);
        return html`${measures(call, stage)}${advice && html`<span class="advice">${advice}</span>`}`;
      }
      case 'opening':
        return stage.asking ? t.calls.chooseAllow(inSentence(peer.name)) : nothing;
      case 'calling':
        return ledByText(call);
      case 'active':
        if (statusText(call) === undefined) return call.echo ? e.during : ledByText(call);
        return html`${this.#clock()}<span class="advice">${musicText(call)}</span>`;
      default:
        return nothing;
    }
  }

  readonly #refit = (): void => {
    this.asked = this.whole ? 'filling' : 'whole';
  };

  #clock(): TemplateResult | typeof nothing {
    const { stage } = this.call;
    return stage.kind === 'active' || stage.kind === 'reconnecting'
      ? html`<offhook-clock .since=${stage.since}></offhook-clock>`
      : nothing;
  }

  #chip({ icon: name, text }: Chip): TemplateResult {
    return html`<span class="chip ${name}">${icon(chipIcons[name])}${text}</span>`;
  }

  readonly #closePanel = (): void => {
    this.panel = undefined;
    this.renderRoot.querySelector<HTMLElement>('.stage')?.focus();
  };

  /** Nobody is to forget that others see the screen. */
  #showing(): TemplateResult | typeof nothing {
    const { id, screen, screenSound } = this.call;
    if (!screen || !isIn(this.call, 'active', 'reconnecting')) return nothing;
    return html`<button
      type="button"
      class="chip loud"
      @click=${() => this.send({ type: 'share-screen', call: id, on: false, sound: false })}
    >
      ${icon(MonitorX)}${screenSound ? t.media.youShowWithSound : t.media.youShow} · ${t.media.stopTrying}
    </button>`;
  }

  /** Somebody is asked in this call whether they take over another one. */
  #asking(): TemplateResult | typeof nothing {
    const { id, peer, beside } = this.call;
    const about = beside?.find(({ asked }) => asked);
    if (about === undefined) return nothing;
    const name = briefly(about.peer.name);
    return html`<div class="asking">
      ${
        about.ready
          ? html`<button
              type="button"
              class="button loud"
              @click=${() => this.send({ type: 'connect', call: about.call, with: id })}
            >
              ${icon(Merge)}${t.calls.connectTwo(name, briefly(peer.name))}
            </button>`
          : nothing
      }
      <button type="button" class="button" @click=${() => this.send({ type: 'take-back', call: about.call, from: id })}>
        ${icon(Undo2)}${t.calls.backTo(name)}
      </button>
    </div>`;
  }

  #silenced(): TemplateResult | typeof nothing {
    if (!this.silenced || !isIn(this.call, 'active')) return nothing;
    return html`<button type="button" class="chip loud" @click=${() => this.send({ type: 'play' })}>
      ${icon(Volume2)}${t.calls.clickToHear(inSentence(this.call.peer.name))}
    </button>`;
  }

  #after(): TemplateResult {
    const { call } = this;
    const ended = isIn(call, 'ended') ? call.stage : undefined;
    const again = ended && againAfter(call, ended);
    const video = call.media.video || hasVideo(call);
    // Whoever does not want to be disturbed reads it later.
    const quietly = ended?.cause === 'do_not_disturb';
    return html`<div class="after">
      <button type="button" class="button" @click=${() => this.send({ type: 'dismiss', call: call.id })}>
        ${t.general.close}
      </button>
      ${
        ended && mayWriteAfter(call, ended)
          ? html`<button type="button" class="button ${quietly ? 'first' : ''}" @click=${this.#write}>
              ${icon(MessageCircle)}${t.calls.message}
            </button>`
          : nothing
      }
      ${
        again
          ? html`<button
              type="button"
              class="button ${quietly ? '' : 'answer'}"
              @click=${() => this.send({ type: 'call', to: again.to, video })}
            >
              ${icon(video ? Video : Phone)}${again.label}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** To the conversation with the other. */
  readonly #write = (): void => {
    const { id, peer } = this.call;
    this.send({ type: 'dismiss', call: id });
    this.send({ type: 'go', to: { section: 'conversations', person: peer.address } });
  };

  static override styles = [...PhoneElement.styles, buttons, stage];
}
customElements.define('offhook-call', CallScreen);
