import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { IconNode } from 'lucide';
import type { ShortcutName } from '../view/keys.ts';
import { icon } from './icon.ts';
import { tip } from './tip.ts';

export interface IconButton {
  readonly icon: IconNode;
  /** Its name for readers, and its tip. */
  readonly label: string;
  readonly keys?: ShortcutName | undefined;
  readonly class?: string | undefined;
  readonly part?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly tabIndex?: 0 | -1 | undefined;
  /** For a control that switches something on and off. Its label then says what a click does. */
  readonly pressed?: boolean | undefined;
  readonly onClick: (event: Event) => void;
}

/** A button with an icon only: named, with a tip, 44 px for fingers. */
export function iconButton(options: IconButton): TemplateResult {
  return html`<button
    type="button"
    class="icon-button ${options.class ?? ''}"
    part=${ifDefined(options.part)}
    aria-label=${options.label}
    data-on=${ifDefined(options.pressed)}
    tabindex=${ifDefined(options.tabIndex)}
    ?disabled=${options.disabled ?? false}
    @click=${options.onClick}
    ${tip(options.label, options.keys)}
  >
    ${icon(options.icon)}
  </button>`;
}
