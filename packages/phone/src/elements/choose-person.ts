import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Search } from 'lucide';
import type { Address, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { sections } from '../view/names.ts';
import { starredOf, underName } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { Roving } from './roving.ts';
import './avatar.ts';

/** The person that was chosen stands in `detail`. */
const chosenEvent = 'offhook-chosen';

/** Somebody is chosen: by a search, favourites and those who are here first. */
export class ChoosePerson extends PhoneElement {
  static override properties = {
    people: { attribute: false },
    own: { attribute: false },
    without: { attribute: false },
    query: { state: true },
  };
  declare people: PeopleState;
  declare own?: OwnState | undefined;
  /** Who is not to be chosen. */
  declare without: readonly Address[];
  declare query: string;
  readonly #roving = new Roving(this, () => this.#search);

  constructor() {
    super();
    this.without = [];
    this.query = '';
  }

  override focus(): void {
    this.#search?.focus();
  }

  get #search(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  protected override render(): TemplateResult {
    const { here, away } = sections(this.people.list ?? [], this.query);
    const starred = this.own ? starredOf(this.own) : new Set<Address>();
    const found = [...here, ...away].filter(({ address }) => !this.without.includes(address));
    const first = found.filter(({ address }) => starred.has(address));
    const all = [...first, ...found.filter(({ address }) => !starred.has(address))];
    const rows = all.map(({ address }) => address);
    return html`<div class="choice" @keydown=${this.#onKey}>
      <search class="search">
        ${icon(Search)}
        <input
          type="search"
          placeholder=${t.general.search}
          aria-label=${t.people.search}
          autocomplete="off"
          spellcheck="false"
          maxlength="64"
          .value=${this.query}
          @input=${(event: InputEvent) => this.#find((event.target as HTMLInputElement).value)}
        />
      </search>
      <ul aria-label=${t.people.title}>
        ${repeat(
          all,
          ({ address }) => address,
          (person) => this.#row(person, this.#roving.tabIndex(person.address, rows)),
        )}
      </ul>
      ${all.length > 0 ? nothing : html`<p class="empty">${this.query === '' ? t.people.nobodyYet : t.general.nobodyCalled(this.query.trim())}</p>`}
      <p class="sr" role="status">${this.query === '' ? nothing : t.general.found(all.length)}</p>
    </div>`;
  }

  #row(person: PersonPresence, tabIndex: 0 | -1): TemplateResult {
    const { name, address, presence } = person;
    return html`<li class="row">
      <button type="button" class="main" data-row=${address} tabindex=${tabIndex} @click=${() => this.#choose(person)}>
        <offhook-avatar .name=${name} .address=${address} .presence=${presence}></offhook-avatar>
        <span class="lines">
          <bdi class="name cut">${name}</bdi>
          <span class="second cut">${underName(person, Date.now())}</span>
        </span>
      </button>
    </li>`;
  }

  #find(query: string): void {
    this.query = query;
    this.send({ type: 'find-people', query });
  }

  #choose(person: PersonPresence): void {
    this.dispatchEvent(new CustomEvent<PersonPresence>(chosenEvent, { detail: person }));
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const inSearch = event.target === this.#search;
    if (inSearch && event.key === 'Enter') {
      event.preventDefault();
      this.renderRoot.querySelector<HTMLElement>('[data-row]')?.click();
    } else if (!inSearch || !['Home', 'End'].includes(event.key)) this.#roving.onKey(event);
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    list,
    css`
      :host {
        display: block;
      }
      .search {
        position: relative;
        display: block;
        margin-block-end: 8px;
        color: var(--quiet);
      }
      .search > .icon {
        position: absolute;
        inset-block-start: 12px;
        inset-inline-start: 12px;
        pointer-events: none;
      }
      .search input {
        padding-inline-start: 40px;
      }
      ul {
        max-block-size: 260px;
        margin-inline: -8px;
        overflow: hidden auto;
        scrollbar-width: thin;
      }
    `,
  ];
}
customElements.define('offhook-choose-person', ChoosePerson);
