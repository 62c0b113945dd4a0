import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { IconNode } from 'lucide';

/** An icon of the set, drawn as part of the component's own template. It is decoration: the control around it has the name. */
export function icon(node: IconNode): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${node.map(shape)}</svg>`;
}

function shape([tag, { d, x, y, width, height, rx, cx, cy, r, x1, y1, x2, y2 }]: IconNode[number]) {
  switch (tag) {
    case 'path':
      return svg`<path d=${d} />`;
    case 'circle':
      return svg`<circle cx=${cx} cy=${cy} r=${r} />`;
    case 'rect':
      return svg`<rect x=${x} y=${y} width=${width} height=${height} rx=${rx ?? 0} />`;
    case 'line':
      return svg`<line x1=${x1} y1=${y1} x2=${x2} y2=${y2} />`;
    default:
      return nothing;
  }
}
