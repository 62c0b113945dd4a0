import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import { UserPlus } from 'lucide';
import type { Person, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { ConversationRow, ConversationsState, FoundMessage } from '../view/conversations-state.ts';
import { lastText, titleOf, whenText } from '../view/conversation-texts.ts';
import { matchesQuery, sections } from '../view/names.ts';
import type { PeopleState, Route } from '../view/state.ts';
import { countText } from '../view/formats.ts';
import { buttons, fields } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import { conversationPicture, pictureStyles } from './conversation-picture.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import { Roving } from './roving.ts';
import { searchField, searchStyles } from './search-field.ts';
import './avatar.ts';
import type { NewGroup } from './new-group.ts';

/** All conversations, the latest activity first; the search finds them and people to begin one with. */
export class ConversationList extends PhoneElement {
  static override properties = {
    conversations: { attribute: false },
    people: { attribute: false },
    me: { attribute: false },
    route: { attribute: false },
  };
  declare conversations: ConversationsState;
  declare people: PeopleState;
  declare me: Person;
  declare route: Route;
  readonly #roving = new Roving(this, () => this.#search);

  focusSearch(): void {
    this.#search?.select();
    this.#search?.focus();
  }

  get #search(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  protected override render(): TemplateResult {
    const { list: all, more } = this.conversations;
    const { query } = this.people;
    const shown = (all ?? []).filter((row) => matchesQuery(titleOf(row), query));
    const found = query.trim() === '' ? [] : this.#peopleWithout(shown);
    const messages = query.trim() === '' ? [] : (this.conversations.found?.messages ?? []);
    const rows = [
      ...shown.map(({ id }) => id),
      ...found.map(({ address }) => address),
      ...messages.map(({ entry }) => entry.id),
    ];
    return html`<div class="pane" @keydown=${this.#onKey}>
        <div class="top">
          <div class="first">
            <h1 class="title">${t.conversations.title}</h1>
            ${iconButton({ icon: UserPlus, label: t.conversations.newGroup, onClick: () => void this.#makeGroup() })}
          </div>
          ${searchField({
            label: t.conversations.search,
            query,
            find: (wanted) => this.#find(wanted),
            clear: () => this.#clear(),
          })}
        </div>
        <div class="scroll">
          <ul aria-label=${t.conversations.title}>
            ${repeat(
              shown,
              ({ id }) => id,
              (row) => this.#row(row, this.#roving.tabIndex(row.id, rows)),
            )}
          </ul>
          ${found.length === 0 ? nothing : this.#found(found, rows)}
          ${messages.length === 0 ? nothing : this.#messages(messages, rows)}
          ${all === undefined || rows.length > 0 ? nothing : html`<p class="empty">${this.#nothing(query)}</p>`}
          ${
            more && query === ''
              ? html`<button type="button" class="button more" @click=${() => this.send({ type: 'more-conversations' })}>
                  ${t.conversations.older}
                </button>`
              : nothing
          }
        </div>
        <p class="sr" role="status">${query === '' ? nothing : t.general.found(rows.length)}</p>
      </div>
      <offhook-new-group .people=${this.people}></offhook-new-group>`;
  }

  async #makeGroup(): Promise<void> {
    need('offhook-new-group');
    await customElements.whenDefined('offhook-new-group');
    await this.renderRoot.querySelector<NewGroup>('offhook-new-group')?.open();
  }

  /** People the search has found, with whom no conversation is listed. */
  #peopleWithout(shown: readonly ConversationRow[]): readonly PersonPresence[] {
    const { here, away } = sections(this.people.list ?? [], this.people.query);
    const listed = new Set(shown.map(({ peer }) => peer?.address));
    return [...here, ...away].filter(({ address }) => !listed.has(address));
  }

  #nothing(query: string): string {
    return query === '' ? t.conversations.listEmpty : t.general.nothingFound(query.trim());
  }

  #row(row: ConversationRow, tabIndex: 0 | -1): TemplateResult {
    const { id, peer, last, unread, kind } = row;
    const person = peer && this.people.list?.find(({ address }) => address === peer.address);
    const selected = peer === undefined ? this.route.conversation === id : this.route.person === peer.address;
    const to = peer === undefined ? { conversation: id } : { person: peer.address };
    return html`<li class="row ${selected ? 'selected' : ''} ${unread > 0 ? 'unread' : ''}">
      <button
        type="button"
        class="main"
        data-row=${id}
        tabindex=${tabIndex}
        aria-current=${ifDefined(selected ? 'page' : undefined)}
        @click=${() => this.send({ type: 'go', to: { section: 'conversations', ...to } })}
      >
        ${conversationPicture(row, person?.presence)}
        <span class="lines">
          <span class="first">
            <bdi class="name cut">${titleOf(row)}</bdi>
            ${
              last === undefined
                ? nothing
                : html`<time class="number" datetime=${new Date(last.at).toISOString()}>${whenText(last.at, Date.now())}</time>`
            }
          </span>
          <span class="first">
            <bdi class="second cut"
              >${last === undefined ? t.conversations.nothingYet : lastText(last, kind, this.me.address)}</bdi
            >
            ${
              unread > 0
                ? html`<span class="count number">${countText(unread)}<span class="sr"> ${t.general.unread}</span></span>`
                : nothing
            }
          </span>
        </span>
      </button>
    </li>`;
  }

  #found(people: readonly PersonPresence[], rows: readonly string[]): TemplateResult {
    return html`<h2 class="heading">${t.conversations.people}</h2>
      <ul aria-label=${t.conversations.people}>
        ${people.map(
          ({ address, name, presence }) =>
            html`<li class="row">
              <button
                type="button"
                class="main"
                data-row=${address}
                tabindex=${this.#roving.tabIndex(address, rows)}
                @click=${() => this.send({ type: 'go', to: { section: 'conversations', person: address } })}
              >
                <offhook-avatar .name=${name} .address=${address} .presence=${presence}></offhook-avatar>
                <span class="lines">
                  <bdi class="name cut">${name}</bdi>
                  <span class="second cut">${t.general.presence[presence]}</span>
                </span>
              </button>
            </li>`,
        )}
      </ul>`;
  }

  #messages(messages: readonly FoundMessage[], rows: readonly string[]): TemplateResult {
    return html`<h2 class="heading">${t.conversations.messages}</h2>
      <ul aria-label=${t.conversations.messages}>
        ${repeat(
          messages,
          ({ entry }) => entry.id,
          (found) => this.#message(found, this.#roving.tabIndex(found.entry.id, rows)),
        )}
      </ul>
      ${
        this.conversations.found?.more
          ? html`<button type="button" class="button more" @click=${() => this.send({ type: 'more-found' })}>
              ${t.conversations.moreFound}
            </button>`
          : nothing
      }`;
  }

  #message({ head, entry }: FoundMessage, tabIndex: 0 | -1): TemplateResult {
    const to = head.peer === undefined ? { conversation: head.id } : { person: head.peer.address };
    const show = (): void =>
      this.send({ type: 'show-message', to: { section: 'conversations', ...to }, position: entry.position });
    return html`<li class="row">
      <button type="button" class="main" data-row=${entry.id} tabindex=${tabIndex} @click=${show}>
        ${conversationPicture(head, undefined)}
        <span class="lines">
          <span class="first">
            <bdi class="name cut">${titleOf(head)}</bdi>
            <time class="number" datetime=${new Date(entry.at).toISOString()}>${whenText(entry.at, Date.now())}</time>
          </span>
          <bdi class="second said">${lastText(entry, head.kind, this.me.address)}</bdi>
        </span>
      </button>
    </li>`;
  }

  #find(query: string): void {
    this.send({ type: 'search', query });
  }

  #clear(): void {
    this.#find('');
    this.#search?.focus();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const inSearch = event.target === this.#search;
    if (inSearch && event.key === 'Enter') {
      this.renderRoot.querySelector<HTMLElement>('[data-row]')?.click();
    } else if (inSearch && event.key === 'Escape' && this.people.query !== '') {
      event.stopPropagation();
      this.#find('');
    } else if (!inSearch || !['Home', 'End'].includes(event.key)) {
      this.#roving.onKey(event);
    }
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    list,
    searchStyles,
    pictureStyles,
    css`
      .top {
        display: grid;
        gap: 6px;
        padding: 14px 20px 8px;
      }
      .top .first {
        align-items: center;
        justify-content: space-between;
        margin-inline-end: -10px;
      }
      .first {
        display: flex;
        align-items: baseline;
        gap: 8px;
      }
      .first .cut {
        flex: 1;
        min-inline-size: 0;
      }
      time {
        flex: none;
        font-size: var(--size-s);
        color: var(--quiet);
      }
      .unread .second {
        color: var(--text);
      }
      .unread :is(.name, time) {
        font-weight: var(--weight-strong);
      }
      .said {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
        overflow-wrap: anywhere;
      }
      .count {
        flex: none;
        min-inline-size: 20px;
        padding-inline: 6px;
        border-radius: 10px;
        background: var(--accent);
        color: var(--on-accent);
        font-size: var(--size-xs);
        font-weight: var(--weight-strong);
        line-height: 20px;
        text-align: center;
      }
      .more {
        inline-size: calc(100% - 24px);
        margin: 12px;
      }
    `,
  ];
}
customElements.define('offhook-conversations', ConversationList);
