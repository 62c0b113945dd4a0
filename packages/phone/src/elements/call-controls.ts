import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import {
  Ellipsis,
  Expand,
  Fullscreen,
  Grip,
  Info,
  Merge,
  Mic,
  MicOff,
  MonitorSpeaker,
  MonitorUp,
  MonitorX,
  Pause,
  PhoneForwarded,
  PhoneOff,
  Play,
  Shrink,
  SlidersHorizontal,
  UserPlus,
  Video,
  VideoOff,
} from 'lucide';
import type { IconNode } from 'lucide';
import { t } from '../texts/texts.ts';
import { chips } from '../view/call-texts.ts';
import { inSentence } from '../view/names.ts';
import { hasVideo, isIn } from '../view/state.ts';
import type { CallState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { controls } from '../styles/controls.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import type { PanelName } from './call-panel.ts';
import type { MenuEntry } from './menu.ts';
import { showsScreens } from './platform.ts';
import './menu.ts';

/**
 * The buttons of a call, in the one order they have everywhere: microphone, camera, screen, more, hang up.
 *
 * @fires panel what stands in `detail` is to be shown beside the call
 * @fires refit the other's picture is to be shown the other way
 * @part microphone
 * @part camera
 * @part screen
 * @part more
 * @part hang-up
 */
export class CallControls extends PhoneElement {
  static override properties = { call: { attribute: false }, whole: { attribute: false }, panels: { type: Boolean } };
  declare call: CallState;
  /** Whether the other's picture is shown whole, or cut to fill the screen; undefined while there is none. */
  declare whole: boolean | undefined;
  /** There is room for panels. */
  declare panels: boolean;

  protected override render(): TemplateResult {
    const { id, mine } = this.call;
    return html`<div role="toolbar" aria-label=${t.calls.controls}>
      ${iconButton({
        icon: mine.muted ? MicOff : Mic,
        label: mine.muted ? t.calls.microphoneOn : t.calls.turnMicrophoneOff,
        keys: 'microphone',
        part: 'microphone',
        class: mine.muted ? 'off' : '',
        onClick: () => this.send({ type: 'mute', call: id, muted: !mine.muted }),
      })}
      ${iconButton({
        icon: mine.camera ? Video : VideoOff,
        label: mine.camera ? t.calls.turnCameraOff : t.calls.cameraOn,
        keys: 'camera',
        part: 'camera',
        // In a call without pictures there is nothing unusual about it.
        class: hasVideo(this.call) && !mine.camera ? 'off' : '',
        onClick: () => this.send({ type: 'camera', call: id, on: !mine.camera }),
      })}
      ${
        showsScreens
          ? iconButton({
              icon: this.call.screen ? MonitorX : MonitorUp,
              label: this.call.screen ? t.media.stopScreen : t.media.showScreen,
              part: 'screen',
              class: this.call.screen ? 'off' : '',
              disabled: !isIn(this.call, 'active', 'reconnecting'),
              onClick: () => this.send({ type: 'share-screen', call: id, on: !this.call.screen, sound: false }),
            })
          : nothing
      }
      <offhook-menu label=${t.general.more} .entries=${[...this.#told(), ...this.#more()]}>
        ${iconButton({ icon: Ellipsis, label: t.general.more, part: 'more', onClick: () => undefined })}
      </offhook-menu>
      ${iconButton({
        icon: PhoneOff,
        label: t.calls.hangUp,
        keys: 'hangUp',
        part: 'hang-up',
        class: 'hang-up',
        onClick: () => this.send({ type: 'hang-up', call: id }),
      })}
    </div>`;
  }

  /** What is out of the ordinary in the call: the menu lies on it, and the bar has no room for it. */
  #told(): readonly MenuEntry[] {
    return chips(this.call, 'up').map(({ text }) => ({ kind: 'heading', label: text }));
  }

  #more(): readonly MenuEntry[] {
    const { id, mine } = this.call;
    const hold: MenuEntry = {
      kind: 'item',
      label: mine.held ? t.calls.resume : t.calls.hold,
      icon: mine.held ? Play : Pause,
      keys: 'hold',
      disabled: !isIn(this.call, 'active', 'reconnecting'),
      select: () => this.send({ type: 'hold', call: id, held: !mine.held }),
    };
    const panel = (name: PanelName, label: string, sign: IconNode) => ({
      kind: 'item' as const,
      label,
      icon: sign,
      select: () => this.dispatchEvent(new CustomEvent('panel', { detail: name })),
    });
    const sound: MenuEntry = {
      kind: 'item',
      label: t.media.showScreenWithSound,
      icon: MonitorSpeaker,
      disabled: !isIn(this.call, 'active', 'reconnecting'),
      select: () => this.send({ type: 'share-screen', call: id, on: true, sound: true }),
    };
    const full: MenuEntry = {
      kind: 'item',
      label: document.fullscreenElement ? t.media.leaveFullScreen : t.media.fullScreen,
      icon: Fullscreen,
      keys: 'fullScreen',
      select: () => this.send({ type: 'full-screen' }),
    };
    const screens = showsScreens && this.call.screen === undefined ? [sound] : [];
    const connect = (this.call.beside ?? []).map(({ call, peer, ready }): MenuEntry => ({
      kind: 'item',
      label: t.calls.connectWith(inSentence(peer.name)),
      icon: Merge,
      disabled: !ready,
      select: () => this.send({ type: 'connect', call: id, with: call }),
    }));
    // With somebody who can be led on and joined by others.
    const leading = [
      { ...panel('transfer', t.calls.transfer, PhoneForwarded), disabled: !isIn(this.call, 'active', 'reconnecting') },
      {
        kind: 'item' as const,
        label: t.calls.addPeople,
        icon: UserPlus,
        disabled: !isIn(this.call, 'active', 'reconnecting'),
        select: () => this.send({ type: 'meeting', what: { act: 'move', call: id } }),
      },
      panel('keypad', t.media.keypad, Grip),
    ];
    if (!this.panels) return [hold, ...connect, ...screens];
    const entries = [
      hold,
      ...connect,
      ...(this.call.echo ? [] : leading),
      ...screens,
      panel('devices', t.media.title, SlidersHorizontal),
      panel('details', t.media.details, Info),
      ...(document.fullscreenEnabled ? [full] : []),
    ];
    if (this.whole === undefined) return entries;
    const fit: MenuEntry = {
      kind: 'item',
      label: this.whole ? t.calls.fill : t.calls.whole,
      icon: this.whole ? Expand : Shrink,
      select: () => this.dispatchEvent(new Event('refit')),
    };
    return [...entries, fit];
  }

  static override styles = [...PhoneElement.styles, buttons, controls];
}
customElements.define('offhook-call-controls', CallControls);
