/** The frame of the phone: places, list and page, the bars of calls above them, and what rings. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const frame: CSSResult = css`
  :host {
    display: block;
    position: relative;
    container-type: size;
    block-size: 100%;
    /* Nothing scrolls it, a page that is scrolled to something in it neither. */
    overflow: clip;
    background: var(--ground);
  }
  .splash {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 20px;
    block-size: 100%;
    /* Most sign-ins are over before one could look. */
    animation: appear 200ms 400ms backwards;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .splash svg {
    inline-size: 56px;
    block-size: 56px;
  }
  .frame {
    display: grid;
    grid-template: 'rail bars bars' auto 'rail side main' minmax(0, 1fr) / 72px 360px minmax(0, 1fr);
    block-size: 100%;
  }
  .frame.settings {
    grid-template: 'rail bars' auto 'rail main' minmax(0, 1fr) / 72px minmax(0, 1fr);
  }
  offhook-rail {
    grid-area: rail;
    border-inline-end: 1px solid var(--line);
  }
  .bars {
    grid-area: bars;
    display: grid;
    gap: 8px;
    justify-items: center;
    padding: 10px 12px;
  }
  .bars > * {
    inline-size: min(640px, 100%);
  }
  .side {
    grid-area: side;
    min-block-size: 0;
    background: var(--surface);
    border-inline-end: 1px solid var(--line);
  }
  .frame.settings .side {
    display: none;
  }
  /* Where there is room it stands beside the list. */
  .side offhook-welcome {
    display: none;
  }
  .panes {
    display: contents;
  }
  .content {
    grid-area: main;
    min-block-size: 0;
    background: var(--ground);
  }
  .ringing {
    position: absolute;
    z-index: 10;
    inset-block-start: calc(16px + var(--bars, 0) * 68px);
    inset-inline-end: 16px;
    inline-size: min(400px, 100% - 32px);
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    pointer-events: none;
  }
  @container (width < 720px) {
    .frame,
    .frame.settings {
      grid-template: 'bars' auto 'main' minmax(0, 1fr) 'rail' auto / minmax(0, 1fr);
    }
    offhook-rail {
      border-inline-end: 0;
    }
    .side {
      grid-area: main;
      border: 0;
    }
    .frame.list:not(.settings, .alone) .content,
    .frame.alone .side,
    .frame.page .side,
    .frame.page offhook-rail {
      display: none;
    }
    .frame.page {
      grid-template: 'bars' auto 'main' minmax(0, 1fr) / minmax(0, 1fr);
    }
    .ringing {
      inset: calc(12px + env(safe-area-inset-top) + var(--bars, 0) * 68px) 12px auto;
      inline-size: auto;
    }
    .ringing.over {
      inset-block-start: calc(76px + env(safe-area-inset-top) + max(0, var(--bars, 0) - 1) * 68px);
    }
    .side offhook-welcome {
      display: block;
    }
    .ringing:has(offhook-incoming:not([engaged])) {
      inset: 0;
    }
  }
`;
