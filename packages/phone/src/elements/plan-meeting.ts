import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { CalendarPlus, ChevronDown } from 'lucide';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import type { Lobby, MeetingPlan, MeetingRow, Planning } from '../view/meeting.ts';
import { addressesText, lastsText, whenOf } from '../view/meeting-texts.ts';
import { addressesIn, dateOf, instantOf, nextHour, timeFieldOf } from '../view/meeting-plan.ts';
import { buttons, fields } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { valueOf } from './form.ts';
import { icon } from './icon.ts';
import './copy-link.ts';
import './dial-in.ts';

const lobbies: readonly Lobby[] = ['guests', 'all', 'off'];
const minute = 60_000;
const lengths = [15, 30, 45, 60, 90, 120, 180, 240].map((minutes) => minutes * minute);

/** Plans a meeting, or changes one; and gives the link to what was planned. */
export class PlanMeeting extends PhoneElement {
  static override properties = {
    made: { attribute: false },
    planning: { attribute: false },
    byEmail: { type: Boolean },
    meeting: { state: true },
    startsAt: { state: true },
  };
  /** The meeting that was just planned. */
  declare made: MeetingRow | undefined;
  /** What has come of what was said last; absent: it is done, or nothing was. */
  declare planning: Planning | undefined;
  /** Others may be invited by e-mail. */
  declare byEmail: boolean | undefined;
  /** The one that is changed; without it a new one is made. */
  declare meeting: MeetingRow | undefined;
  declare startsAt: number;

  constructor() {
    super();
    this.startsAt = nextHour(Date.now());
  }

  async open(meeting?: MeetingRow): Promise<void> {
    this.meeting = meeting;
    this.startsAt = meeting?.startsAt ?? nextHour(Date.now());
    await this.updateComplete;
    this.renderRoot.querySelector('form')?.reset();
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('planning') as PlanMeeting['planning'];
    // Whatever has come of it is seen, also where it was put away meanwhile.
    if (this.made !== undefined || this.planning?.kind === 'failed') {
      if ((changed.has('made') || changed.has('planning')) && this.#dialog?.open === false) this.#dialog.showModal();
      // Which nobody could have while it was asked for.
      if (this.planning?.kind === 'failed' && before?.kind === 'busy')
        this.renderRoot.querySelector<HTMLElement>('.primary')?.focus();
    } else if (before?.kind === 'busy' && this.planning === undefined) this.#dialog?.close();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="heading"
      @close=${this.#closed}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      ${this.made ? this.#made(this.made) : this.#form()}
    </dialog>`;
  }

  #form(): TemplateResult {
    const { meeting, startsAt } = this;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const lasts = meeting?.durationMs ?? lengths[1];
    const isBusy = this.planning?.kind === 'busy';
    return html`<form @submit=${this.#submit}>
      <h2 id="heading">${meeting ? m.change : m.plan}</h2>
      <label
        >${m.name}
        <input id="title" maxlength="120" autocomplete="off" placeholder=${m.namePlaceholder} value=${meeting?.title ?? ''} />
      </label>
      <div class="when">
        <label>${m.day} <input id="day" type="date" required value=${dateOf(startsAt)} min=${dateOf(Date.now())} /></label>
        <label>${m.time} <input id="time" type="time" required value=${timeFieldOf(startsAt)} /></label>
        <label
          >${m.lasts}
          <span class="select">
            <select id="lasts">
              ${lengths.map((ms) => html`<option value=${ms} ?selected=${ms === lasts}>${lastsText(ms)}</option>`)}
            </select>
            ${icon(ChevronDown)}
          </span>
        </label>
      </div>
      <p class="hint">${m.inYourZone(timeZone)}</p>
      ${this.byEmail === true ? this.#invitees(meeting?.emails ?? []) : nothing}
      <div class="two">
        <label
          >${m.whoWaits}
          <span class="select">
            <select id="lobby">
              ${lobbies.map((one) => html`<option value=${one} ?selected=${one === (meeting?.lobby ?? 'guests')}>${m.waits[one]}</option>`)}
            </select>
            ${icon(ChevronDown)}
          </span>
        </label>
        <label
          >${m.passcode}
          <input
            id="passcode"
            minlength="4"
            maxlength="32"
            autocomplete="off"
            spellcheck="false"
            dir="ltr"
            aria-describedby="passcode-hint"
            value=${meeting?.passcode ?? ''}
          />
        </label>
      </div>
      <p id="passcode-hint" class="hint">${m.passcodeHint}</p>
      ${this.planning?.kind === 'failed' ? html`<p class="problem" role="alert">${this.planning.problem}</p>` : nothing}
      <div class="ends">
        <button type="button" class="button" @click=${() => this.#dialog?.close()}>${t.general.cancel}</button>
        <button class="button primary" ?disabled=${isBusy}>${meeting ? t.general.save : m.make}</button>
      </div>
    </form>`;
  }

  /** Whoever was invited is not invited again: others are, in addition. */
  #invitees(invited: readonly string[]): TemplateResult {
    return html`<label
      >${m.invite}
      <input id="emails" type="email" multiple autocomplete="off" spellcheck="false" dir="ltr" aria-describedby="emails-hint" />
      <span id="emails-hint" class="hint"
        >${m.inviteHint}${invited.length > 0 ? html`<br />${m.invitedSoFar(addressesText(invited))}` : nothing}</span
      >
    </label>`;
  }

  #made(made: MeetingRow): TemplateResult {
    return html`<div class="made">
      <h2 id="heading">${m.made}</h2>
      <p><bdi>${made.title === '' ? m.untitled : made.title}</bdi></p>
      <p class="quiet">${whenOf(made, Date.now()) ?? m.anyTime}</p>
      ${made.emails.length > 0 ? html`<p>${m.invitationSent(addressesText(made.emails))}</p>` : nothing}
      <p class="send">${m.madeHint}</p>
      <offhook-copy-link .url=${made.url} label=${m.link}></offhook-copy-link>
      ${made.dialIn ? html`<offhook-dial-in .ways=${made.dialIn}></offhook-dial-in>` : nothing}
      <div class="ends">
        ${
          made.startsAt === undefined
            ? nothing
            : html`<a class="button" href=${made.calendarUrl} download>${icon(CalendarPlus)}${m.addToCalendar}</a>`
        }
        <button type="button" class="button primary" @click=${() => this.#dialog?.close()}>${t.general.done}</button>
      </div>
    </div>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.planning?.kind === 'busy') return;
    const root = this.renderRoot;
    const passcode = valueOf(root, 'passcode').trim();
    const plan: MeetingPlan = {
      title: valueOf(root, 'title').trim(),
      startsAt: instantOf(valueOf(root, 'day'), valueOf(root, 'time')),
      durationMs: Number(valueOf(root, 'lasts')),
      lobby: valueOf(root, 'lobby') as Lobby,
      passcode: passcode === '' ? undefined : passcode,
      emails: addressesIn(valueOf(root, 'emails')),
    };
    const what = this.meeting ? ({ act: 'change', meeting: this.meeting.id, plan } as const) : ({ act: 'plan', plan } as const);
    this.send({ type: 'meeting', what });
  };

  readonly #closed = (): void => {
    if (this.made !== undefined || this.planning?.kind === 'failed')
      this.send({ type: 'meeting', what: { act: 'put-made-away' } });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    css`
      dialog {
        container-type: inline-size;
        inline-size: min(520px, calc(100vw - 24px));
        max-block-size: min(760px, calc(100dvh - 24px));
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 20px;
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: #0f101466;
      }
      form,
      .made {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 14px;
        padding: 24px;
      }
      h2 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      label {
        display: grid;
        align-content: start;
        gap: 6px;
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      label input,
      label select {
        font-size: var(--size-m);
        font-weight: 400;
      }
      .when {
        display: grid;
        grid-template-columns: 1.3fr 1fr 1.2fr;
        gap: 10px;
      }
      .two {
        display: grid;
        grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr);
        gap: 10px;
      }
      .select {
        position: relative;
        display: block;
      }
      select {
        appearance: none;
        inline-size: 100%;
        padding-inline-end: 36px;
      }
      .select .icon {
        position: absolute;
        inset-block-start: 12px;
        inset-inline-end: 10px;
        color: var(--quiet);
        pointer-events: none;
      }
      .hint {
        margin-block-start: -6px;
        font-size: var(--size-s);
        font-weight: 400;
        color: var(--quiet);
      }
      label .hint {
        margin: 0;
      }
      .made p {
        overflow-wrap: anywhere;
      }
      .made > p:first-of-type {
        font-weight: var(--weight-medium);
        font-size: var(--size-l);
      }
      .made .quiet {
        margin-block-start: -10px;
      }
      .ends {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-block-start: 6px;
      }
      @container (width < 440px) {
        .when {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
        .two {
          grid-template-columns: minmax(0, 1fr);
          gap: 14px;
        }
        .when label:first-child {
          grid-column: 1 / -1;
        }
        .ends .button {
          flex: 1 1 auto;
          padding-inline: 12px;
          white-space: nowrap;
        }
      }
    `,
  ];
}
customElements.define('offhook-plan-meeting', PlanMeeting);
