import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import {
  ChevronLeft,
  Ellipsis,
  LogOut,
  Maximize2,
  Paperclip,
  Pencil,
  Phone,
  Star,
  StarOff,
  UserMinus,
  UserX,
  Video,
} from 'lucide';
import type { IconNode } from 'lucide';
import type { MessageEntry, Person, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { peopleText, titleOf, typingText } from '../view/conversation-texts.ts';
import type { ConversationHead, OpenConversation } from '../view/conversations-state.ts';
import { inSentence } from '../view/names.ts';
import { isMine } from '../view/state.ts';
import { statusLine, underName } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { CallState, PeopleState, Section } from '../view/state.ts';
import { percent } from '../view/formats.ts';
import { buttons } from '../styles/base.ts';
import { drop } from '../styles/drop.ts';
import { conversationPicture, pictureStyles } from './conversation-picture.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import type { NewGroup } from './new-group.ts';
import type { ComposeWith } from './messages.ts';
import './composer.ts';
import type { Composer } from './composer.ts';
import { deepActive } from './focus.ts';
import './messages.ts';
import './menu.ts';
import type { MenuEntry } from './menu.ts';

/** One conversation: with whom, the ways to call, what was said, and what one says. */
export class ConversationPage extends PhoneElement {
  static override properties = {
    conversation: { attribute: false },
    person: { attribute: false },
    me: { attribute: false },
    own: { attribute: false },
    section: {},
    listed: { type: Boolean },
    call: { attribute: false },
    covered: { type: Boolean },
    people: { attribute: false },
    dropping: { state: true },
    reply: { state: true },
    edit: { state: true },
  };
  /** Undefined until the server has answered; whom it is with is known before. */
  declare conversation?: OpenConversation | undefined;
  declare person?: PersonPresence | undefined;
  declare me: Person;
  declare own?: OwnState | undefined;
  declare section: Section;
  /** The person stands in the list of people. */
  declare listed: boolean;
  /** The call with this person, while one rings or is going on. */
  declare call?: CallState | undefined;
  declare covered: boolean;
  /** Who may be taken into a group. */
  declare people: PeopleState;
  /** Files are held over it. */
  declare dropping: boolean;
  declare reply?: MessageEntry | undefined;
  declare edit?: MessageEntry | undefined;

  constructor() {
    super();
    this.dropping = false;
    this.addEventListener('dragover', this.#onDragOver);
    this.addEventListener('dragleave', this.#onDragLeave);
    this.addEventListener('drop', this.#onDrop);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('conversation') as OpenConversation | undefined;
    if (before === undefined || before.id === this.conversation?.id) return;
    this.reply = undefined;
    this.edit = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('conversation') as OpenConversation | undefined;
    if (this.conversation && changed.has('conversation') && before?.id !== this.conversation.id) void this.#begin();
  }

  /** Whoever came by the mouse can write at once; the keyboard stays where it is, and no screen keyboard opens by itself. */
  async #begin(): Promise<void> {
    const composer = this.renderRoot.querySelector<Composer>('offhook-composer');
    await composer?.updateComplete;
    const byKeys = deepActive()?.matches(':focus-visible') ?? false;
    if (!this.covered && !byKeys && matchMedia('(hover: hover)').matches) composer?.focus();
  }

  protected override render(): TemplateResult {
    const { conversation, person } = this;
    const head: ConversationHead | undefined = conversation ?? (person && { id: '', kind: 'direct', peer: person, people: [] });
    if (head === undefined) return html``;
    return html`${this.#head(head)} ${conversation ? this.#body(conversation) : nothing}
    ${
      head.kind === 'group'
        ? html`<offhook-new-group .people=${this.people} .group=${head} .me=${this.me.address}></offhook-new-group>`
        : nothing
    }
    ${
      this.dropping
        ? html`<div class="drop" aria-hidden="true">
            ${icon(Paperclip)}${t.conversations.dropFiles(inSentence(titleOf(head)))}
          </div>`
        : nothing
    }`;
  }

  #head(head: ConversationHead): TemplateResult {
    const title = titleOf(head);
    const entries = this.#menu(head);
    return html`<header>
      ${iconButton({
        icon: ChevronLeft,
        label: t.general.back,
        class: 'back',
        onClick: () => this.send({ type: 'go', to: { section: this.section } }),
      })}
      ${conversationPicture(head, this.person?.presence)}
      <div class="lines">
        <h1 class="cut"><bdi>${title}</bdi></h1>
        <p class="cut quiet">${this.#status(head)}</p>
      </div>
      ${head.peer ? this.#ways(head.peer) : nothing}
      ${
        entries.length === 0
          ? nothing
          : html`<offhook-menu label=${title} .entries=${entries}>
              ${iconButton({ icon: Ellipsis, label: t.general.more, onClick: () => undefined })}
            </offhook-menu>`
      }
    </header>`;
  }

  async #editGroup(): Promise<void> {
    need('offhook-new-group');
    await customElements.whenDefined('offhook-new-group');
    await this.renderRoot.querySelector<NewGroup>('offhook-new-group')?.open();
  }

  #status(head: ConversationHead): string {
    if (head.peer === undefined) return peopleText(head, this.me.address);
    if (this.call) return isMine(this.call) ? t.calls.inCallWithYou : t.calls.callsYou;
    const { person } = this;
    if (person === undefined) return '';
    if (this.#isBlocked(person)) return t.people.blockedHere;
    const said = statusLine(person.status, Date.now());
    if (said !== '') return `${t.general.presence[person.presence]} · ${said}`;
    return person.seenAt === undefined ? t.general.reach[person.presence] : underName(person, Date.now());
  }

  #isBlocked({ address }: Person): boolean {
    return this.own?.blocked.some((other) => other.address === address) ?? false;
  }

  #ways({ name, address }: Person): TemplateResult {
    const { call } = this;
    if (call && isMine(call)) {
      const show = (): void => this.send({ type: 'show-call', call: call.id, full: true });
      return html`${this.#way(t.calls.showCall, Maximize2, show)}`;
    }
    const make = (video: boolean) => () => this.send({ type: 'call', to: { name, address }, video });
    return html`${this.#way(t.calls.call, Phone, make(false))} ${this.#way(t.calls.videoCall, Video, make(true))}`;
  }

  #way(label: string, icon: IconNode, onClick: () => void): TemplateResult {
    return iconButton({ icon, label, part: 'call-button', class: 'way', onClick });
  }

  #menu(head: ConversationHead): readonly MenuEntry[] {
    if (head.kind === 'group' && this.conversation?.isIn)
      return [
        { kind: 'item', label: t.conversations.editGroup, icon: Pencil, select: () => void this.#editGroup() },
        { kind: 'item', label: t.conversations.leaveGroup, icon: LogOut, select: () => this.send({ type: 'leave-group' }) },
      ];
    const { person } = this;
    return [...(person === undefined ? [] : this.#relation(person)), ...this.#takeOff()];
  }

  /** What this person is to one. */
  #relation({ address, name }: Person): readonly MenuEntry[] {
    if (this.own === undefined || address === this.me.address) return [];
    const person = { address, name };
    const isStarred = this.own.contacts.some((contact) => contact.address === address && contact.starred);
    const isBlocked = this.#isBlocked(person);
    return [
      {
        kind: 'item',
        label: isStarred ? t.people.removeFavourite : t.people.addFavourite,
        icon: isStarred ? StarOff : Star,
        select: () => this.send({ type: 'star', person, on: !isStarred }),
      },
      {
        kind: 'item',
        label: isBlocked ? t.people.unblock : t.people.block,
        icon: UserX,
        select: () => this.send({ type: 'block', person, on: !isBlocked }),
      },
    ];
  }

  #takeOff(): readonly MenuEntry[] {
    const { person } = this;
    // Whoever signed in once would stand in the list of people for ever.
    if (!person || !this.listed || this.call || person.presence !== 'offline') return [];
    const { address, name } = person;
    const select = (): void => this.send({ type: 'unlist', person: { address, name } });
    return [{ kind: 'item', label: t.people.takeOff, icon: UserMinus, select }];
  }

  #body(conversation: OpenConversation): TemplateResult {
    const { entries, typing, sending, isIn } = conversation;
    return html`<div class="middle">
        ${entries?.length === 0 ? this.#empty(conversation) : nothing}
        ${keyed(
          conversation.id,
          html`<offhook-messages
            .conversation=${conversation}
            .me=${this.me.address}
            .covered=${this.covered}
            @offhook-compose=${this.#compose}
          ></offhook-messages>`,
        )}
      </div>
      <p class="typing cut" role="status">
        ${
          sending.length > 0
            ? sending.map(({ name, part }) => t.conversations.sendingFile(inSentence(name), percent(part))).join(', ')
            : typingText(typing)
        }
      </p>
      ${isIn ? this.#composer(conversation) : html`<p class="empty">${t.conversations.notInGroup}</p>`}`;
  }

  #composer({ id, peer }: OpenConversation): TemplateResult {
    return html`<offhook-composer
      .place=${`${this.me.address} ${id}`}
      .peer=${peer}
      .reply=${this.reply}
      .edit=${this.edit}
      @offhook-composed=${this.#composed}
    ></offhook-composer>`;
  }

  #empty(head: ConversationHead): TemplateResult {
    const text =
      head.kind === 'direct' ? t.conversations.nothingSaidTo(inSentence(titleOf(head))) : t.conversations.nothingSaidHere;
    return html`<p class="empty">${text}</p>`;
  }

  readonly #onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    // Also where nothing can be sent: the browser would leave the page for the file.
    event.preventDefault();
    const can = this.conversation?.isIn === true;
    event.dataTransfer.dropEffect = can ? 'copy' : 'none';
    this.dropping = can;
  };

  readonly #onDragLeave = (event: DragEvent): void => {
    // From one element of it to another is no leaving.
    if (!(event.relatedTarget instanceof Node) || !this.contains(event.relatedTarget)) this.dropping = false;
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.dropping = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    if (this.conversation?.isIn) this.send({ type: 'send-files', files });
  };

  readonly #compose = ({ detail }: CustomEvent<ComposeWith>): void => {
    this.reply = 'reply' in detail ? detail.reply : undefined;
    this.edit = 'edit' in detail ? detail.edit : undefined;
  };

  readonly #composed = (): void => {
    this.reply = undefined;
    this.edit = undefined;
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    pictureStyles,
    drop,
    css`
      :host {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        min-block-size: 0;
        position: relative;
        --avatar-ground: var(--surface);
      }
      header {
        flex: none;
        display: flex;
        align-items: center;
        gap: 4px;
        min-block-size: 64px;
        padding: 8px 12px 8px 20px;
        background: var(--surface);
        border-block-end: 1px solid var(--line);
      }
      .back {
        display: none;
      }
      .lines {
        flex: 1;
        min-inline-size: 0;
        padding-inline: 8px;
      }
      h1 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
        line-height: 1.3;
      }
      header p {
        min-block-size: 1.4em;
        font-size: var(--size-s);
      }
      .way {
        color: var(--accent-text);
      }
      .middle {
        flex: 1;
        min-block-size: 0;
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }
      .middle > * {
        grid-area: 1 / 1;
      }
      .empty {
        place-self: center;
        max-inline-size: 36ch;
        padding: 24px;
        color: var(--quiet);
        text-align: center;
        text-wrap: balance;
        overflow-wrap: anywhere;
      }
      .typing {
        flex: none;
        inline-size: min(100%, 800px);
        margin-inline: auto;
        min-block-size: 22px;
        padding-inline: 32px;
        font-size: var(--size-s);
        color: var(--quiet);
      }
      @container (width < 720px) {
        header {
          padding-inline: 4px;
        }
        .back {
          display: inline-grid;
        }
        .typing {
          padding-inline: 20px;
        }
      }
    `,
  ];
}
customElements.define('offhook-conversation', ConversationPage);
