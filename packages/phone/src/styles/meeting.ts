/** The room of a meeting: dark in every theme, tiles that fill it, and what stands beside them. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const room: CSSResult = css`
  :host {
    display: block;
    block-size: 100%;
    container-type: size;
  }
  .stage {
    display: grid;
    grid-template: 'head head' auto 'tiles panel' minmax(0, 1fr) 'foot foot' auto / minmax(0, 1fr) auto;
    block-size: 100%;
    overflow: hidden;
    color-scheme: dark;
    color: var(--stage-text);
    background: var(--stage);
    --focus: var(--stage-text);
    --control-ground: #2b2c34;
    --control-ground-strong: #3b3c45;
  }
  .stage:focus-visible {
    outline: none;
  }
  header {
    grid-area: head;
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 64px;
    padding: calc(10px + env(safe-area-inset-top)) 12px 10px;
  }
  header .icon-button {
    position: relative;
    color: var(--stage-text);
  }
  header .icon-button:hover:enabled {
    background: var(--stage-control);
    color: var(--stage-text);
  }
  header .icon-button[data-on='true'] {
    background: var(--stage-control-strong);
  }
  .title {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: center;
    gap: 10px;
    padding-inline: 6px;
  }
  .title h1 {
    font-size: var(--size-l);
    font-weight: var(--weight-medium);
  }
  .title .icon {
    inline-size: 16px;
    block-size: 16px;
    color: var(--stage-quiet);
  }
  .title offhook-clock {
    color: var(--stage-quiet);
  }
  .counted {
    position: relative;
    display: inline-grid;
  }
  .count {
    position: absolute;
    pointer-events: none;
    inset-block-start: 2px;
    inset-inline-end: 0;
    min-inline-size: 18px;
    padding-inline: 5px;
    border-radius: 9px;
    background: #3b3c45;
    color: var(--stage-text);
    font-size: 0.6875rem;
    font-weight: var(--weight-strong);
    line-height: 18px;
    text-align: center;
    box-shadow: 0 0 0 2px var(--stage);
  }
  .count.loud {
    background: #f0b02f;
    color: #18181c;
  }
  .room {
    grid-area: tiles;
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
    padding-inline: 12px;
  }
  .tiles {
    display: flex;
    block-size: 100%;
    gap: 8px;
  }
  .grid {
    flex-wrap: wrap;
    align-content: center;
    justify-content: center;
  }
  .grid offhook-meeting-tile {
    flex: none;
    inline-size: var(--tile-width);
    block-size: var(--tile-height);
  }
  .beside {
    flex-direction: row;
  }
  .below {
    flex-direction: column;
  }
  .beside > offhook-meeting-tile,
  .below > offhook-meeting-tile {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 0;
  }
  .strip {
    flex: none;
    display: flex;
    flex-direction: inherit;
    justify-content: center;
    gap: 8px;
  }
  .beside .strip {
    flex-direction: column;
  }
  .below .strip {
    flex-direction: row;
  }
  .strip offhook-meeting-tile,
  .strip .rest {
    flex: none;
    inline-size: var(--tile-width);
    block-size: var(--tile-height);
  }
  .rest {
    display: grid;
    place-items: center;
    border-radius: 14px;
    background: #1d1f26;
    color: var(--stage-text);
    font-size: var(--size-s);
    font-weight: var(--weight-medium);
  }
  .rest:hover {
    background: #2b2c34;
  }
  .strip .rest.low {
    block-size: 44px;
  }
  .pages {
    position: absolute;
    inset-block-end: 0;
    inset-inline: 0;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    block-size: 44px;
    color: var(--stage-quiet);
    font-size: var(--size-s);
  }
  .pages .icon-button {
    color: var(--stage-text);
  }
  .pages .icon-button:hover:enabled {
    background: var(--stage-control);
    color: var(--stage-text);
  }
  .pages .icon-button:disabled {
    opacity: 0.35;
  }
  .pages .icon:dir(rtl) {
    scale: -1 1;
  }
  .grid.paged {
    padding-block-end: 48px;
  }
  offhook-self-view {
    --above: 12px;
    --below: 12px;
    --aside: 24px;
  }
  .alone {
    position: absolute;
    z-index: 2;
    inset-block-end: 20px;
    inset-inline: 0;
    inline-size: min(440px, 100% - 48px);
    margin-inline: auto;
    padding: 18px 20px 20px;
    border-radius: 18px;
    background: #1d1f26f2;
    box-shadow: 0 12px 40px #0009;
    /* The link stands on its own ground. */
    --hover: #ffffff1a;
    --text: var(--stage-text);
  }
  .alone h2 {
    font-size: var(--size-l);
    font-weight: var(--weight-strong);
  }
  .alone p {
    margin-block: 2px 14px;
    color: var(--stage-quiet);
  }
  .panel {
    grid-area: panel;
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    inline-size: 360px;
    margin-inline-end: 12px;
    border-radius: 18px;
    overflow: hidden;
    background: var(--surface);
    color: var(--text);
    --focus: var(--accent-text);
    container-type: inline-size;
  }
  .panel > header {
    grid-area: auto;
    justify-content: space-between;
    min-block-size: 56px;
    padding-block: 6px;
    padding-inline: 18px 6px;
  }
  .panel > header .icon-button {
    color: var(--quiet);
  }
  .panel > header .icon-button:hover:enabled {
    background: var(--hover);
    color: var(--text);
  }
  .panel h2 {
    font-size: var(--size-l);
    font-weight: var(--weight-strong);
  }
  .panel .body {
    min-block-size: 0;
    overflow: hidden auto;
    scrollbar-width: thin;
  }
  .panel .body.devices {
    padding: 0 14px 16px;
    --surface: var(--raised);
  }
  footer {
    grid-area: foot;
    display: flex;
    justify-content: center;
    padding: 14px 12px calc(18px + env(safe-area-inset-bottom));
  }
  @container (width < 720px) {
    .stage {
      grid-template: 'head' auto 'tiles' minmax(0, 1fr) 'foot' auto / minmax(0, 1fr);
    }
    header {
      gap: 0;
      padding-inline: 4px;
    }
    .room {
      padding-inline: 8px;
    }
    .panel {
      position: absolute;
      z-index: 5;
      inset: calc(56px + env(safe-area-inset-top)) 0 0;
      inline-size: auto;
      margin: 0;
      border-radius: 20px 20px 0 0;
      box-shadow: 0 -12px 40px #0009;
    }
    footer {
      --control: 52px;
      --control-gap: 10px;
    }
    offhook-self-view {
      --aside: 16px;
    }
    /* Above the name. */
    .alone {
      inset-block-end: 48px;
    }
  }
  /* A phone on its side. */
  @container (height < 500px) {
    header {
      min-block-size: 52px;
      padding-block: 4px;
    }
    footer {
      padding-block: 6px calc(8px + env(safe-area-inset-bottom));
      --control: 46px;
    }
  }
`;
