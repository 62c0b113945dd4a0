/** Cards of lines, as in the settings. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const card: CSSResult = css`
  .card {
    border: 1px solid var(--line);
    border-radius: var(--radius-card);
    background: var(--surface);
    --avatar-ground: var(--surface);
  }
  .line {
    display: flex;
    align-items: center;
    gap: 8px 12px;
    min-block-size: 64px;
    padding: 10px 16px;
  }
  .line > .button {
    flex: none;
  }
  .words {
    flex: 1;
    min-inline-size: 0;
    font-weight: var(--weight-medium);
  }
  .hint {
    font-size: var(--size-s);
    font-weight: 400;
    color: var(--quiet);
  }
  .question {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 12px 16px;
    padding: 4px 16px 16px;
  }
  .question p {
    flex: 1 1 200px;
    font-size: var(--size-s);
  }
  .choices {
    display: flex;
    gap: 8px;
  }
  @container (width < 480px) {
    .choices {
      flex: 1 1 100%;
    }
    .choices .button {
      flex: 1;
    }
  }
`;
