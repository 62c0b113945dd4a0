import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import { Phone, Video } from 'lucide';
import { isNumber } from '@offhook/core';
import type { Address, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { starredOf, underName } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState } from '../view/state.ts';
import { inSentence, sections } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import { Roving } from './roving.ts';
import { searchField, searchStyles } from './search-field.ts';
import './avatar.ts';

/** The people here, with their presence; the search above them. */
export class People extends PhoneElement {
  static override properties = { people: { attribute: false }, own: { attribute: false }, selected: {} };
  declare people: PeopleState;
  declare own?: OwnState | undefined;
  declare selected?: Address | undefined;
  readonly #roving = new Roving(this, () => this.#search);

  focusSearch(): void {
    this.#search?.select();
    this.#search?.focus();
  }

  get #search(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  protected override render(): TemplateResult {
    const { list: people, query, more } = this.people;
    const found = sections(people ?? [], query);
    const starred = this.own && query === '' ? starredOf(this.own) : new Set();
    const favourites = [...found.here, ...found.away].filter(({ address }) => starred.has(address));
    const [here, away] = [found.here, found.away].map((some) => some.filter(({ address }) => !starred.has(address)));
    const rows = [...favourites, ...(here ?? []), ...(away ?? [])].map(({ address }) => address);
    return html`<div class="pane" @keydown=${this.#onKey}>
      <div class="top">
        <h1 class="title">${t.people.title}</h1>
        ${searchField({
          label: t.people.search,
          query,
          find: (wanted) => this.#find(wanted),
          clear: () => this.#clear(),
        })}
        ${more && query === '' ? html`<p class="hint">${t.people.notAll}</p>` : nothing}
      </div>
      <div class="scroll">
        <slot name="first"></slot>
        ${this.#section(t.people.favourites, favourites, rows)} ${this.#section(t.people.here, here ?? [], rows)}
        ${this.#section(t.people.away, away ?? [], rows)}
        ${
          rows.length > 0 || people === undefined
            ? nothing
            : html`<p class="empty">${people.length === 0 ? t.people.nobodyYet : t.general.nobodyCalled(query.trim())}</p>`
        }
      </div>
      <p class="sr" role="status">${query === '' ? nothing : t.general.found(rows.length)}</p>
    </div>`;
  }

  #section(title: string, people: readonly PersonPresence[], rows: readonly Address[]) {
    if (people.length === 0) return nothing;
    // A part of them is no number to go by.
    const count = this.people.more && this.people.query === '' ? nothing : html`<span class="number">· ${people.length}</span>`;
    return html`<h2 class="heading">${title} ${count}</h2>
      <ul aria-label=${title}>
        ${repeat(
          people,
          ({ address }) => address,
          (person) => this.#row(person, this.#roving.tabIndex(person.address, rows)),
        )}
      </ul>`;
  }

  #row(person: PersonPresence, tabIndex: 0 | -1): TemplateResult {
    const { name, address, presence } = person;
    const selected = address === this.selected;
    const call = (video: boolean) => () => this.send({ type: 'call', to: { name, address }, video });
    return html`<li class="row ${selected ? 'selected' : ''}">
      <button
        type="button"
        class="main"
        data-row=${address}
        tabindex=${tabIndex}
        aria-current=${ifDefined(selected ? 'page' : undefined)}
        @click=${() => this.send({ type: 'go', to: { section: 'people', person: address } })}
      >
        <offhook-avatar .name=${name} .address=${address} .presence=${presence}></offhook-avatar>
        <span class="lines">
          <bdi class="name cut">${name}</bdi>
          <span class="second cut">${underName(person, Date.now())}</span>
        </span>
      </button>
      <span class="actions">
        ${iconButton({ icon: Phone, label: t.people.call(inSentence(name)), tabIndex, onClick: call(false) })}
        ${
          isNumber(address)
            ? nothing
            : iconButton({ icon: Video, label: t.people.videoCall(inSentence(name)), tabIndex, onClick: call(true) })
        }
      </span>
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
    css`
      .top {
        display: grid;
        gap: 12px;
        padding: 20px 20px 8px;
      }
      .hint {
        font-size: var(--size-s);
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-people', People);
