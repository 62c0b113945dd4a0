/** What every component shares: text, focus, buttons, fields. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const base: CSSResult = css`
  :host {
    box-sizing: border-box;
    -webkit-tap-highlight-color: transparent;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    list-style: none;
    font: inherit;
    min-inline-size: 0;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--focus, var(--accent-text));
    outline-offset: 2px;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* A name keeps the direction it is written in, but stands where its neighbours stand. */
  bdi.cut {
    display: block;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .quiet {
    color: var(--quiet);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  svg.icon {
    display: block;
    flex: none;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** For the outermost component, and for what stands in the top layer of the page: everything else inherits it. */
export const text: CSSResult = css`
  :host {
    color: var(--text);
    font: 400 var(--size-m) / 1.4 var(--font);
    text-align: start;
  }
`;

export const buttons: CSSResult = css`
  :where(button, a.button) {
    appearance: none;
    font: inherit;
    color: inherit;
    border: 0;
    padding: 0;
    background: none;
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:disabled {
    cursor: default;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 44px;
    padding: 8px 16px;
    border-radius: var(--radius-control);
    font-weight: var(--weight-medium);
    color: var(--text);
    background: var(--hover);
    transition: background-color var(--quick);
  }
  .button:hover:enabled,
  a.button:hover {
    background: color-mix(in srgb, var(--text) 12%, transparent);
  }
  .button.primary {
    background: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover:enabled {
    background: var(--accent-strong);
  }
  .button.answer {
    background: var(--answer);
    color: #fff;
  }
  .button.answer:hover:enabled {
    background: var(--answer-strong);
  }
  .button.danger {
    background: var(--danger);
    color: #fff;
  }
  .button.danger:hover:enabled {
    background: var(--danger-strong);
  }
  .button:disabled,
  .button:is(.primary, .answer, .danger):disabled {
    background: var(--hover);
    color: var(--quiet);
  }
  .icon-button {
    display: inline-grid;
    place-items: center;
    inline-size: 44px;
    block-size: 44px;
    border-radius: 50%;
    color: var(--quiet);
    transition:
      background-color var(--quick),
      color var(--quick);
  }
  .icon-button:hover:enabled {
    background: var(--hover);
    color: var(--text);
  }
  .link {
    color: var(--accent-text);
    font-weight: var(--weight-medium);
    text-decoration: underline;
    text-decoration-color: transparent;
    text-underline-offset: 3px;
    border-radius: 4px;
  }
  .link:hover {
    text-decoration-color: currentcolor;
  }
`;

export const fields: CSSResult = css`
  input,
  select {
    font: inherit;
    color: var(--text);
    background: var(--surface);
    border: 1px solid var(--edge);
    border-radius: var(--radius-control);
    min-block-size: 44px;
    padding-inline: 12px;
  }
  input {
    inline-size: 100%;
    text-overflow: ellipsis;
  }
  input::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  input:focus-visible,
  select:focus-visible {
    outline-offset: -1px;
  }
  .problem {
    color: var(--danger-text);
    font-size: var(--size-s);
  }
`;
