import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { emojiTexts } from '../texts/emoji.ts';
import type { EmojiTexts } from '../texts/emoji.ts';
import { t } from '../texts/texts.ts';
import { emojiCalled, emojiGroups, emojiIn } from '../view/emoji.ts';
import type { Emoji, EmojiGroup } from '../view/emoji.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { deepActive } from './focus.ts';

/** An emoji was chosen: it stands in `detail`. */
export const emojiEvent = 'offhook-emoji-chosen';

const gap = 8;
const groups = Object.keys(emojiGroups) as EmojiGroup[];

/**
 * A grid of emoji to choose from, over the page: found by their names, walked through by the arrow keys. It closes itself.
 *
 * @fires offhook-emoji-chosen an emoji was chosen
 */
export class EmojiPicker extends PhoneElement {
  static override properties = { texts: { state: true }, query: { state: true }, at: { state: true } };
  declare texts: EmojiTexts | undefined;
  declare query: string;
  /** The one that is looked at. */
  declare at: string | undefined;
  #owner: HTMLElement | undefined;

  constructor() {
    super();
    this.query = '';
  }

  get isOpen(): boolean {
    return this.#owner !== undefined;
  }

  /**
   * Above `owner`, which has the focus again afterwards unless something is chosen. `from` had the focus when this was asked for:
   * whoever has gone on elsewhere while it was loaded is not interrupted.
   */
  async open(owner: HTMLElement, from: HTMLElement | undefined): Promise<void> {
    if (this.isOpen) return this.#hide();
    this.texts = await emojiTexts();
    if (this.isOpen || deepActive() !== from) return;
    this.#owner = owner;
    this.query = '';
    this.at = undefined;
    await this.updateComplete;
    const panel = this.#panel;
    if (panel === null) return;
    panel.showPopover();
    owner.setAttribute('aria-expanded', 'true');
    const [anchor, own] = [owner.getBoundingClientRect(), panel.getBoundingClientRect()];
    panel.style.left = `${Math.max(gap, Math.min(anchor.right - own.width, innerWidth - own.width - gap))}px`;
    panel.style.top = `${Math.max(gap, anchor.top - own.height - gap)}px`;
    // On a phone, the screen keyboard would take the room of what one came for.
    if (matchMedia('(hover: hover)').matches) this.#field?.focus();
    else panel.focus();
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector('.panel');
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  get #cells(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.grid button')];
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('query')) this.renderRoot.querySelector('.all')?.scrollTo(0, 0);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { texts, query } = this;
    if (texts === undefined) return nothing;
    const found = query.trim() === '' ? undefined : emojiCalled(query, texts.names);
    const all = found ?? groups.flatMap((group) => emojiIn(group, texts.names));
    const shown = all.find(({ emoji }) => emoji === this.at) ?? all[0];
    return html`<div
      class="panel"
      role="dialog"
      tabindex="-1"
      popover
      aria-label=${texts.title}
      @toggle=${this.#onToggle}
      @keydown=${this.#onKey}
      @focusin=${this.#onLook}
      @pointerover=${this.#onLook}
    >
      <input
        type="search"
        autocomplete="off"
        placeholder=${texts.search}
        aria-label=${texts.search}
        .value=${query}
        @input=${(event: InputEvent) => {
          this.query = (event.target as HTMLInputElement).value;
          this.at = undefined;
        }}
      />
      <div class="all">
        ${
          found === undefined
            ? groups.map((group) => this.#group(texts.groups[group], emojiIn(group, texts.names), shown))
            : this.#group(t.general.found(found.length), found, shown)
        }
        ${found?.length === 0 ? html`<p class="quiet">${texts.nothing(query.trim())}</p>` : nothing}
      </div>
      <p class="name" aria-hidden="true">${shown && html`<span>${shown.emoji}</span><span class="cut">${shown.name}</span>`}</p>
      <p class="sr" role="status">${found && t.general.found(found.length)}</p>
    </div>`;
  }

  #group(title: string, emoji: readonly Emoji[], shown: Emoji | undefined): TemplateResult | typeof nothing {
    if (emoji.length === 0) return nothing;
    return html`<div class="grid" role="group" aria-label=${title}>
      <h3 aria-hidden="true">${title}</h3>
      ${emoji.map(
        (one) =>
          html`<button
            type="button"
            aria-label=${one.name}
            data-emoji=${one.emoji}
            tabindex=${one.emoji === shown?.emoji ? 0 : -1}
            @click=${() => this.#choose(one.emoji)}
          >
            ${one.emoji}
          </button>`,
      )}
    </div>`;
  }

  #choose(emoji: string): void {
    this.#hide();
    this.dispatchEvent(new CustomEvent(emojiEvent, { detail: emoji }));
  }

  #hide(): void {
    this.#panel?.hidePopover();
  }

  readonly #onToggle = (event: ToggleEvent): void => {
    if (event.newState === 'open') return;
    this.#owner?.setAttribute('aria-expanded', 'false');
    this.#owner = undefined;
  };

  readonly #onLook = ({ target }: Event): void => {
    const emoji = (target as HTMLElement).closest<HTMLElement>('[data-emoji]')?.dataset['emoji'];
    if (emoji !== undefined) this.at = emoji;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const inField = event.target === this.#field;
    if (event.key === 'Escape') {
      // Nothing else is meant.
      event.preventDefault();
      event.stopPropagation();
      const owner = this.#owner;
      this.#hide();
      owner?.focus();
    } else if (event.key === 'Enter' && inField) {
      event.preventDefault();
      const [first] = this.#cells;
      const { emoji } = first?.dataset ?? {};
      if (this.query.trim() !== '' && emoji !== undefined) this.#choose(emoji);
    } else {
      const next = this.#next(event.key, inField);
      if (next === null) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    }
  };

  /** Where an arrow leads: left and right in reading order, up and down to what stands there. */
  #next(key: string, inField: boolean): HTMLElement | null {
    const cells = this.#cells;
    if (inField) return key === 'ArrowDown' ? (cells[0] ?? null) : null;
    const from = cells.find((cell) => cell.matches(':focus'));
    if (from === undefined) return key.startsWith('Arrow') ? (cells[0] ?? null) : null;
    const at = cells.indexOf(from);
    const onwards = this.matches(':dir(rtl)') ? 'ArrowLeft' : 'ArrowRight';
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        return cells[key === onwards ? at + 1 : Math.max(0, at - 1)] ?? null;
      case 'ArrowUp':
        return nearest(from, cells.slice(0, at).toReversed()) ?? this.#field;
      case 'ArrowDown':
        return nearest(from, cells.slice(at + 1));
      case 'Home':
        return cells[0] ?? null;
      case 'End':
        return cells.at(-1) ?? null;
      default:
        return null;
    }
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        display: contents;
        /* In colour, where a font for letters has some of them, too. */
        --emoji: 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', var(--font);
      }
      .panel {
        position: fixed;
        inset: auto;
        margin: 0;
        inline-size: min(376px, calc(100vw - 16px));
        padding: 10px;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      .panel:focus-visible {
        outline: none;
      }
      input {
        inline-size: 100%;
      }
      .all {
        block-size: min(300px, 40vh);
        margin-block: 8px;
        overflow: hidden auto;
        scrollbar-width: thin;
      }
      .all p {
        padding: 12px 4px;
        overflow-wrap: anywhere;
      }
      h3 {
        grid-column: 1 / -1;
        padding: 8px 4px 4px;
        font-size: var(--size-xs);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, 44px);
        justify-content: center;
      }
      .grid button {
        block-size: 44px;
        border-radius: var(--radius-control);
        font: 24px / 1 var(--emoji);
      }
      .grid button:hover,
      .grid button:focus-visible {
        background: var(--hover);
      }
      .grid button:focus-visible {
        outline-offset: -2px;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 8px;
        min-block-size: 28px;
        padding-inline: 4px;
        font-size: var(--size-s);
        color: var(--quiet);
      }
      .name span:first-child {
        font: 20px / 1 var(--emoji);
      }
    `,
  ];
}
customElements.define('offhook-emoji', EmojiPicker);

/** The first cell of the next line that stands under or over `from`, or nearest to that. */
function nearest(from: HTMLElement, cells: readonly HTMLElement[]): HTMLElement | null {
  const beyond = cells.filter((cell) => cell.offsetTop !== from.offsetTop);
  const [first] = beyond;
  if (first === undefined) return null;
  const line = beyond.filter((cell) => cell.offsetTop === first.offsetTop);
  const off = (cell: HTMLElement): number => Math.abs(cell.offsetLeft - from.offsetLeft);
  return line.toSorted((a, b) => off(a) - off(b))[0] ?? null;
}
