import { css } from 'lit';
import type { CSSResult } from 'lit';

/** The page of the settings: cards of lines, with switches and choices. */
export const settings: CSSResult = css`
  :host {
    display: block;
    block-size: 100%;
    overflow: hidden auto;
    scrollbar-width: thin;
  }
  .page {
    inline-size: min(100%, 640px);
    margin-inline: auto;
    padding: 20px 20px 48px;
    display: grid;
    gap: 28px;
  }
  h1 {
    font-size: var(--size-xl);
    font-weight: var(--weight-strong);
    letter-spacing: -0.01em;
  }
  h2 {
    margin-block-end: 8px;
    font-size: var(--size-s);
    font-weight: var(--weight-strong);
    color: var(--quiet);
  }
  offhook-closed-page {
    margin-block-start: 12px;
  }
  offhook-devices {
    display: block;
    margin-block-end: 12px;
  }
  .line {
    justify-content: space-between;
    gap: 8px 16px;
  }
  .line + .line {
    border-block-start: 1px solid var(--line);
  }
  .leads {
    inline-size: 100%;
    text-align: start;
  }
  .leads:hover {
    background: var(--hover);
  }
  .leads .icon {
    color: var(--quiet);
  }
  .leads .icon:last-child:dir(rtl) {
    scale: -1 1;
  }
  .words {
    flex: 1 1 150px;
    display: grid;
    font-weight: var(--weight-medium);
  }
  .name {
    flex: 0 1 320px;
    display: flex;
    gap: 8px;
  }
  #name-problem {
    padding: 0 16px;
  }
  #name-problem:not(:empty) {
    padding-block-end: 12px;
  }
  .select {
    flex: none;
    position: relative;
    inline-size: 172px;
  }
  select {
    appearance: none;
    inline-size: 100%;
    padding-inline-end: 40px;
  }
  .select .icon {
    position: absolute;
    inset-block-start: 12px;
    inset-inline-end: 12px;
    color: var(--quiet);
    pointer-events: none;
  }
  input[role='switch'] {
    appearance: none;
    flex: none;
    position: relative;
    inline-size: 44px;
    min-block-size: 26px;
    block-size: 26px;
    padding: 0;
    border: 0;
    border-radius: 13px;
    background: var(--edge);
    cursor: pointer;
    transition: background-color var(--quick);
  }
  input[role='switch']::before {
    content: '';
    position: absolute;
    inset-block-start: 3px;
    inset-inline-start: 3px;
    inline-size: 20px;
    block-size: 20px;
    border-radius: 50%;
    background: #fff;
    transition: translate var(--quick);
  }
  input[role='switch']:checked {
    background: var(--accent);
  }
  input[role='switch']:checked::before {
    translate: 18px;
  }
  input[role='switch']:checked:dir(rtl)::before {
    translate: -18px;
  }
  input[role='switch']:focus-visible {
    outline-offset: 2px;
  }
  .themes {
    display: flex;
    padding: 2px;
    border-radius: 10px;
    background: var(--hover);
  }
  .themes span {
    display: grid;
    place-content: center;
    min-block-size: 44px;
    padding: 4px 14px;
    border-radius: var(--radius-control);
    font-size: var(--size-s);
    font-weight: var(--weight-medium);
    color: var(--quiet);
    cursor: pointer;
  }
  .themes input:checked + span {
    background: var(--raised);
    color: var(--text);
    box-shadow: 0 1px 2px #0000001f;
  }
  .themes input:focus-visible + span {
    outline: 2px solid var(--accent-text);
  }
  @container (width < 480px) {
    .line:has(.name),
    fieldset.line {
      flex-wrap: wrap;
    }
    .name {
      flex: 1 1 100%;
    }
    .themes {
      flex: 1 1 100%;
    }
    .themes label {
      flex: 1;
      text-align: center;
    }
    .themes span {
      padding-inline: 4px;
    }
  }
`;
