/** The room of a call: dark in every theme, with a breath of the other's colour, so that faces carry it. */
import { css } from 'lit';
import type { CSSResult } from 'lit';

export const stage: CSSResult = css`
  :host {
    display: block;
    position: absolute;
    inset: 0;
    z-index: 5;
  }
  .stage {
    position: relative;
    isolation: isolate;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    overflow: hidden;
    color-scheme: dark;
    color: var(--stage-text);
    background: radial-gradient(120% 90% at 50% 32%, oklch(0.36 0.07 var(--hue) / 0.75), transparent 70%), var(--stage);
    --focus: var(--stage-text);
  }
  .stage:focus-visible {
    outline: none;
  }
  .remote {
    position: absolute;
    inset: 0;
    z-index: -2;
  }
  /* Words over a picture need a ground. */
  .preview::before,
  .stage.pictures:has(.middle)::before {
    content: '';
    position: absolute;
    inset: 0;
    z-index: -1;
    background: var(--stage-veil);
  }
  /* Above one's own face, not in it. */
  .preview::before {
    background: linear-gradient(#0f1014e0, #0f1014b0 40%, transparent 75%);
  }
  .preview .middle {
    justify-content: flex-start;
  }
  .preview .middle offhook-avatar {
    --avatar: 72px;
    margin-block-end: 16px;
  }
  /* The frozen picture says who it is, and the header. */
  .pictures .middle :is(offhook-avatar, h1) {
    display: none;
  }
  .preview,
  .pictures {
    --control-ground: #2b2c34d9;
    --control-ground-strong: #3b3c45;
  }
  .resting .fades {
    opacity: 0;
  }
  .resting {
    cursor: none;
  }
  .fades {
    transition: opacity 200ms;
  }
  header {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    min-block-size: 76px;
    padding: calc(16px + env(safe-area-inset-top)) 16px 16px;
  }
  header .icon-button {
    color: var(--stage-text);
    background: var(--control-ground, transparent);
  }
  header .icon-button:hover:enabled {
    background: var(--stage-control);
    color: var(--stage-text);
  }
  .title {
    display: flex;
    align-items: center;
    gap: 10px;
    min-inline-size: 0;
    min-block-size: 44px;
    padding-inline: 18px;
    border-radius: 22px;
    background: #2b2c34d9;
    font-weight: var(--weight-medium);
  }
  .title offhook-clock {
    color: var(--stage-quiet);
    font-weight: 400;
  }
  slot[name='others'] {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    gap: 8px;
    min-inline-size: 0;
  }
  .spacer {
    block-size: 44px;
  }
  .middle {
    flex: 1;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    padding: 0 24px;
    text-align: center;
  }
  .middle > * {
    flex: none;
  }
  .middle .echo {
    display: grid;
    place-items: center;
    inline-size: var(--avatar);
    block-size: var(--avatar);
    background: oklch(0.4 0.085 var(--hue));
    color: oklch(0.95 0.03 var(--hue));
  }
  .middle .echo .icon {
    inline-size: 46%;
    block-size: 46%;
  }
  .middle :is(offhook-avatar, .echo) {
    --avatar: clamp(96px, 20vh, 152px);
    margin-block-end: 28px;
    border-radius: 50%;
    box-shadow:
      0 0 0 calc(var(--level, 0) * 14px) oklch(0.75 0.08 var(--hue) / 0.16),
      0 0 0 calc(var(--level, 0) * 7px) oklch(0.75 0.08 var(--hue) / 0.28);
  }
  .calling :is(offhook-avatar, .echo) {
    animation: ringing 2s ease-out infinite;
  }
  @keyframes ringing {
    0% {
      box-shadow: 0 0 0 0 oklch(0.75 0.08 var(--hue) / 0.35);
    }
    70%,
    100% {
      box-shadow: 0 0 0 28px oklch(0.75 0.08 var(--hue) / 0);
    }
  }
  .ended :is(offhook-avatar, .echo) {
    filter: grayscale(0.6);
    opacity: 0.75;
  }
  .middle h1 {
    max-inline-size: min(100%, 24ch);
    font-size: var(--size-xxl);
    font-weight: var(--weight-strong);
    letter-spacing: -0.02em;
    line-height: 1.2;
    overflow-wrap: anywhere;
    text-wrap: balance;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
  }
  .status {
    margin-block-start: 8px;
    max-inline-size: min(100%, 36ch);
    font-size: var(--size-l);
    color: var(--stage-quiet);
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  blockquote {
    margin: 16px 0 0;
    max-inline-size: min(100%, 44ch);
    max-block-size: 30vh;
    overflow: hidden auto;
    padding: 12px 18px;
    border-radius: 20px;
    border-end-start-radius: 6px;
    background: var(--stage-control);
    color: var(--stage-text);
    text-align: start;
    overflow-wrap: anywhere;
  }
  blockquote p {
    white-space: pre-wrap;
  }
  .more {
    min-block-size: 1.4em;
    margin-block-start: 4px;
    max-inline-size: 44ch;
    color: var(--stage-quiet);
    text-wrap: balance;
  }
  .advice {
    display: block;
    margin-block-start: 8px;
  }
  .button.loud {
    margin-block-start: 24px;
    min-inline-size: 140px;
    border-radius: 26px;
    min-block-size: 52px;
    background: #fff;
    color: #18181c;
  }
  .button.loud:hover:enabled {
    background: #e7e7ec;
  }
  .asking {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 12px;
    padding: 16px;
    margin-block-start: auto;
  }
  .asking + .chips {
    margin-block-start: 0;
  }
  .asking .button {
    margin: 0;
    min-block-size: 48px;
    border-radius: 24px;
    padding-inline: 18px 22px;
    background: var(--stage-control);
    color: var(--stage-text);
  }
  .asking .button:hover:enabled {
    background: var(--stage-control-strong);
  }
  .asking .button.loud {
    background: #fff;
    color: #18181c;
  }
  .asking .button.loud:hover:enabled {
    background: #e7e7ec;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    justify-content: center;
    gap: 8px;
    min-block-size: 36px;
    padding-inline: 16px;
    margin-block-start: auto;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-block-size: 32px;
    padding: 4px 14px 4px 10px;
    border-radius: 16px;
    background: #2b2c34d9;
    color: var(--stage-text);
    font-size: var(--size-s);
  }
  .chip .icon {
    inline-size: 16px;
    block-size: 16px;
  }
  .chip.line .icon,
  .chip.quality .icon {
    color: #f0b02f;
  }
  .chip.loud {
    min-block-size: 44px;
    border-radius: 22px;
    padding-inline: 16px 20px;
    background: #fff;
    color: #18181c;
    font-weight: var(--weight-medium);
  }
  footer {
    display: flex;
    justify-content: center;
    min-block-size: 112px;
    padding: 20px 16px calc(36px + env(safe-area-inset-bottom));
  }
  .after {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .after .button {
    min-block-size: 52px;
    min-inline-size: 132px;
    border-radius: 26px;
    padding-inline: 24px;
  }
  .after .button:not(.answer, .first) {
    background: var(--stage-control);
  }
  .after .button:not(.answer, .first):hover {
    background: var(--stage-control-strong);
  }
  .after .first {
    background: #fff;
    color: #18181c;
  }
  .after .first:hover {
    background: #e7e7ec;
  }
  /* Three do not stand side by side: what one most likely wants comes first, in the whole width. */
  @container (width < 480px) {
    .after:has(:nth-child(3)) {
      inline-size: 100%;
      flex-wrap: wrap;
    }
    .after:has(:nth-child(3)) .button {
      flex: 1;
    }
    .after:has(:nth-child(3)) :is(.answer, .first) {
      order: -1;
      flex: 1 0 100%;
    }
  }
  /* One's own picture keeps its corner to itself. */
  @container (width < 1000px) {
    .stage:has(offhook-self-view[corner='bottom-right']) .chips {
      padding-right: calc(clamp(104px, 18%, 240px) + 32px);
    }
    .stage:has(offhook-self-view[corner='bottom-left']) .chips {
      padding-left: calc(clamp(104px, 18%, 240px) + 32px);
    }
  }
  @container (width < 720px) {
    footer {
      padding-block-end: calc(28px + env(safe-area-inset-bottom));
    }
  }
  /* A phone on its side. */
  @container (height < 500px) {
    header {
      position: absolute;
      inset: 0 0 auto;
      min-block-size: 0;
    }
    .preview .middle {
      padding-block-start: 16px;
    }
    .preview .middle offhook-avatar {
      display: none;
    }
    .middle :is(offhook-avatar, .echo) {
      --avatar: 64px;
      margin-block-end: 12px;
    }
    .middle h1 {
      font-size: var(--size-xl);
      -webkit-line-clamp: 1;
    }
    .status {
      margin-block-start: 2px;
    }
    .button.loud {
      margin-block-start: 12px;
    }
    footer {
      min-block-size: 84px;
      padding-block: 8px calc(16px + env(safe-area-inset-bottom));
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .calling :is(offhook-avatar, .echo) {
      box-shadow: 0 0 0 10px oklch(0.75 0.08 var(--hue) / 0.2);
    }
  }
`;
