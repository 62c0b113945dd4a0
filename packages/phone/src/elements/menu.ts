import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Check } from 'lucide';
import type { IconNode } from 'lucide';
import { keyAria, keyText } from '../view/keys.ts';
import type { ShortcutName } from '../view/keys.ts';
import { ifDefined } from 'lit/directives/if-defined.js';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { apple } from './platform.ts';

export type MenuEntry =
  | { readonly kind: 'heading'; readonly label: string }
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly icon?: IconNode | undefined;
      readonly keys?: ShortcutName | undefined;
      /** One of several that are chosen from. */
      readonly chosen?: boolean | undefined;
      readonly disabled?: boolean | undefined;
      readonly select: () => void;
    };

const gap = 8;

/** A menu of its slotted button (WAI-ARIA practices, "menu button"). */
export class Menu extends PhoneElement {
  static override properties = { entries: { attribute: false }, label: {}, open: { state: true } };
  declare entries: readonly MenuEntry[];
  declare label: string;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  protected override render(): TemplateResult {
    return html`<slot @click=${this.#toggle} @slotchange=${this.#mark}></slot>
      <div class="menu" popover="auto" role="menu" aria-label=${this.label} @keydown=${this.#onKey} @toggle=${this.#onToggle}>
        ${this.open ? this.entries.map((entry) => this.#entry(entry)) : nothing}
      </div>`;
  }

  #entry(entry: MenuEntry): TemplateResult {
    if (entry.kind === 'heading') return html`<p class="heading" role="presentation">${entry.label}</p>`;
    const { label, keys, chosen, disabled = false } = entry;
    return html`<button
      type="button"
      role=${chosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked=${ifDefined(chosen)}
      aria-keyshortcuts=${ifDefined(keys && keyAria(keys, apple))}
      aria-disabled=${disabled}
      tabindex="-1"
      @click=${() => !disabled && this.#select(entry.select)}
    >
      <span class="sign">${chosen === true ? icon(Check) : entry.icon ? icon(entry.icon) : nothing}</span>
      <span class="cut">${label}</span>
      ${keys ? html`<kbd aria-hidden="true">${keyText(keys, apple)}</kbd>` : nothing}
    </button>`;
  }

  get #trigger(): HTMLElement | undefined {
    return this.renderRoot.querySelector('slot')?.assignedElements()[0] as HTMLElement | undefined;
  }

  get #menu(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.menu');
  }

  get #items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.menu button')];
  }

  readonly #mark = (): void => {
    this.#trigger?.setAttribute('aria-haspopup', 'menu');
    this.#trigger?.setAttribute('aria-expanded', String(this.open));
  };

  readonly #toggle = (): void => {
    if (this.open) this.#menu?.hidePopover();
    else void this.#show();
  };

  async #show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    const [menu, trigger] = [this.#menu, this.#trigger];
    if (!menu || !trigger) return;
    menu.showPopover();
    const [anchor, own] = [trigger.getBoundingClientRect(), menu.getBoundingClientRect()];
    const above = anchor.top - own.height - gap;
    const left = Math.max(gap, Math.min(anchor.left, innerWidth - own.width - gap));
    menu.style.left = `${left}px`;
    menu.style.top = `${above >= gap ? above : Math.min(anchor.bottom + gap, innerHeight - own.height - gap)}px`;
    const chosen = this.#items.find((item) => item.getAttribute('aria-checked') === 'true');
    (chosen ?? this.#items[0])?.focus();
  }

  readonly #onToggle = (event: ToggleEvent): void => {
    this.open = event.newState === 'open';
    this.#mark();
  };

  #select(action: () => void): void {
    this.#menu?.hidePopover();
    this.#trigger?.focus();
    action();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const items = this.#items;
    const at = items.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      // The browser closes it; nothing else is meant.
      event.stopPropagation();
      this.#menu?.hidePopover();
      this.#trigger?.focus();
    }
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: contents;
      }
      .menu {
        position: fixed;
        inset: auto;
        margin: 0;
        inline-size: max-content;
        min-inline-size: 200px;
        max-inline-size: min(320px, calc(100vw - 16px));
        padding: 6px;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      .heading {
        padding: 10px 12px 4px;
        font-size: var(--size-xs);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      button {
        display: flex;
        align-items: center;
        gap: 10px;
        inline-size: 100%;
        min-block-size: 44px;
        padding: 6px 12px;
        border-radius: var(--radius-control);
        text-align: start;
      }
      button:hover,
      button:focus-visible {
        background: var(--hover);
      }
      button:focus-visible {
        outline-offset: -2px;
      }
      button[aria-disabled='true'] {
        color: var(--quiet);
        cursor: default;
      }
      .sign {
        flex: none;
        inline-size: 20px;
        block-size: 20px;
        color: var(--quiet);
      }
      kbd {
        margin-inline-start: auto;
        padding-inline-start: 16px;
        font: inherit;
        font-size: var(--size-s);
        color: var(--quiet);
      }
      /* A finger has no keys. */
      @media (hover: none) {
        kbd {
          display: none;
        }
      }
    `,
  ];
}
customElements.define('offhook-menu', Menu);
