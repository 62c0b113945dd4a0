/** The ways in: one column with a heading, a form, and what went wrong below it. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const wayIn: CSSResult = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px;
  }
  h1 {
    font-size: var(--size-xxl);
    font-weight: var(--weight-strong);
    letter-spacing: -0.02em;
    line-height: 1.2;
    margin-block-end: 8px;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: var(--size-s);
    margin-block-end: 8px;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  label {
    display: block;
    margin-block-end: 6px;
    font-size: var(--size-s);
    font-weight: var(--weight-medium);
  }
  input {
    min-block-size: 52px;
    font-size: var(--size-l);
    padding-inline: 16px;
  }
  .hint {
    margin-block-start: 6px;
    font-size: var(--size-s);
    color: var(--quiet);
    text-wrap: pretty;
  }
  .wide {
    inline-size: 100%;
    min-block-size: 52px;
  }
  /* Kept, so that nothing jumps. */
  .below {
    min-block-size: 40px;
    margin-block: -8px;
  }
  .choices {
    display: grid;
    gap: 8px;
  }
  .or {
    display: flex;
    align-items: center;
    gap: 12px;
    font-size: var(--size-s);
    color: var(--quiet);
  }
  .or::before,
  .or::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--line);
  }
`;
