import { css, html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { Eye, EyeOff } from 'lucide';
import { t } from '../texts/texts.ts';
import { icon } from './icon.ts';

interface PasswordField {
  readonly id: string;
  readonly label: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly hint?: string | undefined;
  readonly invalid: boolean;
  readonly readonly: boolean;
  /** What says why it is wrong. */
  readonly describedBy: string;
}

/** A password, which can be looked at while one types. Its input is part of the form around it, as password managers want it. */
export function passwordField(field: PasswordField): TemplateResult {
  const { id, label, autocomplete, hint, invalid, readonly, describedBy } = field;
  return html`<div>
    <label for=${id}>${label}</label>
    <div class="password">
      <input
        id=${id}
        name=${id}
        type="password"
        dir="ltr"
        required
        maxlength="256"
        autocomplete=${autocomplete}
        autocapitalize="off"
        spellcheck="false"
        aria-describedby="${describedBy}${hint === undefined ? '' : ` ${id}-hint`}"
        aria-invalid=${invalid ? 'true' : 'false'}
        ?readonly=${readonly}
      />
      <button type="button" class="icon-button" aria-label=${t.wayIn.showPassword} aria-pressed="false" @click=${toggle}>
        ${icon(Eye)}${icon(EyeOff)}
      </button>
    </div>
    ${hint === undefined ? nothing : html`<p id="${id}-hint" class="hint">${hint}</p>`}
  </div>`;
}

/** What is shown is nobody's state: it ends with the form. */
function toggle({ currentTarget }: Event): void {
  const button = currentTarget as HTMLElement;
  const input = button.previousElementSibling as HTMLInputElement;
  const shown = input.type === 'password';
  input.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
}

export const passwordStyles: CSSResult = css`
  .password {
    position: relative;
  }
  .password input {
    padding-inline-end: 52px;
  }
  .password .icon-button {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 4px;
    margin-block: auto;
  }
  .password [aria-pressed='false'] .icon:last-child,
  .password [aria-pressed='true'] .icon:first-child {
    display: none;
  }
`;
