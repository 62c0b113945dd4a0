import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { MonitorUp, PhoneOff, Play } from 'lucide';
import { t } from '../texts/texts.ts';
import { inSentence } from '../view/names.ts';
import { barText } from '../view/call-texts.ts';
import { isHeld, isIn } from '../view/state.ts';
import type { CallState } from '../view/state.ts';
import { bar } from '../styles/bar.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import './avatar.ts';
import './call-controls.ts';
import './clock.ts';

/**
 * A call made small: picture, name, clock and controls above whatever one reads meanwhile; a click makes it full again. `aside`:
 * a call behind the one in front, with the way to change over.
 */
export class CallBar extends PhoneElement {
  static override properties = { call: { attribute: false }, aside: { type: Boolean, reflect: true } };
  declare call: CallState;
  declare aside: boolean;

  protected override render(): TemplateResult {
    const { id, peer } = this.call;
    const name = inSentence(peer.name);
    return html`<section class="bar" aria-label=${t.calls.callWith(peer.name)}>
      <button type="button" class="main" @click=${() => this.send({ type: 'show-call', call: id, full: true })}>
        <span class="sr">${t.calls.showCallWith}</span>
        ${this.#picture()}
        <span class="lines"><bdi class="name cut">${peer.name}</bdi><span class="second cut">${this.#second()}</span></span>
      </button>
      ${
        this.aside
          ? html`${this.#resume()}
            ${iconButton({
              icon: PhoneOff,
              label: t.calls.hangUpOn(name),
              class: 'hang-up',
              onClick: () => this.send({ type: 'hang-up', call: id }),
            })}`
          : html`<offhook-call-controls .call=${this.call}></offhook-call-controls>`
      }
    </section>`;
  }

  /** What one sees of the other in the call, without its sound: that is played elsewhere. */
  #picture(): TemplateResult {
    const { peer, theirs, remote } = this.call;
    const stream =
      (theirs.camera || theirs.screen) && isIn(this.call, 'active', 'reconnecting') && !isHeld(this.call) && remote;
    if (!stream) return html`<offhook-avatar .name=${peer.name} .address=${peer.address}></offhook-avatar>`;
    return html`<video
      class=${theirs.screen ? 'screen' : ''}
      aria-label=${theirs.screen ? t.media.screenOf(peer.name) : t.calls.pictureOf(peer.name)}
      .srcObject=${stream}
      .muted=${true}
      autoplay
      playsinline
      disablepictureinpicture
    ></video>`;
  }

  #second(): unknown {
    const { stage } = this.call;
    const text = barText(this.call);
    if (stage.kind !== 'active' || isHeld(this.call)) return text;
    const clock = html`<offhook-clock .since=${stage.since}></offhook-clock>`;
    return text === undefined ? clock : html`${clock}<span class="screen">${icon(MonitorUp)}<span>${text}</span></span>`;
  }

  #resume(): TemplateResult | typeof nothing {
    const { id, peer, mine } = this.call;
    if (!mine.held || !isIn(this.call, 'active', 'reconnecting')) return nothing;
    return iconButton({
      icon: Play,
      label: t.calls.changeOver(inSentence(peer.name)),
      onClick: () => this.send({ type: 'hold', call: id, held: false }),
    });
  }

  static override styles = [...PhoneElement.styles, buttons, bar];
}
customElements.define('offhook-call-bar', CallBar);
