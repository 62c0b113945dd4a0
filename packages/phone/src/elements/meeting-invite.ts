import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { m } from '../texts/meetings.ts';
import type { MailInvites } from '../view/meeting.ts';
import { addressesIn } from '../view/meeting-plan.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';

/** Invites others by e-mail to the meeting that one is in. */
export class MeetingInvite extends PhoneElement {
  static override properties = { invites: { attribute: false }, planned: { type: Boolean } };
  declare invites: MailInvites;
  /** For a time, which comes into their calendars. */
  declare planned: boolean;

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('invites') as MailInvites | undefined;
    if (before?.busy !== true || this.invites.busy) return;
    // What could not be sent stays, to be mended.
    if (this.invites.problem === undefined && this.#field) this.#field.value = '';
    this.#field?.focus();
  }

  get #hint(): string {
    return this.planned ? m.inviteHint : m.inviteNowHint;
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  protected override render(): TemplateResult {
    const { busy, done, problem } = this.invites;
    return html`<form @submit=${this.#submit}>
      <label for="emails">${m.invite}</label>
      <div class="row">
        <input
          id="emails"
          type="email"
          multiple
          required
          autocomplete="off"
          spellcheck="false"
          dir="ltr"
          aria-describedby="hint problem"
          ?readonly=${busy}
        />
        <button class="button" ?disabled=${busy}>${m.sendInvitation}</button>
      </div>
      <p id="hint" class="hint" role="status">${problem === undefined ? (done ?? this.#hint) : nothing}</p>
      <p id="problem" class="problem" role="alert">${problem ?? nothing}</p>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const emails = addressesIn(this.#field?.value ?? '');
    if (emails.length > 0 && !this.invites.busy) this.send({ type: 'meeting', what: { act: 'write', emails } });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      :host {
        display: block;
      }
      label {
        display: block;
        margin-block-end: 6px;
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      .row {
        display: flex;
        gap: 8px;
      }
      input {
        flex: 1;
        min-inline-size: 0;
      }
      .button {
        flex: none;
        min-inline-size: 104px;
      }
      p {
        margin-block-start: 6px;
        font-size: var(--size-s);
        overflow-wrap: anywhere;
      }
      p:empty {
        display: none;
      }
      .hint {
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-meeting-invite', MeetingInvite);
