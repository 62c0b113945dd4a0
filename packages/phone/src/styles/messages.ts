/** What was said: bubbles, one's own at the end of the line; what happened as quiet lines between them. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const messages: CSSResult = css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
  }
  .newest {
    position: absolute;
    inset-block-end: 8px;
    inset-inline-end: 20px;
    background: var(--raised);
    box-shadow: var(--shadow);
  }
  .newest:hover:enabled {
    background: var(--raised);
  }
  .scroll {
    display: flex;
    flex-direction: column-reverse;
    block-size: 100%;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line) transparent;
    padding: 16px 20px 4px;
  }
  .scroll > div {
    inline-size: min(100%, 760px);
    margin-inline: auto;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  .earlier {
    display: flex;
    margin: 0 auto 12px;
  }
  .later {
    display: flex;
    margin: 12px auto;
  }
  .sought .bubble {
    outline: 2px solid var(--accent-text);
    outline-offset: 2px;
  }
  ol {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 4px 8px;
    padding-block: 8px;
    font-size: var(--size-s);
    color: var(--quiet);
    text-align: center;
    overflow-wrap: anywhere;
  }
  .line .icon {
    inline-size: 16px;
    block-size: 16px;
  }
  .line .button {
    min-block-size: 32px;
    padding: 2px 12px;
    border-radius: 22px;
    font-size: var(--size-s);
  }
  .day {
    padding-block: 16px 8px;
    font-weight: var(--weight-strong);
    font-size: var(--size-xs);
  }
  .new {
    color: var(--accent-text);
    font-weight: var(--weight-medium);
  }
  .new::before,
  .new::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid currentcolor;
    opacity: 0.4;
  }
  .missed {
    color: var(--danger-text);
  }
  .message {
    display: flex;
    align-items: flex-start;
    gap: 2px;
    padding-block-start: 10px;
  }
  .message.follows {
    padding-block-start: 2px;
  }
  .message.mine {
    flex-direction: row-reverse;
  }
  .bubble {
    min-inline-size: 0;
    max-inline-size: min(82%, 560px);
    padding: 8px 12px;
    border-radius: 16px;
    border-start-start-radius: 6px;
    background: var(--surface);
  }
  .mine .bubble {
    border-radius: 16px;
    border-start-end-radius: 6px;
    background: var(--selected);
  }
  .who {
    display: block;
    font-size: var(--size-s);
    font-weight: var(--weight-strong);
  }
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
  }
  .text a {
    color: var(--accent-text);
    text-underline-offset: 2px;
  }
  .meta {
    display: flex;
    justify-content: flex-end;
    gap: 8px;
    font-size: var(--size-xs);
    color: var(--quiet);
  }
  .failed {
    color: var(--danger-text);
    font-weight: var(--weight-medium);
  }
  .sure {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-block: 6px 4px;
  }
  .quote {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: center;
    inline-size: 100%;
    min-block-size: 44px;
    margin-block-end: 6px;
    padding: 4px 10px;
    border-inline-start: 3px solid var(--accent);
    border-radius: 6px;
    background: var(--hover);
    font-size: var(--size-s);
    text-align: start;
  }
  .picture {
    display: block;
    inline-size: 320px;
    max-inline-size: 100%;
    block-size: 220px;
    margin-block-end: 4px;
    border-radius: 10px;
    overflow: hidden;
    background: var(--hover);
  }
  .picture img {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: contain;
  }
  .file {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: 48px;
    padding: 4px 4px 4px 0;
    border-radius: var(--radius-control);
    color: inherit;
    text-decoration: none;
  }
  a.file:hover bdi {
    text-decoration: underline;
  }
  .file .lines {
    min-inline-size: 0;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .file .meta {
    justify-content: flex-start;
  }
  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    padding-block-start: 4px;
  }
  .reactions button {
    min-inline-size: 44px;
    min-block-size: 32px;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: 22px;
    font-size: var(--size-s);
    background: var(--surface);
  }
  .reactions button[aria-pressed='true'] {
    border-color: var(--accent-text);
    color: var(--accent-text);
  }
  .what {
    flex: none;
    opacity: 0;
  }
  .message:is(:hover, :focus-within) .what {
    opacity: 1;
  }
  @media (hover: none) {
    .what {
      opacity: 1;
      margin-inline: -4px;
    }
    .reactions button,
    .line .button {
      min-block-size: 44px;
    }
  }
  @container (width < 720px) {
    .scroll {
      padding-inline: 12px;
    }
  }
`;
