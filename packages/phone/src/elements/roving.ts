import type { LitElement, ReactiveController } from 'lit';

/**
 * Arrow keys in a long list: one row at a time is a tab stop, the arrows move it (WAI-ARIA practices, "roving tabindex"). Rows are
 * the elements with `data-row`; their value names them.
 */
export class Roving implements ReactiveController {
  readonly #host: LitElement;
  /** What is above the first row, e.g. a search field. */
  readonly #above: () => HTMLElement | null | undefined;
  #active: string | undefined;

  constructor(host: LitElement, above: () => HTMLElement | null | undefined = () => undefined) {
    this.#host = host;
    this.#above = above;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.renderRoot?.addEventListener('focusin', this.#onFocus);
  }

  /** The tab index of a row and its buttons. */
  tabIndex(row: string, rows: readonly string[]): 0 | -1 {
    const active = this.#active !== undefined && rows.includes(this.#active) ? this.#active : rows[0];
    return row === active ? 0 : -1;
  }

  /** For `keydown` on the list and on what is above it. */
  readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = this.#next(event.key, event.target);
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.scrollIntoView({ block: 'nearest' });
  };

  readonly #onFocus = (event: Event): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (row === undefined || row === this.#active) return;
    this.#active = row;
    this.#host.requestUpdate();
  };

  #next(key: string, from: EventTarget | null): HTMLElement | null | undefined {
    const rows = [...(this.#host.shadowRoot?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.findIndex((row) => row === from || (from instanceof Node && (row.parentElement?.contains(from) ?? false)));
    switch (key) {
      case 'ArrowDown':
        return rows[at + 1];
      case 'ArrowUp':
        return at > 0 ? rows[at - 1] : at === 0 ? this.#above() : undefined;
      case 'Home':
        return at < 0 ? undefined : rows[0];
      case 'End':
        return at < 0 ? undefined : rows.at(-1);
      default:
        return undefined;
    }
  }
}
