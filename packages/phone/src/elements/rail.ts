import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import {
  BellOff,
  CircleCheck,
  Clock,
  MessageCircle,
  Pencil,
  Phone,
  PhoneForwarded,
  PhoneIncoming,
  Settings,
  Users,
  Video,
} from 'lucide';
import type { IconNode } from 'lucide';
import type { Person, PresenceState } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { Section } from '../view/state.ts';
import { countText } from '../view/formats.ts';
import { spans, untilMorning, untilMorningText } from '../view/own.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { tip } from './tip.ts';
import './avatar.ts';
import './menu.ts';
import type { MenuEntry } from './menu.ts';

/** Somebody wants to say what they do. */
const statusEvent = 'offhook-set-status';

const places: readonly (readonly [Section, IconNode])[] = [
  ['conversations', MessageCircle],
  ['people', Users],
  ['calls', Phone],
  ['meetings', Video],
  ['settings', Settings],
];

/** The places of the phone and one's own presence: a column on the left, or a bar at the bottom where it is narrow. */
export class Rail extends PhoneElement {
  static override properties = {
    section: {},
    unseen: { type: Number },
    unread: { type: Number },
    me: { attribute: false },
    presence: {},
    says: {},
    quiet: {},
    forwarded: {},
  };
  declare section: Section;
  /** Missed calls that were not looked at. */
  declare unseen: number;
  /** What was said and not read. */
  declare unread: number;
  declare me: Person;
  declare presence: PresenceState;
  /** What one says of oneself. */
  declare says: string;
  /** That nobody disturbs one, and until when, where that has an end. */
  declare quiet: string | undefined;
  /** That nothing rings here, because all calls go to somebody else. */
  declare forwarded: string | undefined;

  protected override render(): TemplateResult {
    return html`<nav aria-label=${t.general.places}>
      <ul>
        ${places.map((place) => this.#place(place))}
      </ul>
      ${this.#own()}
    </nav>`;
  }

  #place([section, picture]: (typeof places)[number]): TemplateResult {
    const label = t.general.sections[section];
    const here = section === this.section;
    const unseen = section === 'calls' ? this.unseen : section === 'conversations' ? this.unread : 0;
    const shown = countText(unseen);
    const what = section === 'calls' ? t.general.missed : t.general.unread;
    return html`<li>
      <button
        type="button"
        class="place"
        aria-label=${unseen > 0 ? t.general.placeWith(label, shown, what) : label}
        aria-current=${ifDefined(here ? 'page' : undefined)}
        @click=${() => this.send({ type: 'go', to: { section } })}
        ${tip(label)}
      >
        ${icon(picture)}<span class="word" aria-hidden="true">${label}</span>
        ${unseen > 0 ? html`<span class="badge number ${shown.length > 1 ? 'long' : ''}">${shown}</span>` : nothing}
      </button>
    </li>`;
  }

  #forwarding(): readonly MenuEntry[] {
    if (this.forwarded === undefined) return [];
    const select = (): void => this.send({ type: 'stop-forwarding' });
    return [
      { kind: 'heading', label: this.forwarded },
      { kind: 'item', label: t.people.stopForwarding, icon: PhoneIncoming, select },
    ];
  }

  #own(): TemplateResult {
    const quiet = this.presence === 'do_not_disturb';
    const disturb = (doNotDisturb: boolean) => () => this.send({ type: 'settings', change: { doNotDisturb } });
    const quietFor = (label: string, forMs: () => number): MenuEntry => ({
      kind: 'item',
      label,
      icon: Clock,
      select: () => {
        const doNotDisturbUntil = Date.now() + forMs();
        this.send({ type: 'settings', change: { doNotDisturb: true, doNotDisturbUntil } });
      },
    });
    return html`<offhook-menu
      label=${t.general.yourPresence}
      .entries=${[
        { kind: 'heading', label: [this.me.name, this.quiet, this.says].filter(Boolean).join(' · ') },
        ...this.#forwarding(),
        { kind: 'item', label: t.general.presence.online, icon: CircleCheck, chosen: !quiet, select: disturb(false) },
        { kind: 'item', label: t.general.presence.do_not_disturb, icon: BellOff, chosen: quiet, select: disturb(true) },
        { kind: 'heading', label: t.people.quietFor },
        ...spans.map((minutes) => quietFor(t.people.forMinutes(minutes), () => minutes * 60_000)),
        quietFor(untilMorningText(Date.now()), () => untilMorning(Date.now())),
        {
          kind: 'item',
          label: t.people.setStatus,
          icon: Pencil,
          select: () => this.dispatchEvent(new CustomEvent(statusEvent)),
        },
      ]}
    >
      <button
        type="button"
        class="own"
        aria-label=${[t.general.youAre(this.me.name, this.quiet ?? t.general.presence[this.presence]), this.says, this.forwarded].filter(Boolean).join('. ')}
      >
        <offhook-avatar .name=${this.me.name} .address=${this.me.address} .presence=${this.presence}></offhook-avatar>
        ${this.forwarded ? html`<span class="led">${icon(PhoneForwarded)}</span>` : nothing}
      </button>
    </offhook-menu>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        background: var(--ground);
        --avatar: 32px;
        --avatar-ground: var(--ground);
        --tip: beside;
      }
      nav {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: space-between;
        block-size: 100%;
        padding: 14px 0;
      }
      ul {
        display: grid;
        gap: 6px;
      }
      .place,
      .own {
        position: relative;
        display: grid;
        place-items: center;
        inline-size: 48px;
        block-size: 48px;
        border-radius: 12px;
        color: var(--quiet);
        transition: background-color var(--quick);
      }
      .led {
        position: absolute;
        inset-block-start: 0;
        inset-inline-end: 0;
        display: grid;
        place-items: center;
        inline-size: 20px;
        block-size: 20px;
        border-radius: 50%;
        background: var(--warning);
        color: #18181c;
        box-shadow: 0 0 0 2px var(--ground);
      }
      .led .icon {
        inline-size: 12px;
        block-size: 12px;
      }
      .place:hover,
      .own:hover {
        background: var(--hover);
        color: var(--text);
      }
      .place[aria-current] {
        background: var(--selected);
        color: var(--accent-text);
      }
      .word {
        display: none;
      }
      .badge {
        position: absolute;
        inset-block-start: 4px;
        inset-inline-end: 2px;
        min-inline-size: 18px;
        padding-inline: 5px;
        border-radius: 9px;
        background: var(--danger);
        color: #fff;
        font-size: 0.6875rem;
        font-weight: var(--weight-strong);
        line-height: 18px;
        text-align: center;
        box-shadow: 0 0 0 2px var(--ground);
      }
      /* Beside its sign, which it would hide. */
      .badge.long {
        inset-block-start: -2px;
      }
      @container (width < 720px) {
        :host {
          border-block-start: 1px solid var(--line);
          background: var(--surface);
          --avatar-ground: var(--surface);
          --tip: initial;
          padding-block-end: env(safe-area-inset-bottom);
        }
        nav {
          flex-direction: row;
          justify-content: space-around;
          padding: 6px 8px;
        }
        ul {
          display: contents;
        }
        .place {
          inline-size: auto;
          min-inline-size: min(68px, 15.5cqi);
          padding-inline: 2px;
          block-size: 52px;
          gap: 2px;
          align-content: center;
        }
        .place[aria-current] {
          background: none;
        }
        .word {
          display: block;
          font-size: 0.6875rem;
          font-weight: var(--weight-medium);
          line-height: 1.2;
        }
        .badge {
          /* Beside its sign; within the place, also where its word is short. */
          inset-inline: min(50% + 4px, 100% - 20px) auto;
          inset-block-start: 2px;
          box-shadow: 0 0 0 2px var(--surface);
        }
        .badge.long {
          inset-block-start: 2px;
          inset-inline-start: min(50% + 2px, 100% - 34px);
        }
      }
    `,
  ];
}
customElements.define('offhook-rail', Rail);
