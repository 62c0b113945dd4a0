import { css } from 'lit';
import type { CSSResult } from 'lit';

/** Over a place on which files are held that may be dropped there. */
export const drop: CSSResult = css`
  .drop {
    position: absolute;
    inset: 8px;
    z-index: 5;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 12px;
    padding: 24px;
    border: 2px dashed var(--accent-text);
    border-radius: var(--radius-card);
    background: color-mix(in srgb, var(--surface) 92%, transparent);
    color: var(--accent-text);
    font-size: var(--size-l);
    font-weight: var(--weight-medium);
    text-align: center;
    overflow-wrap: anywhere;
    pointer-events: none;
  }
`;
