import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ChevronDown, ChevronLeft, ChevronRight, LayoutGrid, MessageCircle, UserRound, Users, X } from 'lucide';
import type { Person } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import { countText } from '../view/formats.ts';
import type { MediaState } from '../view/media.ts';
import type { MeetingAction, MeetingPanel, MeetingState } from '../view/meeting.ts';
import { meetingTitle } from '../view/meeting-texts.ts';
import { largeTile, pagesOf, stripTiles, tileGap, tileSize, tilesOf, tilesPerPage } from '../view/meeting-tiles.ts';
import type { Size, Tile } from '../view/meeting-tiles.ts';
import type { OpenConversation } from '../view/conversations-state.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { room } from '../styles/meeting.ts';
import { PhoneElement } from './element.ts';
import { iconButton } from './icon-button.ts';
import { need } from './lazy.ts';
import './clock.ts';
import './copy-link.ts';
import './meeting-chips.ts';
import './meeting-controls.ts';
import './meeting-people.ts';
import './meeting-tile.ts';
import './self-view.ts';

/** Beside what stands large; below it, where it is narrow. */
const strip = { beside: { width: 208, height: 117 }, below: { width: 112, height: 84 } } as const;
/** Below the tiles, where there are more than fit. */
const pagerHeight = 48;
/** Pictures are sent in this shape, and cut to the tile. */
const pictureShape = 16 / 9;

/** The room of a meeting over the whole window: tiles, controls, and what stands beside them. */
export class MeetingRoom extends PhoneElement {
  static override properties = {
    meeting: { attribute: false },
    me: { attribute: false },
    media: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    conversation: { attribute: false },
    room: { state: true },
    page: { state: true },
  };
  declare meeting: MeetingState;
  declare me: Person;
  declare media: MediaState | undefined;
  /** Who can be rung. */
  declare people: PeopleState;
  declare own: OwnState | undefined;
  /** What is written beside it. */
  declare conversation: OpenConversation | undefined;
  /** For the tiles. */
  declare room: Size;
  declare page: number;
  /** What was said last of how large tiles are seen. */
  #looked = '';
  readonly #watch = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    const { width, height } = entry.contentRect;
    if (width !== this.room.width || height !== this.room.height) this.room = { width, height };
  });

  constructor() {
    super();
    this.room = { width: 0, height: 0 };
    this.page = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  protected override firstUpdated(): void {
    const room = this.renderRoot.querySelector('.room');
    if (room) this.#watch.observe(room);
    this.renderRoot.querySelector<HTMLElement>('.stage')?.focus();
  }

  protected override willUpdate(): void {
    if (this.meeting.panel === 'chat') need('offhook-conversation');
    if (this.meeting.panel === 'devices') need('offhook-media-settings');
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('meeting') as MeetingState | undefined;
    if (before?.panel !== undefined && this.meeting.panel === undefined)
      this.renderRoot.querySelector<HTMLElement>('.stage')?.focus();
  }

  protected override render(): TemplateResult {
    const { meeting } = this;
    const title = meetingTitle(meeting);
    const { stage, panel } = meeting;
    return html`<main class="stage" part="stage" tabindex="-1" aria-label=${m.room(title)} @keydown=${this.#onKey}>
      <header>
        ${iconButton({
          icon: ChevronDown,
          label: m.makeSmall,
          keys: 'close',
          onClick: () => this.send({ type: 'go', to: { section: 'meetings' } }),
        })}
        <div class="title">
          <h1 class="cut"><bdi>${title}</bdi></h1>
          ${stage.kind === 'in' ? html`<offhook-clock .since=${stage.since}></offhook-clock>` : nothing}
        </div>
        ${this.#ways()}
      </header>
      <div class="room">
        ${this.#picture()}
        <offhook-meeting-chips class="chips" .meeting=${meeting}></offhook-meeting-chips>
      </div>
      ${panel ? this.#panel(panel) : nothing}
      <footer>
        <offhook-meeting-controls
          exportparts="microphone, camera, screen, hand, more, leave"
          .meeting=${meeting}
        ></offhook-meeting-controls>
      </footer>
    </main>`;
  }

  #ways(): TemplateResult {
    const { layout, people, knocks, panel, chat } = this.meeting;
    const turn = (name: MeetingPanel) => () => this.#do({ act: 'panel', panel: panel === name ? undefined : name });
    const count = knocks.length > 0 ? knocks.length : people.length;
    return html`${iconButton({
        icon: layout === 'grid' ? UserRound : LayoutGrid,
        label: layout === 'grid' ? m.layoutSpeaker : m.layoutGrid,
        class: 'layout',
        onClick: () => this.#do({ act: 'layout', layout: layout === 'grid' ? 'speaker' : 'grid' }),
      })}
      <span class="counted">
        ${iconButton({
          icon: Users,
          label: knocks.length > 0 ? m.knocksMany(knocks.length) : m.whoIsHereCount(people.length),
          pressed: panel === 'people',
          onClick: turn('people'),
        })}
        <span class="count number ${knocks.length > 0 ? 'loud' : ''}" aria-hidden="true">${countText(count)}</span>
      </span>
      ${
        chat === undefined
          ? nothing
          : html`<span class="counted">
              ${iconButton({ icon: MessageCircle, label: m.chat, pressed: panel === 'chat', onClick: turn('chat') })}
              ${
                this.meeting.unread > 0
                  ? html`<span class="count number loud" aria-hidden="true">${countText(this.meeting.unread)}</span>`
                  : nothing
              }
            </span>`
      }`;
  }

  /** All tiles alike, or one large and the others in a strip. */
  #picture(): TemplateResult {
    const large = largeTile(this.meeting);
    return large === undefined ? this.#grid() : this.#withStrip(large);
  }

  #grid(): TemplateResult {
    const { meeting, room } = this;
    const [me, ...others] = meeting.people;
    // Two see each other as in a call: the other fills the room, oneself stands in a corner.
    const isPair = me !== undefined && others.length === 1;
    const tiles = tilesOf(isPair ? { people: others } : meeting);
    const isPaged = tilesPerPage(tiles.length, room) < tiles.length;
    const space = isPaged ? { ...room, height: room.height - pagerHeight } : room;
    const perPage = tilesPerPage(tiles.length, space);
    const pages = pagesOf(tiles, perPage, meeting.spoke);
    const at = Math.min(this.page, pages.length - 1);
    const shown = pages[at] ?? [];
    const size = isPair || tiles.length === 1 ? room : tileSize(Math.min(perPage, tiles.length), space);
    this.#show(new Map(shown.map((tile) => [tile, size])), size);
    return html`<div class="tiles grid ${isPaged ? 'paged' : ''}">${this.#all(shown, isPair || tiles.length === 1)}</div>
      ${isPair && me.picture ? html`<offhook-self-view .stream=${me.picture}></offhook-self-view>` : nothing}
      ${pages.length > 1 ? this.#turning(at, pages.length) : nothing} ${others.length === 0 ? this.#alone() : nothing}`;
  }

  #withStrip(large: Tile): TemplateResult {
    const { meeting, room } = this;
    const isBeside = room.width > room.height * 1.15;
    const size = isBeside ? strip.beside : strip.below;
    const [along, each] = isBeside ? [room.height, size.height] : [room.width, size.width];
    const rest = tilesOf(meeting).length - 1;
    const fits = Math.floor((along + tileGap) / (each + tileGap));
    const count = rest <= fits ? rest : Math.max(1, fits - 1);
    const tiles = stripTiles(meeting, large, count);
    const mainWidth = isBeside && rest > 0 ? room.width - size.width - tileGap : room.width;
    const mainHeight = !isBeside && rest > 0 ? room.height - size.height - tileGap : room.height;
    const sizes = new Map<Tile, Size>([[large, { width: mainWidth, height: mainHeight }]]);
    for (const tile of tiles) sizes.set(tile, size);
    this.#show(sizes, size);
    const hidden = rest - tiles.length;
    return html`<div class="tiles ${isBeside ? 'beside' : 'below'}">
      ${this.#all([large], true)}
      ${
        rest === 0
          ? nothing
          : html`<div class="strip">
              ${this.#all(tiles, false)}
              ${
                hidden > 0
                  ? html`<button type="button" class="rest" @click=${() => this.#do({ act: 'panel', panel: 'people' })}>
                      ${m.moreHere(hidden)}
                    </button>`
                  : nothing
              }
            </div>`
      }
    </div>`;
  }

  #all(tiles: readonly Tile[], isLarge: boolean): unknown {
    const { speaker, pinned } = this.meeting;
    return repeat(
      tiles,
      ({ key }) => key,
      (tile) =>
        html`<offhook-meeting-tile
          .tile=${tile}
          ?speaking=${!tile.isScreen && tile.person.id === speaker && !tile.person.muted}
          ?pinned=${tile.key === pinned}
          ?large=${isLarge}
        ></offhook-meeting-tile>`,
    );
  }

  /** Tells how large each tile is seen, once that is another size. */
  #show(sizes: ReadonlyMap<Tile, Size>, size: Size): void {
    this.style.setProperty('--tile-width', `${size.width}px`);
    this.style.setProperty('--tile-height', `${size.height}px`);
    if (this.room.width === 0) return;
    const widths = new Map(
      Array.from(sizes, ([{ key, isScreen }, { width, height }]) => [
        key,
        Math.round(isScreen ? width : Math.max(width, height * pictureShape)),
      ]),
    );
    const looked = JSON.stringify([...widths]);
    if (looked === this.#looked) return;
    this.#looked = looked;
    // Not while it is drawn: it changes what is drawn.
    queueMicrotask(() => this.#do({ act: 'look', widths }));
  }

  #turning(at: number, of: number): TemplateResult {
    const turn = (by: number) => () => {
      this.page = at + by;
    };
    return html`<div class="pages">
      ${iconButton({ icon: ChevronLeft, label: m.previousPage, disabled: at === 0, onClick: turn(-1) })}
      <p class="number" role="status">${m.page(at + 1, of)}</p>
      ${iconButton({ icon: ChevronRight, label: m.nextPage, disabled: at === of - 1, onClick: turn(1) })}
    </div>`;
  }

  #alone(): TemplateResult {
    return html`<section class="alone">
      <h2>${m.aloneTitle}</h2>
      <p>${m.aloneHint}</p>
      <offhook-copy-link .url=${this.meeting.url} label=${m.link}></offhook-copy-link>
    </section>`;
  }

  #panel(panel: MeetingPanel): TemplateResult {
    const title = { people: m.whoIsHere, chat: m.chat, devices: t.media.title }[panel];
    return html`<section class="panel" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        ${iconButton({ icon: X, label: t.general.close, onClick: () => this.#do({ act: 'panel', panel: undefined }) })}
      </header>
      <div class="body ${panel}">${this.#inPanel(panel)}</div>
    </section>`;
  }

  #inPanel(panel: MeetingPanel): TemplateResult | typeof nothing {
    const { meeting, conversation, media } = this;
    switch (panel) {
      case 'people':
        return html`<offhook-meeting-people
          .meeting=${meeting}
          .people=${this.people}
          .own=${this.own}
        ></offhook-meeting-people>`;
      case 'chat':
        return html`<offhook-conversation
          .conversation=${conversation?.id === meeting.chat ? conversation : undefined}
          .me=${this.me}
          .people=${this.people}
          .own=${this.own}
          bare
          section="meetings"
        ></offhook-conversation>`;
      case 'devices':
        return media
          ? html`<offhook-media-settings .media=${media} live ?seen=${meeting.camera}></offhook-media-settings>`
          : nothing;
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || this.meeting.panel === undefined) return;
    event.preventDefault();
    this.#do({ act: 'panel', panel: undefined });
  };

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [...PhoneElement.styles, buttons, room];
}
customElements.define('offhook-meeting-room', MeetingRoom);
