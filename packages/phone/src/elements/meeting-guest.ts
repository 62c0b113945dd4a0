import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { CalendarDays, Video } from 'lucide';
import type { MeetingLook } from '@offhook/client/meetings';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import { meetingTitle, whenOf } from '../view/meeting-texts.ts';
import type { SignedOut } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { wayIn } from '../styles/way-in.ts';
import { PhoneElement } from './element.ts';
import { focusWrong, valueOf } from './form.ts';
import { icon } from './icon.ts';

/** The way into a meeting by its link, for somebody who is not signed in: which meeting it is, and a name. */
export class MeetingGuest extends PhoneElement {
  static override properties = { state: { attribute: false } };
  declare state: SignedOut;

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('state') as SignedOut | undefined;
    const { meeting, problem } = this.state;
    if (before?.meeting?.what === undefined && meeting?.what !== undefined)
      this.renderRoot.querySelector<HTMLElement>('input')?.focus();
    focusWrong(this.renderRoot, before?.problem, problem);
  }

  protected override render(): TemplateResult {
    const { meeting, problem } = this.state;
    if (meeting?.isUseless) return this.#useless();
    if (meeting?.what !== undefined) return this.#invited(meeting.what);
    return html`<h1 class="sr">Offhook</h1>
      <p role="status" class="quiet">${problem?.message ?? m.looking}</p>`;
  }

  #useless(): TemplateResult {
    return html`<div role="alert">
        <h1>${m.closed.unknown.what}</h1>
        <p class="quiet">${m.closed.unknown.remedy}</p>
      </div>
      <button type="button" class="button wide" @click=${this.#leave}>${m.signInInstead}</button>`;
  }

  #invited(what: MeetingLook): TemplateResult {
    const { busy, problem } = this.state;
    const when = whenOf(what, Date.now());
    return html`<div>
        <h1><bdi>${meetingTitle({ title: what.title ?? '', hostName: what.hostName })}</bdi></h1>
        <p class="fact">${icon(Video)}${m.invitedBy(what.hostName)}</p>
        ${when === undefined ? nothing : html`<p class="fact">${icon(CalendarDays)}${when}</p>`}
      </div>
      <form @submit=${this.#submit}>
        <div>
          <label for="name">${m.yourName}</label>
          <input
            id="name"
            dir="auto"
            required
            maxlength="64"
            autocomplete="nickname"
            autocapitalize="words"
            spellcheck="false"
            aria-describedby="hint problem"
            aria-invalid=${problem?.field === 'name' ? 'true' : 'false'}
            ?readonly=${busy}
          />
          <p id="hint" class="hint">${m.yourNameHint}</p>
        </div>
        <div id="problem" class="below" role="alert">
          ${problem ? html`<p class="problem">${problem.message}</p>` : nothing}
        </div>
        <button type="submit" class="button primary wide" ?disabled=${busy}>${busy ? t.wayIn.signingIn : m.goOn}</button>
      </form>
      <p><button type="button" class="link other" @click=${this.#leave}>${m.signInInstead}</button></p>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = valueOf(this.renderRoot, 'name').trim();
    if (name !== '') this.send({ type: 'visit', name });
  };

  readonly #leave = (): void => this.send({ type: 'leave-invitation' });

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    wayIn,
    css`
      .fact {
        display: flex;
        align-items: center;
        gap: 10px;
        margin-block-start: 6px;
        color: var(--quiet);
      }
      .other {
        min-block-size: 44px;
      }
    `,
  ];
}
customElements.define('offhook-meeting-guest', MeetingGuest);
