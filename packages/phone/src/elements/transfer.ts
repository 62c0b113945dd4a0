import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { ArrowLeft, Merge, PhoneCall, PhoneForwarded } from 'lucide';
import type { PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { briefly, inSentence } from '../view/names.ts';
import { underName } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { CallState, PeopleState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import './choose-person.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import './avatar.ts';

/** Leads the other on: to somebody with whom one talks as well, or to somebody who is chosen. */
export class Transfer extends PhoneElement {
  static override properties = {
    call: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    to: { state: true },
  };
  declare call: CallState;
  declare people: PeopleState;
  declare own?: OwnState | undefined;
  declare to: PersonPresence | undefined;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.way, offhook-choose-person')?.focus();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('to') && (this.to ?? changed.get('to'))) this.focus();
  }

  protected override render(): TemplateResult {
    return this.to ? this.#ways(this.to) : this.#choice();
  }

  #choice(): TemplateResult {
    const { id, beside = [], peer } = this.call;
    const others = beside.map((one) => one.peer.address);
    return html`${beside
        .filter(({ ready }) => ready)
        .map(
          (one) =>
            html`<button
              type="button"
              class="button way"
              @click=${() => this.send({ type: 'connect', call: id, with: one.call })}
            >
              ${icon(Merge)}${t.calls.connectWith(briefly(one.peer.name))}
            </button>`,
        )}
      <offhook-choose-person
        .people=${this.people}
        .own=${this.own}
        .without=${[peer.address, ...others]}
        @offhook-chosen=${(event: CustomEvent<PersonPresence>) => {
          this.to = event.detail;
        }}
      ></offhook-choose-person>`;
  }

  #ways(to: PersonPresence): TemplateResult {
    const { id, peer } = this.call;
    return html`<div class="chosen">
        ${iconButton({
          icon: ArrowLeft,
          label: t.calls.transferOther,
          class: 'back',
          onClick: () => {
            this.to = undefined;
          },
        })}
        <offhook-avatar .name=${to.name} .address=${to.address} .presence=${to.presence}></offhook-avatar>
        <span class="lines">
          <bdi class="name cut">${to.name}</bdi>
          <span class="second cut">${underName(to, Date.now())}</span>
        </span>
      </div>
      <button type="button" class="button primary way" @click=${() => this.send({ type: 'consult', call: id, to })}>
        ${icon(PhoneCall)}${t.calls.askFirst}
      </button>
      <p class="hint">${t.calls.askFirstHint(inSentence(peer.name))}</p>
      <button type="button" class="button way" @click=${() => this.send({ type: 'transfer', call: id, to })}>
        ${icon(PhoneForwarded)}${t.calls.transferNow}
      </button>
      <p class="hint">${t.calls.transferNowHint(inSentence(peer.name))}</p>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .way {
        justify-content: center;
        inline-size: 100%;
      }
      .chosen {
        display: flex;
        align-items: center;
        gap: 12px;
        margin-inline-start: -12px;
        padding-block-end: 8px;
      }
      .back:dir(rtl) {
        scale: -1 1;
      }
      .lines {
        min-inline-size: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      .name {
        font-weight: var(--weight-medium);
      }
      .second,
      .hint {
        font-size: var(--size-s);
        color: var(--quiet);
      }
      .hint {
        padding-inline: 4px;
      }
    `,
  ];
}
customElements.define('offhook-transfer', Transfer);
