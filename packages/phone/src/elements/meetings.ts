import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { CalendarPlus, CalendarX, Ellipsis, Link, Pencil, Video } from 'lucide';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import { aboutRow, dayAhead, meetingTitle } from '../view/meeting-texts.ts';
import type { MeetingAction, MeetingRow, MeetingsState } from '../view/meeting.ts';
import { buttons } from '../styles/base.ts';
import { list } from '../styles/list.ts';
import type { Ask } from './ask.ts';
import './ask.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { MenuEntry } from './menu.ts';
import type { PlanMeeting } from './plan-meeting.ts';
import './menu.ts';
import './plan-meeting.ts';

/** The meetings that are planned or going on, and the ways to make one. */
export class MeetingList extends PhoneElement {
  static override properties = { meetings: { attribute: false } };
  declare meetings: MeetingsState;

  protected override render(): TemplateResult {
    const { list: all } = this.meetings;
    const going = all?.filter(({ isGoing }) => isGoing) ?? [];
    const later = all?.filter(({ isGoing }) => !isGoing) ?? [];
    const days = Map.groupBy(later, ({ startsAt }) => (startsAt === undefined ? m.anyTime : dayAhead(startsAt, Date.now())));
    return html`<div class="pane">
        <div class="top">
          <h1 class="title">${t.general.sections.meetings}</h1>
          <div class="make">
            <button type="button" class="button primary" @click=${() => this.#do({ act: 'start' })}>
              ${icon(Video)}${m.startNow}
            </button>
            <button type="button" class="button" @click=${() => void this.#plan?.open()}>${icon(CalendarPlus)}${m.plan}</button>
          </div>
        </div>
        <div class="scroll">
          ${this.#group(m.going, going)} ${Array.from(days, ([day, meetings]) => this.#group(day, meetings))}
          ${all?.length === 0 ? html`<p class="empty">${m.none}<span class="hint">${m.noneHint}</span></p>` : nothing}
        </div>
      </div>
      <offhook-plan-meeting
        .made=${this.meetings.made}
        .planning=${this.meetings.planning}
        .byEmail=${this.meetings.byEmail}
      ></offhook-plan-meeting>
      <offhook-ask></offhook-ask>`;
  }

  get #plan(): PlanMeeting | null {
    return this.renderRoot.querySelector<PlanMeeting>('offhook-plan-meeting');
  }

  #group(title: string, meetings: readonly MeetingRow[]): TemplateResult | typeof nothing {
    if (meetings.length === 0) return nothing;
    return html`<h2 class="heading">${title}</h2>
      <ul aria-label=${title}>
        ${meetings.map((meeting) => this.#row(meeting))}
      </ul>`;
  }

  #row(meeting: MeetingRow): TemplateResult {
    const title = meetingTitle({ title: meeting.title, hostName: meeting.by });
    return html`<li class="row">
      <button
        type="button"
        class="main"
        @click=${() => this.send({ type: 'go', to: { section: 'meetings', meeting: meeting.id } })}
      >
        <span class="sign ${meeting.isGoing ? 'going' : ''}">${icon(Video)}</span>
        <span class="lines">
          <bdi class="name cut">${title}</bdi>
          <span class="second cut">${aboutRow(meeting)}</span>
        </span>
      </button>
      <offhook-menu label=${title} .entries=${this.#entries(meeting)}>
        ${iconButton({ icon: Ellipsis, label: m.more(title), onClick: () => undefined })}
      </offhook-menu>
    </li>`;
  }

  #entries(meeting: MeetingRow): readonly MenuEntry[] {
    const common: MenuEntry[] = [
      {
        kind: 'item',
        label: m.copyLink,
        icon: Link,
        select: () => void navigator.clipboard?.writeText(meeting.url).catch(() => undefined),
      },
      ...(meeting.startsAt === undefined
        ? []
        : [
            {
              kind: 'item' as const,
              label: m.addToCalendar,
              icon: CalendarPlus,
              select: () => location.assign(meeting.calendarUrl),
            },
          ]),
    ];
    if (!meeting.isHost) return common;
    return [
      ...common,
      { kind: 'item', label: m.changeIt, icon: Pencil, select: () => void this.#plan?.open(meeting) },
      { kind: 'item', label: m.cancelIt, icon: CalendarX, select: () => void this.#cancel(meeting) },
    ];
  }

  async #cancel(meeting: MeetingRow): Promise<void> {
    const title = meetingTitle({ title: meeting.title, hostName: meeting.by });
    const question = {
      title: m.cancelQuestion(title),
      text: m.cancelConsequence,
      yes: m.cancelIt,
      no: m.keepIt,
      isDanger: true,
    };
    if (await this.renderRoot.querySelector<Ask>('offhook-ask')?.ask(question)) this.#do({ act: 'cancel', meeting });
  }

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    list,
    css`
      :host {
        display: block;
        block-size: 100%;
      }
      .top {
        display: grid;
        gap: 14px;
        padding: 20px 20px 8px;
      }
      .make {
        display: flex;
        gap: 8px;
      }
      .make .button {
        flex: 1;
        padding-inline: 10px;
        white-space: nowrap;
      }
      .sign {
        flex: none;
        display: grid;
        place-items: center;
        inline-size: 40px;
        block-size: 40px;
        border-radius: 12px;
        background: var(--selected);
        color: var(--accent-text);
      }
      .sign.going {
        background: var(--answer);
        color: #fff;
      }
      .row .icon-button {
        margin-inline-end: 4px;
      }
      .empty {
        padding-block-start: 48px;
        color: var(--text);
        font-weight: var(--weight-medium);
      }
      .hint {
        display: block;
        margin-block-start: 4px;
        font-weight: 400;
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-meetings', MeetingList);

/** Beside the list: what a meeting is. */
class MeetingsHint extends PhoneElement {
  protected override render(): TemplateResult {
    return html`<span class="sign">${icon(Video)}</span>
      <h2>${m.hintTitle}</h2>
      <p class="quiet">${m.hint}</p>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    css`
      :host {
        display: grid;
        place-content: center;
        justify-items: center;
        block-size: 100%;
        padding: 24px;
        text-align: center;
      }
      .sign {
        display: grid;
        place-items: center;
        inline-size: 72px;
        block-size: 72px;
        margin-block-end: 20px;
        border-radius: 50%;
        background: var(--selected);
        color: var(--accent-text);
      }
      .sign .icon {
        inline-size: 32px;
        block-size: 32px;
      }
      h2 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      p {
        margin-block-start: 6px;
        max-inline-size: 40ch;
        text-wrap: balance;
      }
    `,
  ];
}
customElements.define('offhook-meetings-hint', MeetingsHint);
