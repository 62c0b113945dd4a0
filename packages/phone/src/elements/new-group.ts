import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Address, Person } from '@offhook/core';
import type { GroupChange } from '../view/commands.ts';
import type { ConversationHead } from '../view/conversations-state.ts';
import { t } from '../texts/texts.ts';
import { sections } from '../view/names.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import './avatar.ts';

/** Makes a group, or changes one: its name, and who is in it. */
export class NewGroup extends PhoneElement {
  static override properties = {
    people: { attribute: false },
    group: { attribute: false },
    me: {},
    name: { state: true },
    chosen: { state: true },
  };
  declare people: PeopleState;
  /** The group to be changed; without one a new one is made. */
  declare group?: ConversationHead | undefined;
  /** One's own address: leaving is another thing. */
  declare me?: Address | undefined;
  declare name: string;
  declare chosen: readonly Address[];

  constructor() {
    super();
    this.name = '';
    this.chosen = [];
  }

  async open(): Promise<void> {
    this.name = this.group?.name ?? '';
    this.chosen = this.#members.map(({ address }) => address);
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
    const { here, away } = sections(this.people.list ?? [], '');
    const members = this.#members;
    const isMember = ({ address }: Person): boolean => members.some((member) => member.address === address);
    const people: readonly Person[] = [...members, ...[...here, ...away].filter((person) => !isMember(person))];
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
        <fieldset>
          <legend>${t.conversations.groupPeople}</legend>
          ${people.length === 0 ? html`<p class="quiet">${t.people.nobodyYet}</p>` : nothing}
          ${repeat(
            people,
            ({ address }) => address,
            ({ address, name }) =>
              html`<label class="person">
                <input
                  type="checkbox"
                  .checked=${this.chosen.includes(address)}
                  @change=${(event: Event) => this.#choose(address, (event.target as HTMLInputElement).checked)}
                />
                <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
                <bdi class="cut">${name}</bdi>
              </label>`,
          )}
        </fieldset>
        <div class="ends">
          <button type="button" class="button" @click=${() => this.#dialog?.close()}>${t.general.cancel}</button>
          <button class="button primary" ?disabled=${!ready}>${this.group ? t.general.save : t.conversations.makeGroup}</button>
        </div>
      </form>
    </dialog>`;
  }

  #choose(address: Address, isChosen: boolean): void {
    const others = this.chosen.filter((one) => one !== address);
    this.chosen = isChosen ? [...others, address] : others;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#dialog?.close();
    const name = this.name.trim();
    if (this.group === undefined) return this.send({ type: 'group', name, people: this.chosen });
    const before = this.#members.map(({ address }) => address);
    const change: GroupChange = {
      name: name === this.group.name ? undefined : name,
      add: this.chosen.filter((address) => !before.includes(address)),
      remove: before.filter((address) => !this.chosen.includes(address)),
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
      dialog::backdrop {
        background: #0f101466;
      }
      form {
        display: flex;
        flex-direction: column;
        gap: 16px;
        max-block-size: inherit;
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
      legend {
        padding: 0;
        font-weight: var(--weight-medium);
      }
      fieldset {
        flex: 1;
        min-block-size: 96px;
        overflow: hidden auto;
        scrollbar-width: thin;
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
