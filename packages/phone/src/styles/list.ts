/** Lists of people and of calls: rows with a picture, two lines, and what can be done at their end. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const list: CSSResult = css`
  .scroll {
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
    padding: 0 8px 16px;
  }
  .heading {
    padding: 16px 12px 6px;
    font-size: var(--size-xs);
    font-weight: var(--weight-strong);
    color: var(--quiet);
  }
  .row {
    position: relative;
    display: flex;
    align-items: center;
    border-radius: var(--radius-control);
    content-visibility: auto;
    contain-intrinsic-block-size: auto 60px;
  }
  .row:hover {
    background: var(--hover);
  }
  .row.selected {
    background: var(--selected);
    --avatar-ground: var(--selected);
  }
  .main {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 60px;
    padding: 8px 12px;
    text-align: start;
    border-radius: var(--radius-control);
  }
  .main:focus-visible {
    outline-offset: -2px;
  }
  .lines {
    flex: 1;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .name {
    font-weight: var(--weight-medium);
  }
  .second {
    font-size: var(--size-s);
    color: var(--quiet);
  }
  .actions {
    display: none;
    flex: none;
    padding-inline-end: 4px;
  }
  .row:hover .actions,
  .row:focus-within .actions {
    display: flex;
  }
  @media (hover: none) {
    .row .actions {
      display: flex;
    }
    .row .actions > :nth-child(n + 2) {
      display: none;
    }
  }
  .empty {
    padding: 24px 12px;
    color: var(--quiet);
    text-align: center;
    text-wrap: balance;
  }
  .pane {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
  }
  .title {
    font-size: var(--size-xl);
    font-weight: var(--weight-strong);
    letter-spacing: -0.01em;
  }
`;
