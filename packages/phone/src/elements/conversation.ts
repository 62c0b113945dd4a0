import { html, nothing } from 'lit';
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
  SlidersHorizontal,
  UserCheck,
  Video,
} from 'lucide';
import type { IconNode } from 'lucide';
import { isNumber } from '@offhook/core';
import type { MessageEntry, Person, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { Command } from '../view/commands.ts';
import { peopleText, titleOf, typingText } from '../view/conversation-texts.ts';
import type { ConversationHead, OpenConversation } from '../view/conversations-state.ts';
import { briefly, inSentence } from '../view/names.ts';
import { isMine } from '../view/state.ts';
import { doesText, statusLine } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { CallState, PeopleState, Section } from '../view/state.ts';
import type { MediaState } from '../view/media.ts';
import { percent } from '../view/formats.ts';
import { buttons } from '../styles/base.ts';
import { conversation } from '../styles/conversation.ts';
import { drop } from '../styles/drop.ts';
import { conversationPicture, pictureStyles } from './conversation-picture.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import type { DeviceDialog } from './device-dialog.ts';
import type { NewGroup } from './new-group.ts';
import type { ComposeWith } from './messages.ts';
import './composer.ts';
import type { Composer } from './composer.ts';
import { draftKey } from './drafts.ts';
import { deepActive } from './focus.ts';
import './messages.ts';
import './menu.ts';
import type { MenuEntry } from './menu.ts';
import { isBlocked, relationEntries, takeOffEntries } from './person-menu.ts';

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
    bare: { type: Boolean },
    people: { attribute: false },
    media: { attribute: false },
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
  /** It stands beside something that says with whom it is. */
  declare bare: boolean;
  /** Who may be taken into a group. */
  declare people: PeopleState;
  declare media: MediaState | undefined;
  /** Files are held over it. */
  declare dropping: boolean;
  declare reply?: MessageEntry | undefined;
  declare edit?: MessageEntry | undefined;
  /** The button that hears of somebody again has given its place to the field. */
  #writes = false;

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
    if (!this.#writes || this.#isOut) return;
    this.#writes = false;
    void this.#composerIn().then((composer) => composer?.focus());
  }

  /** Whoever came by the mouse can write at once; the keyboard stays where it is, and no screen keyboard opens by itself. */
  async #begin(): Promise<void> {
    const composer = await this.#composerIn();
    const byKeys = deepActive()?.matches(':focus-visible') ?? false;
    if (!this.covered && !byKeys && matchMedia('(hover: hover)').matches) composer?.focus();
  }

  /** Once it is drawn. */
  async #composerIn(): Promise<Composer | null> {
    const composer = this.renderRoot.querySelector<Composer>('offhook-composer');
    await composer?.updateComplete;
    return composer;
  }

  protected override render(): TemplateResult {
    const { conversation, person } = this;
    const head: ConversationHead | undefined = conversation ?? (person && { id: '', kind: 'direct', peer: person, people: [] });
    if (head === undefined) return html``;
    return html`${this.bare ? nothing : this.#head(head)} ${conversation ? this.#body(conversation) : nothing}
    ${
      head.kind === 'group'
        ? html`<offhook-new-group .people=${this.people} .group=${head} .me=${this.me.address}></offhook-new-group>`
        : nothing
    }
    ${head.peer ? html`<offhook-device-dialog .media=${this.media}></offhook-device-dialog>` : nothing}
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
    const said = this.#said(head);
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
        <p class="cut quiet">${this.#status(head)}${said === '' ? nothing : html`<span class="beside"> · ${said}</span>`}</p>
      </div>
      ${head.peer ? this.#ways(head.peer) : this.conversation?.isIn ? this.#meet(head.id) : nothing}
      ${
        entries.length === 0
          ? nothing
          : html`<offhook-menu label=${title} .entries=${entries}>
              ${iconButton({ icon: Ellipsis, label: t.general.more, onClick: () => undefined })}
            </offhook-menu>`
      }
      ${said === '' ? nothing : html`<p class="said quiet">${said}</p>`}
    </header>`;
  }

  async #editGroup(): Promise<void> {
    need('offhook-new-group');
    await customElements.whenDefined('offhook-new-group');
    await this.renderRoot.querySelector<NewGroup>('offhook-new-group')?.open();
  }

  async #chooseDevices(): Promise<void> {
    need('offhook-device-dialog');
    await customElements.whenDefined('offhook-device-dialog');
    await this.renderRoot.querySelector<DeviceDialog>('offhook-device-dialog')?.open();
  }

  /** What they say of themselves, where nothing else is more important. */
  #said(head: ConversationHead): string {
    const { person } = this;
    if (head.peer === undefined || person === undefined || this.call || isBlocked(person, this.own)) return '';
    return inSentence(statusLine(person.status, Date.now()));
  }

  #status(head: ConversationHead): string {
    if (head.peer === undefined) return peopleText(head, this.me.address);
    if (this.call) return isMine(this.call) ? t.calls.inCallWithYou : t.calls.callsYou;
    const { person } = this;
    if (person === undefined) return '';
    if (isBlocked(person, this.own)) return t.people.blockedHere;
    if (isNumber(person.address)) return doesText(person, Date.now());
    const isMore = person.seenAt !== undefined || person.quietUntil !== undefined || this.#said(head) !== '';
    return isMore ? doesText(person, Date.now()) : t.general.reach[person.presence];
  }

  /** One has blocked whoever it is with. */
  get #isOut(): boolean {
    return this.person !== undefined && isBlocked(this.person, this.own);
  }

  #ways({ name, address }: Person): TemplateResult | typeof nothing {
    const { call } = this;
    if (this.#isOut && !(call && isMine(call))) return nothing;
    if (call && isMine(call)) {
      const show = (): void => this.send({ type: 'show-call', call: call.id, full: true });
      return html`${this.#way(t.calls.showCall, Maximize2, show)}`;
    }
    const make = (video: boolean) => () => this.send({ type: 'call', to: { name, address }, video });
    const video = isNumber(address) ? nothing : this.#way(t.calls.videoCall, Video, make(true));
    return html`${this.#way(t.calls.call, Phone, make(false))} ${video}`;
  }

  /** Everybody who is in it finds the meeting there. */
  #meet(conversation: string): TemplateResult {
    return this.#way(t.conversations.meet, Video, () => this.send({ type: 'meeting', what: { act: 'start', conversation } }));
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
    const { person, own, me } = this;
    const send = (command: Command): void => this.send(command);
    const devices: MenuEntry = {
      kind: 'item',
      label: t.media.title,
      icon: SlidersHorizontal,
      select: () => void this.#chooseDevices(),
    };
    const entries = head.peer !== undefined && this.media !== undefined ? [devices] : [];
    if (person === undefined) return entries;
    const isListed = this.listed && this.call === undefined;
    return [...entries, ...relationEntries(person, own, me.address, send), ...(isListed ? takeOffEntries(person, send) : [])];
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
            .blocked=${this.#isOut}
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

  #unblock({ name, address }: Person): TemplateResult {
    const unblock = (): void => {
      this.#writes = true;
      this.send({ type: 'block', person: { name, address }, on: false });
    };
    return html`<div class="blocked">
      <p>${t.people.unblockFirst(briefly(name))}</p>
      <button type="button" class="button" @click=${unblock}>${icon(UserCheck)}${t.people.unblock}</button>
    </div>`;
  }

  #composer({ id, peer }: OpenConversation): TemplateResult {
    if (peer && this.#isOut) return this.#unblock(peer);
    // Nobody reads there.
    if (peer && isNumber(peer.address)) return html``;
    return html`<offhook-composer
      .place=${draftKey(this.me.address, id)}
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
    const can = this.conversation?.isIn === true && !this.#isOut;
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
    if (this.conversation?.isIn && !this.#isOut) this.renderRoot.querySelector<Composer>('offhook-composer')?.attach(files);
  };

  readonly #compose = ({ detail }: CustomEvent<ComposeWith>): void => {
    this.reply = 'reply' in detail ? detail.reply : undefined;
    this.edit = 'edit' in detail ? detail.edit : undefined;
  };

  readonly #composed = (): void => {
    this.reply = undefined;
    this.edit = undefined;
  };

  static override styles = [...PhoneElement.styles, buttons, pictureStyles, drop, conversation];
}
customElements.define('offhook-conversation', ConversationPage);
