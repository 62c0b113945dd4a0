import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ArrowDown, Ellipsis, Pencil, Phone, PhoneMissed, Reply, Trash2, Video } from 'lucide';
import type { Outgoing } from '@offhook/client/conversations';
import type { Address, CallEntry, MeetingEntry, MessageEntry, VoicemailEntry } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { v } from '../texts/voicemail.ts';
import { itemsOf, seenOf } from '../view/conversation.ts';
import type { Item, MessageItem } from '../view/conversation.ts';
import { callText, changeText, meetingText, isMissedBy, unsentText } from '../view/conversation-texts.ts';
import type { OpenConversation } from '../view/conversations-state.ts';
import { inSentence } from '../view/names.ts';
import { timeOfDay } from '../view/time.ts';
import { buttons } from '../styles/base.ts';
import { messages } from '../styles/messages.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import { attachments, messageText, quote, reactions } from './message.ts';
import { Roving } from './roving.ts';
import { voicemailEntry, voicemailStyles } from './voicemail-entry.ts';
import './menu.ts';
import type { MenuEntry } from './menu.ts';

/** What the composer is asked to do with a message. */
export type ComposeWith = { readonly reply: MessageEntry } | { readonly edit: MessageEntry };
const composeEvent = 'offhook-compose';

declare global {
  interface HTMLElementEventMap {
    [composeEvent]: CustomEvent<ComposeWith>;
  }
}

const emoji = [
  ['👍', 'good'],
  ['❤️', 'love'],
  ['😂', 'funny'],
  ['🎉', 'hooray'],
] as const;

/** From here on the end counts as seen. */
const nearPx = 80;

/**
 * What was said, newest at the bottom. It grows from the bottom up (`column-reverse`), so that it stays at its end, and earlier
 * entries that come do not move what one reads.
 */
export class Messages extends PhoneElement {
  static override properties = {
    conversation: { attribute: false },
    me: {},
    covered: { type: Boolean },
    blocked: { type: Boolean },
    deleting: { state: true },
    away: { state: true },
  };
  declare conversation: OpenConversation;
  declare me: Address;
  /** Something lies over it: nobody reads it now. */
  declare covered: boolean;
  /** The other one cannot be called before one hears of them again. */
  declare blocked: boolean;
  declare deleting: number | undefined;
  /** One has scrolled up to what was said before. */
  declare away: boolean;
  readonly #roving = new Roving(this);
  #seen: number | undefined;
  #asked: string | undefined;
  #askedLater: string | undefined;
  #hasShown = false;
  #sought: OpenConversation['sought'];
  /** The last message, and where it stood, before more came behind it. */
  #kept: { readonly element: Element; readonly top: number } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#look);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#look);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('conversation') as OpenConversation | undefined;
    const last = before?.hasLater ? [...this.renderRoot.querySelectorAll('[data-position]')].at(-1) : undefined;
    this.#kept = last && { element: last, top: last.getBoundingClientRect().top };
  }

  protected override updated(): void {
    if (this.conversation.entries === undefined) return;
    const { sought } = this.conversation;
    if (sought !== undefined && sought !== this.#sought) this.#show(sought.position);
    else if (!this.#hasShown) this.renderRoot.querySelector('.new')?.scrollIntoView({ block: 'nearest' });
    else this.#keepPlace();
    this.#sought = sought;
    this.#hasShown = true;
    this.#look();
  }

  protected override render(): TemplateResult {
    const { conversation, me } = this;
    const items = itemsOf(conversation, me, Date.now());
    const seen = seenOf(conversation, me);
    // The newest is the first stop of the Tab key.
    const rows = items
      .filter(hasMenu)
      .map(({ key }) => key)
      .toReversed();
    return html`<div
        class="scroll"
        role="log"
        aria-label=${t.conversations.messages}
        tabindex="0"
        @scroll=${this.#onScroll}
        @keydown=${this.#onKey}
      >
        <div>
          ${
            conversation.hasEarlier
              ? html`<button type="button" class="button earlier" @click=${this.#earlier}>${t.conversations.earlier}</button>`
              : nothing
          }
          <ol>
            ${repeat(
              items,
              ({ key }) => key,
              (item) => this.#item(item, rows, seen),
            )}
          </ol>
          ${
            conversation.hasLater
              ? html`<button type="button" class="button later" @click=${() => this.send({ type: 'later' })}>
                  ${t.conversations.later}
                </button>`
              : nothing
          }
        </div>
      </div>
      ${
        this.away || conversation.hasLater
          ? iconButton({
              icon: ArrowDown,
              label: t.conversations.newest,
              class: 'newest',
              onClick: () => this.#toNewest(),
            })
          : nothing
      }`;
  }

  #item(item: Item, rows: readonly string[], seen: string | undefined): TemplateResult {
    switch (item.kind) {
      case 'day':
        return html`<li class="line day">${item.title}</li>`;
      case 'new':
        return html`<li class="line new"><span>${t.conversations.newMark}</span></li>`;
      case 'change':
        return html`<li class="line">${changeText(item.entry, this.me)}</li>`;
      case 'meeting':
        return this.#meeting(item.entry);
      case 'call':
        return this.#call(item.entry);
      case 'voicemail':
        return this.#voicemail(item.entry);
      case 'outgoing':
        return this.#outgoing(item.entry);
      case 'message':
        return this.#message(item, rows, item.key === seen);
    }
  }

  /** A meeting of those who are here, with the way into it while it is not over. */
  #meeting(entry: MeetingEntry): TemplateResult {
    const join = (): void => this.send({ type: 'go', to: { section: 'meetings', meeting: entry.meeting } });
    return html`<li class="line">
      ${icon(Video)}${meetingText(entry)}
      ${
        entry.endedAt === undefined
          ? html`<button type="button" class="button" @click=${join}>${t.calls.joinMeeting}</button>`
          : nothing
      }
    </li>`;
  }

  #voicemail(entry: VoicemailEntry): TemplateResult {
    const { id, position } = entry;
    return voicemailEntry(entry, this.me, this.conversation.addresses, {
      heard: () => this.send({ type: 'seen', heard: id }),
      remove: () => void (this.deleting = position),
      sure: this.deleting === position ? this.#sure(position, id) : nothing,
    });
  }

  #message(item: MessageItem, rows: readonly string[], isSeen: boolean): TemplateResult {
    const { entry, mine, follows, replied } = item;
    const { text, files = [], deletedAt, editedAt, position } = entry;
    const isDeleted = deletedAt !== undefined;
    const named = !mine && !follows && this.conversation.kind !== 'direct';
    return html`<li
      class="message ${mine ? 'mine' : ''} ${follows ? 'follows' : ''} ${this.conversation.sought?.position === position ? 'sought' : ''}"
      data-position=${position}
    >
      <div class="bubble">
        ${named ? html`<bdi class="who cut">${entry.from.name}</bdi>` : html`<span class="sr">${mine ? t.general.you : entry.from.name}:</span>`}
        ${entry.reply === undefined || isDeleted ? nothing : quote(replied, () => this.#show(entry.reply))}
        ${isDeleted ? html`<p class="quiet">${t.conversations.deleted}</p>` : html`${attachments(files, this.conversation.addresses)}${messageText(text)}`}
        <span class="meta number">
          ${editedAt === undefined || isDeleted ? nothing : html`<span>${t.conversations.edited}</span>`}
          <time datetime=${new Date(entry.at).toISOString()}>${timeOfDay(entry.at)}</time>
          ${isSeen ? html`<span class="seen">${t.conversations.seen}</span>` : nothing}
        </span>
        ${this.deleting === position ? this.#sure(position) : nothing}
        ${reactions(entry, this.me, (value, on) => this.send({ type: 'react', position, value, on }))}
      </div>
      ${hasMenu(item) ? this.#menu(item, rows) : nothing}
    </li>`;
  }

  #menu({ key, entry, mine }: MessageItem, rows: readonly string[]): TemplateResult {
    const { position } = entry;
    const reacted = (value: string): boolean =>
      entry.reactions.some((reaction) => reaction.value === value && reaction.by.includes(this.me));
    const own: readonly MenuEntry[] = [
      {
        kind: 'item',
        label: t.conversations.edit,
        icon: Pencil,
        disabled: entry.text === '',
        select: () => this.#compose({ edit: entry }),
      },
      { kind: 'item', label: t.conversations.delete, icon: Trash2, select: () => void (this.deleting = position) },
    ];
    const entries: readonly MenuEntry[] = [
      { kind: 'item', label: t.conversations.reply, icon: Reply, select: () => this.#compose({ reply: entry }) },
      ...(mine ? own : []),
      { kind: 'heading', label: t.conversations.react },
      ...emoji.map(([value, word]): MenuEntry => ({
        kind: 'item',
        label: `${value} ${t.conversations.emoji[word]}`,
        select: () => this.send({ type: 'react', position, value, on: !reacted(value) }),
      })),
    ];
    return html`<offhook-menu label=${t.conversations.menu} .entries=${entries}>
      <button
        type="button"
        class="icon-button what"
        data-row=${key}
        tabindex=${this.#roving.tabIndex(key, rows)}
        aria-label=${mine ? t.conversations.moreMine : t.conversations.moreOf(inSentence(entry.from.name))}
      >
        ${icon(Ellipsis)}
      </button>
    </offhook-menu>`;
  }

  /** `voicemail`: what was left there, instead of a message of one's own. */
  #sure(position: number, voicemail?: string): TemplateResult {
    const end = (isDeleted: boolean) => () => {
      this.deleting = undefined;
      if (isDeleted) this.send({ type: 'delete', position, voicemail });
    };
    return html`<div class="sure" role="group" aria-label=${voicemail === undefined ? t.conversations.deleteMessage : v.delete}>
      <button type="button" class="button danger" @click=${end(true)}>${t.conversations.deleteForAll}</button>
      <button type="button" class="button" @click=${end(false)}>${t.conversations.keep}</button>
    </div>`;
  }

  #outgoing(entry: Outgoing): TemplateResult {
    const { text, files = [], state, at } = entry;
    return html`<li class="message mine outgoing">
      <div class="bubble">
        ${attachments(files, this.conversation.addresses)}${messageText(text)}
        <span class="meta number">
          ${
            state === 'sending'
              ? html`<span>${t.conversations.sending}</span
                  ><time datetime=${new Date(at).toISOString()}>${timeOfDay(at)}</time>`
              : html`<span class="failed">${unsentText(entry.error?.code)}</span>`
          }
        </span>
        ${
          state === 'sending'
            ? nothing
            : html`<div class="sure">
                <button type="button" class="button" @click=${() => this.send({ type: 'retry', outgoing: entry })}>
                  ${t.general.tryAgain}
                </button>
                <button type="button" class="button" @click=${() => this.send({ type: 'discard', outgoing: entry })}>
                  ${t.conversations.discard}
                </button>
              </div>`
        }
      </div>
    </li>`;
  }

  #call(entry: CallEntry): TemplateResult {
    const { peer } = this.conversation;
    const missed = isMissedBy(entry, this.me);
    const { video } = entry.media;
    const again = entry.from.address === this.me ? t.calls.callAgain : t.calls.callBack;
    return html`<li class="line call ${missed ? 'missed' : ''}">
      ${icon(missed ? PhoneMissed : video ? Video : Phone)}
      <span class="number">${callText(entry, this.me)} · ${timeOfDay(entry.at)}</span>
      ${
        peer === undefined || this.blocked
          ? nothing
          : html`<button type="button" class="button" @click=${() => this.send({ type: 'call', to: peer, video })}>
              ${again}
            </button>`
      }
    </li>`;
  }

  #compose(detail: ComposeWith): void {
    this.dispatchEvent(new CustomEvent(composeEvent, { detail }));
  }

  #show(position: number | undefined): void {
    this.renderRoot.querySelector(`[data-position="${position}"]`)?.scrollIntoView({ block: 'center' });
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.scroll');
  }

  /** What comes behind the last message grows upwards from the bottom: what one reads stays where it is. */
  #keepPlace(): void {
    if (this.#kept === undefined || !this.#kept.element.isConnected) return;
    this.#scroller?.scrollBy(0, this.#kept.element.getBoundingClientRect().top - this.#kept.top);
  }

  #toNewest(): void {
    if (this.conversation.hasLater) this.send({ type: 'newest' });
    this.#scroller?.scrollTo(0, 0);
  }

  readonly #earlier = (): void => this.send({ type: 'earlier' });

  readonly #onKey = (event: KeyboardEvent): void => {
    // Arrows in a menu are its own; on the whole they scroll.
    if (!event.defaultPrevented && event.target !== this.#scroller) this.#roving.onKey(event);
  };

  readonly #onScroll = (): void => {
    const scroller = this.#scroller;
    if (scroller === null) return;
    // Measured from the bottom, upwards.
    const above = scroller.scrollHeight - scroller.clientHeight + scroller.scrollTop;
    this.away = scroller.scrollTop < -scroller.clientHeight;
    if (this.conversation.hasEarlier && above < 2 * scroller.clientHeight) this.#earlierOnce();
    if (this.conversation.hasLater && scroller.scrollTop > -nearPx) this.#laterOnce();
    this.#look();
  };

  #laterOnce(): void {
    const last = this.conversation.entries?.at(-1)?.id;
    if (last === this.#askedLater) return;
    this.#askedLater = last;
    this.send({ type: 'later' });
  }

  /** Scrolling tells often; the next page is asked for when this one has come. */
  #earlierOnce(): void {
    const first = this.conversation.entries?.[0]?.id;
    if (first === this.#asked) return;
    this.#asked = first;
    this.#earlier();
  }

  /** Tells once that everything up to the last entry is before somebody's eyes. */
  readonly #look = (): void => {
    const last = this.conversation.entries?.findLast((entry) => entry.kind !== 'outgoing')?.position;
    const isAtEnd = !this.conversation.hasLater && (this.#scroller?.scrollTop ?? 0) > -nearPx;
    if (last === undefined || last === this.#seen || this.covered || document.hidden || !isAtEnd) return;
    this.#seen = last;
    this.send({ type: 'seen' });
  };

  static override styles = [...PhoneElement.styles, buttons, messages, voicemailStyles];
}
customElements.define('offhook-messages', Messages);

/** There is something to do with it. */
function hasMenu(item: Item): boolean {
  return item.kind === 'message' && item.entry.deletedAt === undefined;
}
