/**
 * The design's values. Each is read from `--offhook-NAME`, which a page may set on any ancestor, and falls back to the value here,
 * light and dark (by `color-scheme`). Text and its ground keep a contrast of at least 4.5 : 1 (WCAG 2.2 §1.4.3).
 */
import { css, unsafeCSS } from 'lit';
import type { CSSResult } from 'lit';

const colours: Record<string, readonly [light: string, dark: string]> = {
  /** Behind everything, and what lies deeper than a surface. */
  ground: ['#f5f5f7', '#111215'],
  surface: ['#ffffff', '#191a1e'],
  raised: ['#ffffff', '#24252b'],
  hover: ['#0f101a0d', '#ffffff12'],
  selected: ['#ecebfd', '#2b2a4d'],
  line: ['#e4e4e9', '#2c2d34'],
  /** The edge of fields, 3 : 1 (WCAG 2.2 §1.4.11). */
  edge: ['#8e8f99', '#6d6e79'],
  text: ['#18181c', '#ededf1'],
  quiet: ['#5c5d67', '#a3a4ae'],
  accent: ['#4b48d6', '#5b58e0'],
  'accent-strong': ['#3f3cc0', '#6a67ea'],
  'accent-text': ['#4643c8', '#aeacff'],
  'on-accent': ['#ffffff', '#ffffff'],
  answer: ['#15803d', '#15803d'],
  'answer-strong': ['#126c34', '#178740'],
  online: ['#16a34a', '#34d070'],
  danger: ['#d92626', '#d92626'],
  'danger-strong': ['#bb1c1c', '#e23a3a'],
  'danger-text': ['#c01b1b', '#ff8a84'],
  warning: ['#e59a0b', '#f0b02f'],
  'warning-text': ['#8f4d05', '#f5c054'],
};

/** The call screen is a dark room in every theme, so that pictures and faces carry it. */
const stage: Record<string, string> = {
  stage: '#0f1014',
  'stage-text': '#f4f4f7',
  'stage-quiet': '#b6b7c1',
  'stage-control': '#ffffff24',
  'stage-control-strong': '#ffffff38',
  'stage-veil': '#0f1014b8',
};

const others: Record<string, string> = {
  font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif",
  'radius-control': '8px',
  'radius-card': '14px',
  shadow: '0 1px 2px light-dark(#0000000f, #00000066), 0 8px 28px light-dark(#10112026, #0000008c)',
};

const declarations = [
  ...Object.entries(colours).map(([name, [light, dark]]) => [name, `light-dark(${light}, ${dark})`]),
  ...Object.entries(stage),
  ...Object.entries(others),
].map(([name, value]) => `--${name}: var(--offhook-${name}, ${value});`);

export const tokens: CSSResult = css`
  :host {
    ${unsafeCSS(declarations.join('\n'))}
    --size-xs: 0.75rem;
    --size-s: 0.8125rem;
    --size-m: 0.9375rem;
    --size-l: 1.0625rem;
    --size-xl: 1.375rem;
    --size-xxl: 1.75rem;
    --weight-medium: 500;
    --weight-strong: 650;
    --quick: 120ms ease-out;
  }
`;
