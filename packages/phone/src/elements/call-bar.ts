import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { PhoneOff, Play } from 'lucide';
import { t } from '../texts/texts.ts';
import { inSentence } from '../view/names.ts';
import { statusText } from '../view/texts.ts';
import { isHeld, isIn } from '../view/state.ts';
import type { CallState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
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
        <offhook-avatar .name=${peer.name} .address=${peer.address}></offhook-avatar>
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

  #second() {
    const { stage, mine } = this.call;
    if (stage.kind === 'active') {
      if (isHeld(this.call)) return mine.held ? t.calls.onHold : t.calls.youAreOnHold;
      return html`<offhook-clock .since=${stage.since}></offhook-clock>`;
    }
    return statusText(this.call);
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

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        max-inline-size: 100%;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 4px;
        min-block-size: 60px;
        padding: 6px 8px 6px 6px;
        border-radius: 30px;
        color-scheme: dark;
        color: var(--stage-text);
        background: #1d1f26;
        --avatar: 40px;
        --control: 44px;
        --control-icon: 20px;
        --control-gap: 6px;
        --focus: var(--stage-text);
      }
      .main {
        flex: 1;
        min-inline-size: 0;
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 4px;
        border-radius: 26px;
        text-align: start;
      }
      .main:hover .name {
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      .lines {
        min-inline-size: 0;
        display: grid;
        line-height: 1.35;
      }
      .name {
        font-weight: var(--weight-medium);
      }
      .second {
        font-size: var(--size-s);
        color: var(--stage-quiet);
      }
      .icon-button {
        color: var(--stage-text);
        background: var(--stage-control);
      }
      .icon-button:hover:enabled {
        color: var(--stage-text);
        background: var(--stage-control-strong);
      }
      .icon-button.hang-up {
        background: var(--danger);
        color: #fff;
      }
      .icon-button.hang-up:hover:enabled {
        background: var(--danger-strong);
      }
      :host([slot]) .bar {
        inline-size: min(320px, 100%);
        background: #2b2c34d9;
      }
      @container (width < 480px) {
        offhook-call-controls::part(more) {
          display: none;
        }
      }
    `,
  ];
}
customElements.define('offhook-call-bar', CallBar);
