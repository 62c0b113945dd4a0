import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import {
  Circle,
  CirclePause,
  CircleStop,
  Ellipsis,
  Fullscreen,
  Hand,
  LayoutGrid,
  Link,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  Phone,
  PhoneOff,
  SlidersHorizontal,
  UserRound,
  Video,
  VideoOff,
  X,
} from 'lucide';
import type { IconNode } from 'lucide';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import { isForTwo } from '../view/meeting.ts';
import type { MeetingAction, MeetingState, Recording } from '../view/meeting.ts';
import { buttons } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import type { Ask, Question } from './ask.ts';
import './ask.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import type { MenuEntry } from './menu.ts';
import { showsScreens } from './platform.ts';
import './menu.ts';

/**
 * The buttons of a meeting, in the order that those of a call have: microphone, camera, screen, hand, more, leave.
 *
 * @part microphone
 * @part camera
 * @part screen
 * @part hand
 * @part more
 * @part leave
 */
export class MeetingControls extends PhoneElement {
  static override properties = { meeting: { attribute: false }, few: { type: Boolean } };
  declare meeting: MeetingState;
  /** Only microphone, camera and the way out: there is room for no more, or one is not in yet. */
  declare few: boolean;

  protected override render(): TemplateResult {
    const { microphone, camera, people } = this.meeting;
    const me = people[0];
    const screen = me?.screen !== undefined;
    const hand = me?.hand !== undefined;
    return html`<div role="toolbar" aria-label=${m.controls}>
        ${iconButton({
          icon: microphone ? Mic : MicOff,
          label: microphone ? t.calls.turnMicrophoneOff : t.calls.microphoneOn,
          keys: 'microphone',
          part: 'microphone',
          class: microphone ? '' : 'off',
          onClick: () => this.#do({ act: 'microphone', on: !microphone }),
        })}
        ${iconButton({
          icon: camera ? Video : VideoOff,
          label: camera ? t.calls.turnCameraOff : t.calls.cameraOn,
          keys: 'camera',
          part: 'camera',
          class: camera ? '' : 'off',
          onClick: () => this.#do({ act: 'camera', on: !camera }),
        })}
        ${this.few ? nothing : this.#further(screen, hand)}
        ${
          this.meeting.stage.kind === 'in'
            ? iconButton({
                icon: PhoneOff,
                label: m.leaveIt,
                keys: 'hangUp',
                part: 'leave',
                class: 'hang-up',
                onClick: () => this.#do({ act: 'leave' }),
              })
            : nothing
        }
      </div>
      <offhook-ask></offhook-ask>`;
  }

  #further(screen: boolean, hand: boolean): TemplateResult {
    return html`${
        showsScreens
          ? iconButton({
              icon: screen ? MonitorX : MonitorUp,
              label: screen ? t.media.stopScreen : t.media.showScreen,
              part: 'screen',
              class: screen ? 'off' : '',
              onClick: () => this.#do({ act: 'screen', on: !screen }),
            })
          : nothing
      }
      ${iconButton({
        icon: Hand,
        label: hand ? m.lowerHand : m.raiseHand,
        part: 'hand',
        class: hand ? 'off raised' : '',
        onClick: () => this.#do({ act: 'hand', on: !hand }),
      })}
      <offhook-menu label=${t.general.more} .entries=${this.#more()}>
        ${iconButton({ icon: Ellipsis, label: t.general.more, part: 'more', onClick: () => undefined })}
      </offhook-menu>`;
  }

  #more(): readonly MenuEntry[] {
    const { layout, isHost, url } = this.meeting;
    const entries: MenuEntry[] = [
      {
        kind: 'item',
        label: m.layoutGrid,
        icon: LayoutGrid,
        chosen: layout === 'grid',
        select: () => this.#do({ act: 'layout', layout: 'grid' }),
      },
      {
        kind: 'item',
        label: m.layoutSpeaker,
        icon: UserRound,
        chosen: layout === 'speaker',
        select: () => this.#do({ act: 'layout', layout: 'speaker' }),
      },
      {
        kind: 'item',
        label: m.copyLink,
        icon: Link,
        // Where there is no clipboard, it stands among the people.
        select: () => void navigator.clipboard?.writeText(url).catch(() => this.#do({ act: 'panel', panel: 'people' })),
      },
      {
        kind: 'item',
        label: t.media.title,
        icon: SlidersHorizontal,
        select: () => this.#do({ act: 'panel', panel: 'devices' }),
      },
    ];
    if (document.fullscreenEnabled)
      entries.push({
        kind: 'item',
        label: document.fullscreenElement ? t.media.leaveFullScreen : t.media.fullScreen,
        icon: Fullscreen,
        keys: 'fullScreen',
        select: () => this.send({ type: 'full-screen' }),
      });
    if (isForTwo(this.meeting))
      entries.push({ kind: 'item', label: m.goOnAsCall, icon: Phone, select: () => this.#do({ act: 'call' }) });
    entries.push(...this.#recording());
    if (isHost) entries.push({ kind: 'item', label: m.endForAll, icon: X, select: () => void this.#end() });
    return entries;
  }

  #recording(): readonly MenuEntry[] {
    const { recording, mayRecord } = this.meeting;
    if (mayRecord !== true) return [];
    const { start, pause, goOn, stop } = m.recording;
    if (recording === undefined) return [{ kind: 'item', label: start, icon: Circle, select: () => void this.#record() }];
    const to = (label: string, sign: IconNode, to: Recording | 'stopped'): MenuEntry => ({
      kind: 'item',
      label,
      icon: sign,
      select: () => this.#do({ act: 'record', to }),
    });
    return [
      recording === 'paused' ? to(goOn, Circle, 'recording') : to(pause, CirclePause, 'paused'),
      to(stop, CircleStop, 'stopped'),
    ];
  }

  async #record(): Promise<void> {
    const { question, consequence, yes } = m.recording;
    if (await this.#ask({ title: question, text: consequence, yes })) this.#do({ act: 'record', to: 'recording' });
  }

  async #end(): Promise<void> {
    const others = this.meeting.people.length - 1;
    const text = others > 0 ? m.endConsequence(others) : m.endAlone;
    if (await this.#ask({ title: m.endQuestion, text, yes: m.endYes, isDanger: true })) this.#do({ act: 'end' });
  }

  async #ask(question: Question): Promise<boolean> {
    return (await this.renderRoot.querySelector<Ask>('offhook-ask')?.ask(question)) === true;
  }

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    controls,
    css`
      .icon-button.raised,
      .icon-button.raised:hover:enabled {
        background: #f0b02f;
        color: #18181c;
      }
    `,
  ];
}
customElements.define('offhook-meeting-controls', MeetingControls);
