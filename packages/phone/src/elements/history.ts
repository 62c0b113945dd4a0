import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Address, HistoryEntry } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { HistoryState } from '../view/state.ts';
import { byDay } from '../view/history.ts';
import { buttons } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import { PhoneElement } from './element.ts';
import { Roving } from './roving.ts';
import { entryStyles, historyRow } from './history-row.ts';

/** All calls, newest first, by day. */
export class History extends PhoneElement {
  static override properties = { history: { attribute: false }, selected: {}, missedOnly: { state: true } };
  declare history: HistoryState;
  declare selected?: Address | undefined;
  declare missedOnly: boolean;
  readonly #roving = new Roving(this);

  constructor() {
    super();
    this.missedOnly = false;
  }

  protected override render(): TemplateResult {
    const { entries, more } = this.history;
    const shown = (entries ?? []).filter(({ missed, role }) => !this.missedOnly || (missed && role === 'callee'));
    const rows = shown.map(({ call }) => call);
    return html`<div class="pane" @keydown=${this.#roving.onKey}>
      <div class="top">
        <h1 class="title">${t.history.title}</h1>
        <div class="choice" role="group" aria-label=${t.history.which}>
          ${this.#choice(t.history.all, false)} ${this.#choice(t.history.onlyMissed, true)}
        </div>
      </div>
      <div class="scroll">
        ${byDay(shown, Date.now()).map(
          ([title, group]) =>
            html`<h2 class="heading">${title}</h2>
              <ul aria-label=${title}>
                ${repeat(
                  group,
                  ({ call }) => call,
                  (entry) => this.#row(entry, this.#roving.tabIndex(entry.call, rows)),
                )}
              </ul>`,
        )}
        ${
          shown.length > 0 || entries === undefined
            ? nothing
            : html`<p class="empty">${this.missedOnly ? t.history.noMissed : t.history.nothing}</p>`
        }
        ${
          more
            ? html`<button type="button" class="button more" @click=${() => this.send({ type: 'more-history' })}>
                ${t.history.older}
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  #choice(label: string, missedOnly: boolean): TemplateResult {
    return html`<button
      type="button"
      aria-pressed=${this.missedOnly === missedOnly}
      @click=${() => {
        this.missedOnly = missedOnly;
      }}
    >
      ${label}
    </button>`;
  }

  #row(entry: HistoryEntry, tabIndex: 0 | -1): TemplateResult {
    const { peer } = entry;
    const selected = peer.address === this.selected;
    return html`<li class="row ${selected ? 'selected' : ''}">
      ${historyRow(entry, {
        tabIndex,
        selected,
        open: () => this.send({ type: 'go', to: { section: 'calls', person: peer.address } }),
        call: (video) => this.send({ type: 'call', to: peer, video }),
      })}
    </li>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    list,
    entryStyles,
    css`
      .top {
        display: grid;
        gap: 12px;
        padding: 20px 20px 8px;
      }
      .choice {
        display: grid;
        grid-template-columns: 1fr 1fr;
        block-size: 48px;
        padding: 2px;
        border-radius: 10px;
        background: var(--hover);
      }
      .choice button {
        padding: 0 12px;
        border-radius: var(--radius-control);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
        color: var(--quiet);
      }
      .choice button:hover {
        color: var(--text);
      }
      .choice button[aria-pressed='true'] {
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 1px 2px #0000001f;
      }
      .more {
        inline-size: calc(100% - 24px);
        margin: 12px;
      }
    `,
  ];
}
customElements.define('offhook-history', History);
