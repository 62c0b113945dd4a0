import { css, html } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { Search, X } from 'lucide';
import { t } from '../texts/texts.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

export interface SearchField {
  readonly label: string;
  readonly query: string;
  readonly find: (query: string) => void;
  readonly clear: () => void;
}

/** The search above a list, with its key and a way to clear it. */
export function searchField({ label, query, find, clear }: SearchField): TemplateResult {
  return html`<search class="search">
    ${icon(Search)}
    <input
      type="search"
      placeholder=${t.general.search}
      aria-label=${label}
      aria-keyshortcuts="/"
      autocomplete="off"
      spellcheck="false"
      maxlength="64"
      .value=${query}
      @input=${(event: InputEvent) => find((event.target as HTMLInputElement).value)}
    />
    ${
      query === ''
        ? html`<kbd aria-hidden="true">/</kbd>`
        : iconButton({ icon: X, label: t.general.clearSearch, class: 'clear', onClick: clear })
    }
  </search>`;
}

export const searchStyles: CSSResult = css`
  .search {
    position: relative;
    display: block;
    color: var(--quiet);
  }
  .search > .icon {
    position: absolute;
    inset: 12px auto auto 12px;
    pointer-events: none;
  }
  .search:dir(rtl) > .icon {
    inset: 12px 12px auto auto;
  }
  input {
    padding-inline: 40px;
    background: var(--surface);
    border-color: var(--line);
  }
  input:hover {
    border-color: var(--edge);
  }
  input::-webkit-search-cancel-button {
    display: none;
  }
  kbd {
    position: absolute;
    inset-block-start: 12px;
    inset-inline-end: 12px;
    min-inline-size: 20px;
    padding-inline: 4px;
    border: 1px solid var(--line);
    border-radius: 5px;
    font: 500 var(--size-xs) / 18px var(--font);
    text-align: center;
  }
  .clear {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
  }
  input:focus + kbd {
    visibility: hidden;
  }
  @media (hover: none) {
    kbd {
      display: none;
    }
  }
`;
