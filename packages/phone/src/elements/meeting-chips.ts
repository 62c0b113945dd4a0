import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Lock, MicOff, MonitorX, TriangleAlert, Volume2, WifiOff } from 'lucide';
import type { IconNode } from 'lucide';
import { m } from '../texts/meetings.ts';
import { t } from '../texts/texts.ts';
import type { MeetingAction, MeetingState } from '../view/meeting.ts';
import { inSentence } from '../view/names.ts';
import { problemText, sentences } from '../view/texts.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';

/** What is out of the ordinary in a meeting, above its tiles; and who knocks. */
export class MeetingChips extends PhoneElement {
  static override properties = { meeting: { attribute: false } };
  declare meeting: MeetingState;

  protected override render(): TemplateResult {
    const { knocks, people, silenced, poor, locked, mutedByHost, microphone, problems, panel, isDown, recording } =
      this.meeting;
    const shows = people[0]?.screen !== undefined;
    const problem = problems.microphone ?? problems.camera;
    return html`<div role="status">
      ${knocks.length > 0 && panel !== 'people' ? this.#knock() : nothing}
      ${silenced ? this.#button(Volume2, m.clickToHear, () => this.send({ type: 'play' })) : nothing}
      ${
        shows
          ? this.#button(MonitorX, `${t.media.youShow} · ${t.media.stopTrying}`, () => this.#do({ act: 'screen', on: false }))
          : nothing
      }
      ${recording ? html`<span class="chip rec ${recording}"><i></i><span>${m.recording.sign[recording]}</span></span>` : nothing}
      ${isDown ? this.#chip(WifiOff, t.calls.reconnecting, true) : nothing}
      ${poor && !isDown ? this.#chip(TriangleAlert, m.poor, true) : nothing}
      ${mutedByHost && !microphone ? this.#chip(MicOff, m.mutedByHost, true) : nothing}
      ${problem ? this.#chip(TriangleAlert, sentences(problemText(problem)), true) : nothing}
      ${problems.screen ? this.#chip(TriangleAlert, problems.screen === 'system' ? t.media.screenBySystem : t.media.screenFailed, true) : nothing}
      ${locked ? this.#chip(Lock, m.locked) : nothing}
    </div>`;
  }

  #knock(): TemplateResult {
    const [first, second] = this.meeting.knocks;
    if (first === undefined) return html``;
    const name = inSentence(first.name);
    return html`<div class="knock">
      <p>${second === undefined ? m.knocks(name) : m.knocksMany(this.meeting.knocks.length)}</p>
      ${
        second === undefined
          ? html`<button type="button" class="button" @click=${() => this.#do({ act: 'refuse', id: first.id })}>
                ${m.refuse}
              </button>
              <button type="button" class="button primary" @click=${() => this.#do({ act: 'admit', id: first.id })}>
                ${m.admit}
              </button>`
          : html`<button type="button" class="button primary" @click=${() => this.#do({ act: 'panel', panel: 'people' })}>
              ${m.showThem}
            </button>`
      }
    </div>`;
  }

  #chip(sign: IconNode, text: string, warns = false): TemplateResult {
    return html`<span class="chip ${warns ? 'warns' : ''}">${icon(sign)}<span>${text}</span></span>`;
  }

  #button(sign: IconNode, text: string, onClick: () => void): TemplateResult {
    return html`<button type="button" class="chip loud" @click=${onClick}>${icon(sign)}${text}</button>`;
  }

  #do(what: MeetingAction): void {
    this.send({ type: 'meeting', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        position: absolute;
        z-index: 3;
        inset-block-start: 8px;
        inset-inline: 16px;
        pointer-events: none;
      }
      div[role] {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 8px;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-block-size: 32px;
        padding: 4px 14px 4px 10px;
        border-radius: 16px;
        background: #26272df2;
        color: var(--stage-text);
        font-size: var(--size-s);
      }
      .chip > .icon {
        inline-size: 16px;
        block-size: 16px;
      }
      .chip.warns > .icon {
        color: #f0b02f;
      }
      .rec i {
        flex: none;
        inline-size: 10px;
        block-size: 10px;
        margin-inline: 3px;
        border-radius: 50%;
        background: #f2554b;
      }
      .rec.paused i {
        border-radius: 1px;
        background: linear-gradient(90deg, #f0b02f 36%, transparent 36% 64%, #f0b02f 64%);
      }
      .chip.loud {
        min-block-size: 44px;
        border-radius: 22px;
        padding-inline: 16px 20px;
        background: #fff;
        color: #18181c;
        font-weight: var(--weight-medium);
        pointer-events: auto;
      }
      .knock {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        max-inline-size: 100%;
        padding: 8px 8px 8px 20px;
        border-radius: 30px;
        background: #26272df7;
        box-shadow: 0 8px 28px #000a;
        pointer-events: auto;
      }
      .knock p {
        flex: 1 1 auto;
        min-inline-size: 0;
        padding-inline-end: 8px;
        overflow-wrap: anywhere;
      }
      .knock .button {
        border-radius: 22px;
        background: var(--stage-control);
        color: var(--stage-text);
      }
      .knock .button:hover:enabled {
        background: var(--stage-control-strong);
      }
      .knock .button.primary,
      .knock .button.primary:hover:enabled {
        background: #fff;
        color: #18181c;
      }
      @container (width < 720px) {
        :host {
          inset-inline: 12px;
        }
        .knock {
          inline-size: 100%;
          border-radius: 24px;
          padding-inline: 16px;
          padding-block-end: 12px;
        }
        .knock p {
          flex-basis: 100%;
          padding-block: 6px 2px;
        }
        .knock .button {
          flex: 1;
        }
      }
    `,
  ];
}
customElements.define('offhook-meeting-chips', MeetingChips);
