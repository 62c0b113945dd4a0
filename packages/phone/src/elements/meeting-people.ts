import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  ChevronDown,
  Crown,
  Ellipsis,
  Hand,
  MicOff,
  Phone,
  PhoneCall,
  PhoneOff,
  Pin,
  PinOff,
  UserCheck,
  UserX,
  X,
} from 'lucide';
import type { IconNode } from 'lucide';
import type { PersonPresence } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import type { Attendee, Called, Knock, Lobby, MeetingAction, MeetingState } from '../view/meeting.ts';
import { inSentence } from '../view/names.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import type { Ask } from './ask.ts';
import './ask.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { MenuEntry } from './menu.ts';
import './avatar.ts';
import './choose-person.ts';
import './copy-link.ts';
import './dial-in.ts';
import './meeting-invite.ts';
import './menu.ts';

const lobbies: readonly Lobby[] = ['off', 'guests', 'all'];

/** Who is in a meeting, who waits, what a host may do with them, and the ways to bring others in. */
export class MeetingPeople extends PhoneElement {
  static override properties = {
    meeting: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    rings: { state: true },
  };
  declare meeting: MeetingState;
  declare people: PeopleState;
  declare own: OwnState | undefined;
  /** Somebody is chosen to be rung. */
  declare rings: boolean;

  constructor() {
    super();
    this.rings = false;
  }

  protected override render(): TemplateResult {
    const { knocks, people, leads } = this.meeting;
    return html`${
        knocks.length === 0
          ? nothing
          : html`<h3>${m.inLobby} <span class="number">· ${knocks.length}</span></h3>
              <ul aria-label=${m.inLobby}>
                ${repeat(
                  knocks,
                  ({ id }) => id,
                  (knock) => this.#knock(knock),
                )}
              </ul>`
      }
      <h3>${m.inRoom} <span class="number">· ${people.length}</span></h3>
      <ul aria-label=${m.inRoom}>
        ${repeat(
          people,
          ({ id }) => id,
          (person) => this.#person(person),
        )}
      </ul>
      ${this.#called()}
      <h3>${m.bring}</h3>
      <div class="bring">
        <offhook-copy-link .url=${this.meeting.url} label=${m.link}></offhook-copy-link>
        ${this.meeting.dialIn ? html`<offhook-dial-in .ways=${this.meeting.dialIn}></offhook-dial-in>` : nothing}
        ${this.#invite()} ${this.#ring()}
      </div>
      ${leads ? this.#rules() : nothing}
      <offhook-ask></offhook-ask>`;
  }

  #invite(): TemplateResult | typeof nothing {
    const { invites, startsAt } = this.meeting;
    if (invites === undefined) return nothing;
    return html`<offhook-meeting-invite ?planned=${startsAt !== undefined} .invites=${invites}></offhook-meeting-invite>`;
  }

  #called(): TemplateResult | typeof nothing {
    const { called = [] } = this.meeting;
    if (called.length === 0) return nothing;
    return html`<h3>${m.called} <span class="number">· ${called.length}</span></h3>
      <ul aria-label=${m.called}>
        ${repeat(
          called,
          ({ id }) => id,
          (phone) => this.#ringing(phone),
        )}
      </ul>`;
  }

  #ringing({ id, name, address }: Called): TemplateResult {
    return html`<li>
      <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
      <span class="lines">
        <bdi class="name cut">${name}</bdi>
        <span class="second" role="status">${m.ringsNow}</span>
      </span>
      ${
        this.meeting.isHost
          ? iconButton({
              icon: PhoneOff,
              label: m.stopCalling(inSentence(name)),
              onClick: () => this.#do({ act: 'remove', id }),
            })
          : nothing
      }
    </li>`;
  }

  #knock({ id, name, address, isGuest, isPhone }: Knock): TemplateResult {
    return html`<li>
      <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
      <span class="lines">
        <bdi class="name cut">${name}</bdi>
        ${isGuest ? html`<span class="second">${isPhone ? m.byPhone : m.guest}</span>` : nothing}
      </span>
      ${iconButton({ icon: UserX, label: m.refuseName(inSentence(name)), onClick: () => this.#do({ act: 'refuse', id }) })}
      ${iconButton({
        icon: UserCheck,
        label: m.admitName(inSentence(name)),
        class: 'admit',
        onClick: () => this.#do({ act: 'admit', id }),
      })}
    </li>`;
  }

  #person(person: Attendee): TemplateResult {
    const { name, address, isMe, isHost, isGuest, isPhone, muted, hand, away } = person;
    const kind = isPhone ? m.byPhone : isGuest && m.guest;
    const said = [isHost && m.host, kind, away && m.reconnects].filter(Boolean).join(' · ');
    return html`<li>
      <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
      <span class="lines">
        <bdi class="name cut">${isMe ? m.youNamed(name) : name}</bdi>
        ${said === '' ? nothing : html`<span class="second">${said}</span>`}
      </span>
      ${hand === undefined ? nothing : html`<span class="sign hand">${icon(Hand)}<span class="sr">${m.handUp}</span></span>`}
      ${isPhone ? html`<span class="sign">${icon(Phone)}</span>` : nothing}
      ${muted ? html`<span class="sign">${icon(MicOff)}<span class="sr">${m.muted}</span></span>` : nothing}
      <offhook-menu label=${name} .entries=${this.#entries(person)}>
        ${iconButton({ icon: Ellipsis, label: m.more(inSentence(name)), onClick: () => undefined })}
      </offhook-menu>
    </li>`;
  }

  #entries({ id, name, isMe, isHost, isPhone, muted, hand }: Attendee): readonly MenuEntry[] {
    const pinned = this.meeting.pinned === id;
    const pin: MenuEntry = {
      kind: 'item',
      label: (pinned ? m.unpin : m.pin)(inSentence(name)),
      icon: pinned ? PinOff : Pin,
      select: () => this.#do({ act: 'pin', tile: pinned ? undefined : id }),
    };
    if (isMe || !this.meeting.leads) return [pin];
    const host = (act: 'mute' | 'make-host' | 'lower-hand', label: string, sign: IconNode): MenuEntry => ({
      kind: 'item',
      label,
      icon: sign,
      select: () => this.#do({ act, id }),
    });
    return [
      pin,
      ...(muted ? [] : [host('mute', m.mutePerson, MicOff)]),
      ...(hand === undefined ? [] : [host('lower-hand', m.lowerTheirHand, Hand)]),
      ...(isHost || isPhone || !this.meeting.isHost ? [] : [host('make-host', m.makeHost, Crown)]),
      { kind: 'item', label: m.removePerson, icon: UserX, select: () => void this.#remove(id, name) },
    ];
  }

  async #remove(id: Attendee['id'], name: string): Promise<void> {
    const question = {
      title: m.removeQuestion(inSentence(name)),
      text: m.removeConsequence,
      yes: m.removeYes,
      isDanger: true,
    };
    if (await this.renderRoot.querySelector<Ask>('offhook-ask')?.ask(question)) this.#do({ act: 'remove', id });
  }

  #ring(): TemplateResult {
    if (!this.rings)
      return html`<button type="button" class="button" @click=${this.#open}>${icon(PhoneCall)}${m.ring}</button>`;
    const here = this.meeting.people.map(({ address }) => address);
    return html`<div class="ring">
      <p class="top">
        <span>${m.ring}</span>
        ${iconButton({
          icon: X,
          label: t.general.cancel,
          onClick: () => {
            this.rings = false;
          },
        })}
      </p>
      <offhook-choose-person
        .people=${this.people}
        .own=${this.own}
        .without=${here}
        @offhook-chosen=${this.#chosen}
      ></offhook-choose-person>
    </div>`;
  }

  readonly #open = async (): Promise<void> => {
    this.rings = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('offhook-choose-person')?.focus();
  };

  readonly #chosen = ({ detail: { name, address } }: CustomEvent<PersonPresence>): void => {
    this.rings = false;
    this.#do({ act: 'ring', person: { name, address } });
  };

  #rules(): TemplateResult {
    const { isHost, locked, lobby } = this.meeting;
    return html`<div class="card rules">
      <label class="line">
        <span class="words"><span>${m.lock}</span><span class="hint">${m.lockHint}</span></span>
        <input
          type="checkbox"
          role="switch"
          .checked=${locked}
          @change=${(event: Event) => this.#do({ act: 'lock', on: (event.target as HTMLInputElement).checked })}
        />
      </label>
      ${isHost ? this.#waiting(lobby) : nothing}
    </div>`;
  }

  #waiting(lobby: Lobby): TemplateResult {
    return html`<label class="line">
      <span class="words">${m.whoWaits}</span>
      <span class="select">
        <select
          @change=${(event: Event) => this.#do({ act: 'set-lobby', lobby: (event.target as HTMLSelectElement).value as Lobby })}
        >
          ${lobbies.map((one) => html`<option value=${one} .selected=${one === lobby}>${m.waits[one]}</option>`)}
        </select>
        ${icon(ChevronDown)}
      </span>
    </label>`;
  }

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
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
        padding: 0 12px 20px;
        --avatar: 36px;
        --avatar-ground: var(--ground);
      }
      h3 {
        padding: 14px 6px 6px;
        font-size: var(--size-xs);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      li {
        display: flex;
        align-items: center;
        gap: 10px;
        min-block-size: 52px;
        padding: 4px 0 4px 6px;
      }
      .lines {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        line-height: 1.3;
      }
      .name {
        font-weight: var(--weight-medium);
      }
      .second {
        font-size: var(--size-s);
        color: var(--quiet);
      }
      .sign {
        color: var(--quiet);
      }
      .sign .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .sign.hand {
        color: var(--warning-text);
      }
      li .icon-button {
        margin-inline-start: -6px;
      }
      .admit {
        background: var(--accent);
        color: var(--on-accent);
      }
      .icon-button.admit:hover:enabled {
        background: var(--accent-strong);
        color: var(--on-accent);
      }
      .bring {
        display: grid;
        gap: 16px;
        padding: 4px 6px 0;
      }
      .bring > .button {
        justify-self: start;
      }
      .ring .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        font-weight: var(--weight-medium);
      }
      .rules {
        margin: 20px 6px 0;
      }
      .rules .line {
        flex-wrap: wrap;
      }
      /* So wide that what is chosen can be read. */
      .rules .select {
        flex: 1 1 240px;
      }
    `,
  ];
}
customElements.define('offhook-meeting-people', MeetingPeople);
