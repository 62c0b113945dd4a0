import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** Offhook's mark: a handset that is in use; public/favicon.svg is the same. */
export const mark: TemplateResult = html`<svg viewBox="0 0 64 64" role="img" aria-label="Offhook">
  <rect width="64" height="64" rx="16" fill="#4b48d6" />
  <g transform="translate(11 15) scale(1.65)">
    <path
      d="M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384"
      fill="#fff"
    />
    <path
      d="M14.500 2.500a7 7 0 0 1 7 7M14.500 6.500a3 3 0 0 1 3 3"
      fill="none"
      stroke="#c9c8ff"
      stroke-width="2"
      stroke-linecap="round"
    />
  </g>
</svg>`;
