import { css, html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { encode } from 'uqr';
import { PhoneElement } from './element.ts';

/** A link as a QR code (ISO/IEC 18004), dark on white in every theme because cameras want it so. */
export class QrCode extends PhoneElement {
  static override properties = { text: {}, label: {} };
  declare text: string;
  declare label: string;

  protected override render(): TemplateResult | typeof nothing {
    if (!this.text) return nothing;
    const { data, size } = encode(this.text, { ecc: 'M', border: 2 });
    const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<path d=${dark.join('')} />`}
    </svg>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: block;
        inline-size: var(--qr, 176px);
        aspect-ratio: 1;
        padding: 4px;
        border-radius: var(--radius-control);
        background: #fff;
      }
      svg {
        display: block;
        fill: #111215;
      }
    `,
  ];
}
customElements.define('offhook-qr-code', QrCode);
