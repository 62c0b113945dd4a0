/** The page of one conversation: its head, what was said, and what one says below it. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const conversation: CSSResult = css`
  :host {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: 0;
    position: relative;
    --avatar-ground: var(--surface);
  }
  header {
    flex: none;
    display: flex;
    align-items: center;
    gap: 4px;
    min-block-size: 64px;
    padding: 8px 12px 8px 20px;
    background: var(--surface);
    border-block-end: 1px solid var(--line);
  }
  .back {
    display: none;
  }
  .lines {
    flex: 1;
    min-inline-size: 0;
    padding-inline: 8px;
  }
  h1 {
    font-size: var(--size-l);
    font-weight: var(--weight-strong);
    line-height: 1.3;
  }
  header p {
    min-block-size: 1.4em;
    font-size: var(--size-s);
  }
  header .said {
    display: none;
  }
  .way {
    color: var(--accent-text);
  }
  .middle {
    flex: 1;
    min-block-size: 0;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }
  .middle > * {
    grid-area: 1 / 1;
  }
  .empty {
    place-self: center;
    max-inline-size: 36ch;
    padding: 24px;
    color: var(--quiet);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .blocked {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 8px 16px;
    padding: 12px 20px calc(16px + env(safe-area-inset-bottom));
    color: var(--quiet);
    text-align: center;
  }
  .typing {
    flex: none;
    inline-size: min(100%, 800px);
    margin-inline: auto;
    min-block-size: 22px;
    padding-inline: 32px;
    font-size: var(--size-s);
    color: var(--quiet);
  }
  @container (width < 720px) {
    header {
      flex-wrap: wrap;
      padding-inline: 4px;
    }
    /* Beside the name there is no room for it. */
    .beside {
      display: none;
    }
    header .said {
      display: block;
      flex: 1 1 100%;
      padding: 0 12px 4px;
      overflow-wrap: anywhere;
    }
    .back {
      display: inline-grid;
    }
    .back:dir(rtl) {
      scale: -1 1;
    }
    .typing {
      padding-inline: 20px;
    }
  }
`;
