/** The round buttons of a call or a meeting. Their size is `--control`. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const controls: CSSResult = css`
  :host {
    display: block;
  }
  [role='toolbar'] {
    display: flex;
    align-items: center;
    gap: var(--control-gap, 14px);
  }
  .icon-button {
    inline-size: var(--control, 56px);
    block-size: var(--control, 56px);
    background: var(--control-ground, var(--stage-control));
    color: var(--control-text, var(--stage-text));
    --focus: var(--control-text, var(--stage-text));
  }
  .icon-button:hover:enabled {
    background: var(--control-ground-strong, var(--stage-control-strong));
    color: var(--control-text, var(--stage-text));
  }
  .icon-button.off {
    background: var(--control-off, #fff);
    color: var(--control-off-text, #18181c);
  }
  .icon-button.off:hover:enabled {
    background: var(--control-off, #e7e7ec);
    color: var(--control-off-text, #18181c);
  }
  .icon-button.hang-up {
    inline-size: calc(var(--control, 56px) * 1.3);
    border-radius: calc(var(--control, 56px) / 2);
    background: var(--danger);
    color: #fff;
  }
  .icon-button.hang-up:hover:enabled {
    background: var(--danger-strong);
    color: #fff;
  }
  .icon {
    inline-size: var(--control-icon, 22px);
    block-size: var(--control-icon, 22px);
  }
`;
