import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { m } from '../texts/meetings.ts';
import { meetingTitle, withWhom } from '../view/meeting-texts.ts';
import { largeTile } from '../view/meeting-tiles.ts';
import type { MeetingState } from '../view/meeting.ts';
import { bar } from '../styles/bar.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import './avatar.ts';
import './clock.ts';
import './meeting-controls.ts';

/** A meeting made small: who speaks, its name, its clock and controls above whatever one does meanwhile; a click makes it full again. */
export class MeetingBar extends PhoneElement {
  static override properties = { meeting: { attribute: false } };
  declare meeting: MeetingState;

  protected override render(): TemplateResult {
    const { meeting } = this;
    const { id, stage, recording } = meeting;
    const title = meetingTitle(meeting);
    return html`<section class="bar" aria-label=${m.room(title)}>
      <button type="button" class="main" @click=${() => this.send({ type: 'go', to: { section: 'meetings', meeting: id } })}>
        <span class="sr">${m.showMeeting}</span>
        ${this.#picture()}
        <span class="lines">
          <bdi class="name cut">${title}</bdi>
          <span class="second cut">
            ${
              stage.kind === 'in'
                ? html`<offhook-clock .since=${stage.since}></offhook-clock> ·
                    ${recording ? html`<span class="rec ${recording}">${m.recording.sign[recording]}</span> · ` : nothing}${withWhom(meeting)}`
                : m.lobby
            }
          </span>
        </span>
      </button>
      <offhook-meeting-controls few .meeting=${meeting}></offhook-meeting-controls>
    </section>`;
  }

  /** Who speaks, or what is shown. Its sound is played elsewhere. */
  #picture(): TemplateResult {
    const large = largeTile({ ...this.meeting, layout: 'speaker' });
    const { name, address } = large?.person ?? { name: meetingTitle(this.meeting), address: this.meeting.id };
    if (large?.stream === undefined) return html`<offhook-avatar .name=${name} .address=${address}></offhook-avatar>`;
    return html`<video
      class=${large.isScreen ? 'screen' : ''}
      aria-label=${(large.isScreen ? m.screenOf : m.picture)(name)}
      .srcObject=${large.stream}
      .muted=${true}
      autoplay
      playsinline
      disablepictureinpicture
    ></video>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    bar,
    css`
      .rec {
        color: #ff8a80;
      }
      .rec.paused {
        color: #f0b02f;
      }
    `,
  ];
}
customElements.define('offhook-meeting-bar', MeetingBar);
