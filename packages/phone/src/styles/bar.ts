/** A call or a meeting made small: a bar above whatever one does meanwhile. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const bar: CSSResult = css`
  :host {
    display: block;
    max-inline-size: 100%;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 4px;
    min-block-size: 60px;
    padding: 6px 8px 6px 6px;
    border-radius: 30px;
    color-scheme: dark;
    color: var(--stage-text);
    background: #1d1f26;
    --avatar: 40px;
    --control: 44px;
    --control-icon: 20px;
    --control-gap: 6px;
    --focus: var(--stage-text);
  }
  .main {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 4px;
    border-radius: 26px;
    text-align: start;
  }
  video {
    flex: none;
    inline-size: 76px;
    block-size: 48px;
    border-radius: 24px;
    object-fit: cover;
    background: var(--stage);
  }
  /* Of a screen all is worth seeing. */
  video.screen {
    border-radius: 8px;
    object-fit: contain;
  }
  .main:hover .name {
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .lines {
    min-inline-size: 0;
    display: grid;
    line-height: 1.35;
  }
  .name {
    font-weight: var(--weight-medium);
  }
  .second {
    font-size: var(--size-s);
    color: var(--stage-quiet);
  }
  .second:has(.screen) {
    display: flex;
    gap: 10px;
  }
  .screen {
    display: inline-flex;
    align-items: center;
    gap: 5px;
  }
  .screen .icon {
    inline-size: 14px;
    block-size: 14px;
  }
  .icon-button {
    color: var(--stage-text);
    background: var(--stage-control);
  }
  .icon-button:hover:enabled {
    color: var(--stage-text);
    background: var(--stage-control-strong);
  }
  .icon-button.hang-up {
    background: var(--danger);
    color: #fff;
  }
  .icon-button.hang-up:hover:enabled {
    background: var(--danger-strong);
  }
  :host([slot]) .bar {
    inline-size: min(320px, 100%);
    background: #2b2c34d9;
  }
  @container (width < 480px) {
    video {
      inline-size: 48px;
    }
    /* Its sign says it. */
    .screen span {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    offhook-call-controls::part(more) {
      display: none;
    }
  }
`;
