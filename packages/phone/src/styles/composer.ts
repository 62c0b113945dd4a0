/** Where messages are written: one round field with its buttons, and above it what goes with the message. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const composer: CSSResult = css`
  :host {
    display: block;
    padding: 4px 20px calc(16px + env(safe-area-inset-bottom));
  }
  form {
    inline-size: min(100%, 760px);
    margin-inline: auto;
    padding: 4px;
    border: 1px solid var(--edge);
    border-radius: 26px;
    background: var(--surface);
  }
  form:has(textarea:focus-visible) {
    border-color: var(--accent-text);
    box-shadow: 0 0 0 1px var(--accent-text);
  }
  .line {
    display: flex;
    align-items: flex-end;
    gap: 4px;
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    resize: none;
    border: 0;
    padding: 11px 4px;
    background: none;
    color: var(--text);
    font: inherit;
    scrollbar-width: thin;
    field-sizing: content;
    min-block-size: 44px;
    max-block-size: 196px;
  }
  textarea:focus-visible {
    outline: none;
  }
  textarea::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  .send {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 44px;
    block-size: 44px;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
    transition: background-color var(--quick);
  }
  .send:hover:enabled {
    background: var(--accent-strong);
  }
  .send:disabled {
    background: var(--hover);
    color: var(--quiet);
  }
  .about {
    display: flex;
    align-items: center;
    gap: 8px;
    padding-inline-start: 14px;
    font-size: var(--size-s);
  }
  .about p {
    flex: 1;
    min-inline-size: 0;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--accent);
    color: var(--quiet);
  }
  .about .title {
    color: var(--text);
    font-weight: var(--weight-medium);
  }
  .hint {
    padding: 8px 14px 4px;
    font-size: var(--size-s);
    color: var(--warning-text);
  }
  .commands {
    padding: 4px;
    border-block-end: 1px solid var(--line);
    margin-block-end: 4px;
  }
  .commands li {
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 44px;
    padding: 4px 12px;
    border-radius: 18px;
    cursor: pointer;
  }
  .commands [aria-selected='true'] {
    background: var(--selected);
  }
  .commands .icon {
    color: var(--quiet);
  }
  .commands code {
    min-inline-size: 6ch;
    font: inherit;
    font-weight: var(--weight-medium);
  }
  @container (width < 720px) {
    :host {
      padding-inline: 8px;
      padding-block-end: calc(8px + env(safe-area-inset-bottom));
    }
  }
`;
