import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { CircleCheck, CircleX, Clock, DoorClosed, Lock, Search, Users, WifiOff } from 'lucide';
import type { IconNode } from 'lucide';
import type { Person } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import type { OpenConversation } from '../view/conversations-state.ts';
import type { MediaState } from '../view/media.ts';
import { lastedText, meetingTitle } from '../view/meeting-texts.ts';
import type { ClosedMeeting, MeetingAction, MeetingEnd, MeetingState } from '../view/meeting.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './follow.ts';
import './meeting-before.ts';
import './meeting-room.ts';

const closedSigns: Record<ClosedMeeting, IconNode> = { unknown: Search, locked: Lock, full: Users, removed: DoorClosed };
const endSigns: Record<MeetingEnd, IconNode> = {
  left: CircleCheck,
  ended: CircleCheck,
  cancelled: CircleX,
  refused: DoorClosed,
  removed: DoorClosed,
  lost: WifiOff,
  replaced: CircleCheck,
};

/**
 * A meeting over the whole window: the way in, the room, and how it ended.
 *
 * @part stage, microphone, camera, screen, hand, more, leave of the room
 */
export class MeetingScreen extends PhoneElement {
  static override properties = {
    meeting: { attribute: false },
    me: { attribute: false },
    media: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    conversation: { attribute: false },
  };
  declare meeting: MeetingState;
  declare me: Person;
  declare media: MediaState | undefined;
  declare people: PeopleState;
  declare own: OwnState | undefined;
  declare conversation: OpenConversation | undefined;

  protected override render(): TemplateResult {
    const { meeting } = this;
    const { stage } = meeting;
    switch (stage.kind) {
      case 'looking':
        return this.#card(Clock, html`<p class="quiet" role="status">${m.looking}</p>`);
      case 'closed': {
        const { what, remedy } = m.closed[stage.why];
        const again = stage.why === 'locked' || stage.why === 'full';
        return this.#card(
          closedSigns[stage.why],
          html`<h1>${what}</h1>
            <p class="quiet">${remedy}</p>`,
          again ? t.general.tryAgain : undefined,
        );
      }
      case 'before':
      case 'lobby':
        return html`<offhook-meeting-before .meeting=${meeting} .me=${this.me} .media=${this.media}></offhook-meeting-before>`;
      case 'in':
        return html`<offhook-meeting-room
          exportparts="stage, microphone, camera, screen, hand, more, leave"
          .meeting=${meeting}
          .me=${this.me}
          .media=${this.media}
          .people=${this.people}
          .own=${this.own}
          .conversation=${this.conversation}
        ></offhook-meeting-room>`;
      case 'ended': {
        const hint = stage.why === 'refused' || stage.why === 'lost' ? m.endedHint[stage.why] : undefined;
        const lasted = stage.durationMs === undefined ? undefined : lastedText(stage.durationMs);
        const again = stage.why === 'left' || stage.why === 'lost' || stage.why === 'replaced';
        return this.#card(
          endSigns[stage.why],
          html`<p class="about"><bdi>${meetingTitle(meeting)}</bdi></p>
            <h1>${m.ended[stage.why]}</h1>
            <p class="quiet">${hint ?? lasted ?? nothing}</p>`,
          again ? m.again : undefined,
        );
      }
    }
  }

  #card(sign: IconNode, words: TemplateResult, again?: string): TemplateResult {
    return html`<main aria-label=${m.room(meetingTitle(this.meeting))}>
      <div class="card">
        <span class="sign">${icon(sign)}</span>
        ${words}
        <div class="ways">
          <button type="button" class="button" @click=${() => this.#do({ act: 'close' })}>${t.general.close}</button>
          ${
            again === undefined
              ? nothing
              : html`<button type="button" class="button primary" @click=${() => this.#do({ act: 'again' })}>${again}</button>`
          }
        </div>
      </div>
    </main>`;
  }

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        position: absolute;
        inset: 0;
        z-index: 5;
      }
      main {
        display: grid;
        place-items: center;
        block-size: 100%;
        padding: 24px;
        overflow: hidden auto;
        background: var(--ground);
      }
      .card {
        inline-size: min(420px, 100%);
        text-align: center;
      }
      .sign {
        display: inline-grid;
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
      .about {
        margin-block-end: 4px;
        font-weight: var(--weight-medium);
        color: var(--quiet);
        overflow-wrap: anywhere;
      }
      h1 {
        margin-block-end: 8px;
        font-size: var(--size-xxl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.02em;
        line-height: 1.2;
        text-wrap: balance;
      }
      .card > .quiet {
        text-wrap: balance;
      }
      .ways {
        display: flex;
        justify-content: center;
        gap: 12px;
        margin-block-start: 28px;
      }
      .ways .button {
        min-inline-size: 132px;
        min-block-size: 52px;
        border-radius: 26px;
        padding-inline: 24px;
      }
    `,
  ];
}
customElements.define('offhook-meeting', MeetingScreen);
