import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ChevronLeft, Maximize2, Phone, UserMinus, Video } from 'lucide';
import type { IconNode } from 'lucide';
import type { CallId, HistoryEntry, PersonPresence } from '@offhook/core';
import { byDay, entryText, kindOf } from '../view/history.ts';
import { timeOfDay } from '../view/time.ts';
import { reachText } from '../view/texts.ts';
import { isMine } from '../view/state.ts';
import type { CallState, Section } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import { entryIcon } from './history-row.ts';
import './avatar.ts';

/** One person: whether they are there, the two ways to call them, and the calls with them so far. */
export class PersonPage extends PhoneElement {
  static override properties = {
    person: { attribute: false },
    entries: { attribute: false },
    section: {},
    listed: { type: Boolean },
    call: { attribute: false },
  };
  declare person: PersonPresence;
  declare entries: readonly HistoryEntry[];
  declare section: Section;
  /** Stands in the list of people. */
  declare listed: boolean;
  /** The call with this person, while one rings or is going on. */
  declare call?: CallState | undefined;

  protected override render(): TemplateResult {
    const { name, address, presence } = this.person;
    return html`<div class="back">
        ${iconButton({
          icon: ChevronLeft,
          label: 'Back',
          onClick: () => this.send({ type: 'go', to: { section: this.section } }),
        })}
      </div>
      <div class="scroll">
        <header>
          <offhook-avatar .name=${name} .address=${address} .presence=${presence}></offhook-avatar>
          <h1><bdi>${name}</bdi></h1>
          <p class="quiet">${this.#status()}</p>
          <div class="ways">${this.call && isMine(this.call) ? this.#back(this.call.id) : this.#ways()}</div>
        </header>
        ${this.#past()} ${this.#unlist()}
      </div>`;
  }

  /** Whoever signed in once would stand in the list for ever. */
  #unlist(): TemplateResult | typeof nothing {
    if (!this.listed || this.call || this.person.presence !== 'offline') return nothing;
    const { address, name } = this.person;
    return html`<footer>
      <button type="button" class="button" @click=${() => this.send({ type: 'unlist', person: { address, name } })}>
        ${icon(UserMinus)}Take off the list
      </button>
    </footer>`;
  }

  #status(): string {
    if (!this.call) return reachText(this.person.presence);
    return isMine(this.call) ? 'In a call with you' : 'Is calling you';
  }

  #ways(): TemplateResult {
    return html`${this.#way('Call', Phone, false, 'primary')} ${this.#way('Video call', Video, true, '')}`;
  }

  #way(label: string, picture: IconNode, video: boolean, kind: string): TemplateResult {
    const { name, address } = this.person;
    return html`<button
      type="button"
      class="button ${kind}"
      part="call-button"
      @click=${() => this.send({ type: 'call', to: { name, address }, video })}
    >
      ${icon(picture)}${label}
    </button>`;
  }

  #back(call: CallId): TemplateResult {
    return html`<button
      type="button"
      class="button"
      part="call-button"
      @click=${() => this.send({ type: 'show-call', call, full: true })}
    >
      ${icon(Maximize2)}Show the call
    </button>`;
  }

  #past(): TemplateResult | typeof nothing {
    if (this.entries.length === 0) return nothing;
    return html`<section class="past" aria-label="Calls so far">
      ${byDay(this.entries, Date.now()).map(
        ([title, group]) =>
          html`<h2 class="heading">${title}</h2>
            <ul>
              ${group.map(
                (entry) =>
                  html`<li class="entry ${kindOf(entry)}">
                    ${entryIcon(entry)}<span>${entryText(entry)}</span>
                    <time class="number" datetime=${new Date(entry.startedAt).toISOString()}
                      >${timeOfDay(entry.startedAt)}</time
                    >
                  </li>`,
              )}
            </ul>`,
      )}
    </section>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    list,
    css`
      :host {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        min-block-size: 0;
      }
      .back {
        display: none;
        padding: 8px;
      }
      .scroll {
        padding-inline: 24px;
      }
      header {
        display: grid;
        justify-items: center;
        gap: 4px;
        padding-block: clamp(24px, 10vh, 96px) 32px;
        text-align: center;
      }
      offhook-avatar {
        --avatar: 112px;
        --avatar-ground: var(--ground);
        margin-block-end: 16px;
      }
      h1 {
        max-inline-size: min(100%, 26ch);
        font-size: var(--size-xxl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      header p {
        max-inline-size: 44ch;
        min-block-size: 1.4em;
        text-wrap: balance;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 12px;
        margin-block-start: 24px;
      }
      .ways .button {
        min-block-size: 52px;
        min-inline-size: 148px;
        padding-inline: 22px;
      }
      .past {
        inline-size: min(100%, 520px);
        margin-inline: auto;
      }
      .entry {
        display: flex;
        align-items: center;
        gap: 12px;
        min-block-size: 40px;
        padding-inline: 12px;
      }
      .entry .icon {
        inline-size: 16px;
        block-size: 16px;
        color: var(--quiet);
      }
      footer {
        display: grid;
        justify-items: center;
        padding-block: 32px 16px;
      }
      footer .button {
        background: none;
        color: var(--quiet);
        font-size: var(--size-s);
      }
      footer .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .entry.missed,
      .entry.missed .icon {
        color: var(--danger-text);
      }
      .entry time {
        flex: none;
        margin-inline-start: auto;
        font-size: var(--size-s);
        color: var(--quiet);
      }
      @container (width < 720px) {
        .back {
          display: block;
        }
        header {
          padding-block-start: 16px;
        }
        .scroll {
          padding-inline: 12px;
        }
      }
    `,
  ];
}
customElements.define('offhook-person', PersonPage);
