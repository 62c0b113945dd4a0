import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { Phone } from 'lucide';
import { m } from '../texts/meetings.ts';
import type { DialIn as Ways } from '../view/meeting.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

/** How a meeting is reached by telephone: the numbers, and the PIN. */
export class DialIn extends PhoneElement {
  static override properties = { ways: { attribute: false } };
  declare ways: Ways;

  protected override render(): TemplateResult {
    const { numbers, pin } = this.ways;
    return html`<span class="sign">${icon(Phone)}</span>
      <dl>
        <dt>${m.byPhone}</dt>
        ${numbers.map(({ number, name }) => html`<dd><a dir="ltr" href=${`tel:${number},,${pin}#`}>${name}</a></dd>`)}
        <dt>${m.dialPin}</dt>
        <dd>
          <code dir="ltr">${grouped(pin).map((part) => html`<span>${part}</span>`)}</code>
        </dd>
        <dd class="hint">${m.pinHint}</dd>
      </dl>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 12px;
        padding: 12px 14px;
        border: 1px solid var(--line);
        border-radius: var(--radius-control);
      }
      .sign {
        color: var(--quiet);
      }
      .sign .icon {
        inline-size: 20px;
        block-size: 20px;
      }
      dt {
        font-size: var(--size-s);
        color: var(--quiet);
      }
      dt + dd {
        margin-block-start: 2px;
      }
      dd + dt {
        margin-block-start: 10px;
      }
      a,
      code {
        font-weight: var(--weight-medium);
        font-variant-numeric: tabular-nums;
      }
      a {
        display: inline-flex;
        align-items: center;
        min-block-size: 44px;
        color: var(--accent-text);
      }
      code {
        font-family: inherit;
        display: inline-flex;
        gap: 0.4em;
        user-select: all;
      }
      .hint {
        margin-block-start: 2px;
        font-size: var(--size-s);
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-dial-in', DialIn);

/** Three digits, three, and the rest. */
function grouped(pin: string): readonly string[] {
  return [pin.slice(0, 3), pin.slice(3, 6), pin.slice(6)];
}
