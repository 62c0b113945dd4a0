import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Search } from 'lucide';
import type { Address, Person } from '@offhook/core';
import type { GroupChange } from '../view/commands.ts';
import type { ConversationHead } from '../view/conversations-state.ts';
import { t } from '../texts/texts.ts';
import { sections } from '../view/names.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './avatar.ts';

/** Makes a group, or changes one: its name, and who is in it. */
export class NewGroup extends PhoneElement {
  static override properties = {
    people: { attribute: false },
    group: { attribute: false },
    me: {},
    name: { state: true },
    chosen: { state: true },
    query: { state: true },
  };
  declare people: PeopleState;
  /** The group to be changed; without one a new one is made. */
  declare group?: ConversationHead | undefined;
  /** One's own address: leaving is another thing. */
  declare me?: Address | undefined;
  declare name: string;
  declare chosen: readonly Person[];
  declare query: string;
  /** Those who stand on top: chosen before the present search, so that no row moves under the pointer. */
  #first: readonly Person[] = [];

  constructor() {
    super();
    this.name = '';
    this.chosen = [];
    this.query = '';
  }

  async open(): Promise<void> {
    this.name = this.group?.name ?? '';
    this.chosen = this.#members;
    this.#find('');
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  /** Who is in the group, but oneself. */
  get #members(): readonly Person[] {
    return (this.group?.people ?? []).filter(({ address }) => address !== this.me);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  protected override render(): TemplateResult {
    const { list = [], more } = this.people;
    const { here, away } = sections(list, this.query);
    const found: readonly Person[] = [...here, ...away].filter((person) => !isAmong(this.#first, person));
    const people: readonly Person[] = [...this.#first, ...found];
    const ready = this.name.trim() !== '' && (this.group !== undefined || this.chosen.length > 0);
    return html`<dialog aria-labelledby="title" @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
      <form @submit=${this.#submit}>
        <h2 id="title">${this.group ? t.conversations.editGroup : t.conversations.newGroup}</h2>
        <label class="name"
          >${t.conversations.groupName}
          <input
            maxlength="64"
            autocomplete="off"
            .value=${this.name}
            @input=${(event: InputEvent) => {
              this.name = (event.target as HTMLInputElement).value;
            }}
          />
        </label>
        <div class="people" role="group" aria-labelledby="people">
          <p class="legend">
            <span id="people">${t.conversations.groupPeople}</span>
            <span class="quiet number" role="status"
              >${this.chosen.length === 0 ? nothing : t.conversations.chosen(this.chosen.length)}</span
            >
          </p>
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
              @keydown=${this.#onKey}
            />
          </search>
          ${more && this.query === '' ? html`<p class="hint quiet">${t.people.notAll}</p>` : nothing}
          <ul aria-label=${t.conversations.groupPeople}>
            ${repeat(
              people,
              ({ address }) => address,
              (person) => this.#row(person),
            )}
            ${found.length > 0 || (this.query === '' && people.length > 0) ? nothing : html`<li class="none quiet">${this.#nobody()}</li>`}
          </ul>
          <p class="sr" role="status">${this.query === '' ? nothing : t.general.found(found.length)}</p>
        </div>
        <div class="ends">
          <button type="button" class="button" @click=${() => this.#dialog?.close()}>${t.general.cancel}</button>
          <button class="button primary" ?disabled=${!ready}>${this.group ? t.general.save : t.conversations.makeGroup}</button>
        </div>
      </form>
    </dialog>`;
  }

  #row(person: Person): TemplateResult {
    const { address, name } = person;
    return html`<li>
      <label class="person">
        <input
          type="checkbox"
          .checked=${isAmong(this.chosen, person)}
          @change=${(event: Event) => this.#choose({ address, name }, (event.target as HTMLInputElement).checked)}
        />
        <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
        <bdi class="cut">${name}</bdi>
      </label>
    </li>`;
  }

  #nobody(): string {
    return this.query === '' ? t.people.nobodyYet : t.general.nobodyCalled(this.query.trim());
  }

  #choose(person: Person, isChosen: boolean): void {
    const others = this.chosen.filter(({ address }) => address !== person.address);
    this.chosen = isChosen ? [...others, person] : others;
  }

  /** Those beyond the first page are found by the server. */
  #find(query: string): void {
    this.query = query;
    this.#first = this.chosen;
    this.send({ type: 'find-people', query });
    this.renderRoot.querySelector('ul')?.scrollTo(0, 0);
  }

  /** Enter chooses the first who was found, and is not the end of the form. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (this.query.trim() !== '') this.renderRoot.querySelectorAll<HTMLElement>('li input')[this.#first.length]?.click();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#dialog?.close();
    const name = this.name.trim();
    if (this.group === undefined) return this.send({ type: 'group', name, people: addressesOf(this.chosen) });
    const before = this.#members;
    const change: GroupChange = {
      name: name === this.group.name ? undefined : name,
      add: addressesOf(this.chosen.filter((person) => !isAmong(before, person))),
      remove: addressesOf(before.filter((person) => !isAmong(this.chosen, person))),
    };
    this.send({ type: 'change-group', change });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      dialog {
        inline-size: min(420px, calc(100vw - 32px));
        max-block-size: min(640px, calc(100dvh - 32px));
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      /* What does not fit is scrolled in the list alone. */
      dialog[open] {
        display: flex;
        overflow: hidden;
      }
      dialog::backdrop {
        background: #0f101466;
      }
      form {
        flex: 1;
        min-inline-size: 0;
        display: flex;
        flex-direction: column;
        gap: 16px;
        padding: 20px;
      }
      h2 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
      }
      .name {
        display: grid;
        gap: 6px;
        font-weight: var(--weight-medium);
      }
      .legend {
        display: flex;
        justify-content: space-between;
        font-weight: var(--weight-medium);
      }
      .legend .quiet {
        font-weight: 400;
      }
      .people {
        flex: 1;
        min-block-size: 0;
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .people > * {
        flex: none;
      }
      .people ul {
        /* Kept, so that the dialog stays as it is while one types. */
        flex: 1 1 290px;
        min-block-size: 0;
        margin-inline: -8px;
        padding-inline: 8px;
        overflow: hidden auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
      }
      .search {
        position: relative;
        display: block;
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
      .hint {
        font-size: var(--size-s);
      }
      .none {
        padding: 12px 4px;
      }
      .person {
        display: flex;
        align-items: center;
        gap: 12px;
        min-block-size: 52px;
        padding-inline: 4px;
        border-radius: var(--radius-control);
        --avatar: 36px;
      }
      .person:hover {
        background: var(--hover);
      }
      input[type='checkbox'] {
        flex: none;
        inline-size: 20px;
        min-block-size: 20px;
        accent-color: var(--accent);
      }
      .ends {
        display: flex;
        justify-content: end;
        gap: 8px;
      }
    `,
  ];
}
customElements.define('offhook-new-group', NewGroup);

function isAmong(people: readonly Person[], { address }: Person): boolean {
  return people.some((person) => person.address === address);
}

function addressesOf(people: readonly Person[]): readonly Address[] {
  return people.map(({ address }) => address);
}
