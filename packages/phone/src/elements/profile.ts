import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ChevronDown } from 'lucide';
import type { Person, QuietHours, Settings } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { weekdays } from '../view/formats.ts';
import { fieldTime, minutesOf, spans, usualQuietHours } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings as lines } from '../styles/settings.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './avatar.ts';

const emoji = ['💬', '🏠', '🚆', '🍽️', '🎧', '🌴', '🤒'] as const;
const minuteMs = 60_000;

/** What others see of one, when they may disturb one, and whom one does not want to hear of. Each change counts at once. */
export class ProfilePage extends PhoneElement {
  static override properties = { me: { attribute: false }, own: { attribute: false }, settings: { attribute: false } };
  declare me: Person;
  declare own: OwnState;
  declare settings: Settings;
  /** Which of the blocked was taken off the list just now. */
  #unblocked: number | undefined;

  /** To the field of the status, wherever on the page one is. */
  async focusStatus(): Promise<void> {
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLElement>('#status-text');
    field?.scrollIntoView({ block: 'center' });
    field?.focus();
  }

  /** The row of whoever was heard of again is gone, and its button with it. */
  protected override updated(changed: PropertyValues): void {
    const before = changed.get('own') as OwnState | undefined;
    if (this.#unblocked === undefined || before === undefined || before.blocked.length <= this.own.blocked.length) return;
    const rows = this.renderRoot.querySelectorAll<HTMLElement>('.blocked .button');
    (rows[Math.min(this.#unblocked, rows.length - 1)] ?? this.renderRoot.querySelector<HTMLElement>('.nobody'))?.focus();
    this.#unblocked = undefined;
  }

  protected override render(): TemplateResult {
    return html`<section aria-labelledby="seen-as">
        <h2 id="seen-as">${t.people.seenAs}</h2>
        <div class="card">${this.#picture()} ${this.#status()}</div>
      </section>
      <section aria-labelledby="quiet">
        <h2 id="quiet">${t.people.quietHours}</h2>
        <div class="card">${this.#quiet()}</div>
      </section>
      <section aria-labelledby="privacy">
        <h2 id="privacy">${t.people.privacy}</h2>
        <div class="card">
          ${this.#switch(t.people.tellSeen, t.people.tellSeenHint, this.own.profile.tellsSeen, (on) =>
            this.send({ type: 'tell-seen', on }),
          )}
          ${this.#blocked()}
        </div>
      </section>`;
  }

  #picture(): TemplateResult {
    const has = this.own.profile.picture !== undefined;
    return html`<div class="line">
      <offhook-avatar .name=${this.me.name} .address=${this.me.address}></offhook-avatar>
      <span class="words"><span>${t.people.picture}</span><span class="hint">${t.people.pictureHint}</span></span>
      <span class="choices">
        ${
          has
            ? html`<button type="button" class="button" @click=${() => this.send({ type: 'picture', file: undefined })}>
                ${t.people.removePicture}
              </button>`
            : nothing
        }
        <label class="button file"
          >${t.people.choosePicture}<input class="sr" type="file" accept="image/*" @change=${this.#choose}
        /></label>
      </span>
    </div>`;
  }

  readonly #choose = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file !== undefined) this.send({ type: 'picture', file });
    // The same file may be chosen once more.
    input.value = '';
  };

  #status(): TemplateResult {
    const { status } = this.own.profile;
    return html`<form class="line status" @submit=${this.#say}>
      <label class="words" for="status-text"
        ><span>${t.people.status}</span><span class="hint">${t.people.statusHint}</span></label
      >
      <span class="fields">
        <span class="select short">
          <select name="emoji" aria-label=${t.people.statusEmoji}>
            <option value="">–</option>
            ${[...new Set([...emoji, ...(status?.emoji === undefined ? [] : [status.emoji])])].map(
              (value) => html`<option value=${value} .selected=${value === status?.emoji}>${value}</option>`,
            )}
          </select>
          ${icon(ChevronDown)}
        </span>
        <input id="status-text" name="text" dir="auto" maxlength="200" autocomplete="off" .value=${status?.text ?? ''} />
        <span class="select">
          <select name="span" aria-label=${t.people.statusFor}>
            <option value="">${t.people.noEnd}</option>
            ${spans.map((minutes) => html`<option value=${minutes}>${t.people.forMinutes(minutes)}</option>`)}
          </select>
          ${icon(ChevronDown)}
        </span>
        <button type="submit" class="button primary">${t.general.save}</button>
        ${
          status === undefined
            ? nothing
            : html`<button type="button" class="button" @click=${() => this.send({ type: 'status', status: undefined })}>
                ${t.people.clearStatus}
              </button>`
        }
      </span>
    </form>`;
  }

  readonly #say = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const value = (name: string): string => {
      const field = form.get(name);
      return typeof field === 'string' ? field.trim() : '';
    };
    const [text, sign, span] = [value('text'), value('emoji'), value('span')];
    const status = text === '' && sign === '' ? undefined : { text, ...(sign !== '' && { emoji: sign }) };
    this.send({ type: 'status', status, forMs: span === '' ? undefined : Number(span) * minuteMs });
  };

  #quiet(): TemplateResult {
    const hours = this.settings.quietHours ?? undefined;
    const toggle = (on: boolean): void =>
      this.#keep(on ? usualQuietHours(Intl.DateTimeFormat().resolvedOptions().timeZone) : undefined);
    return html`${this.#switch(t.people.quietOn, t.people.quietHint, hours !== undefined, toggle)}
    ${hours === undefined ? nothing : this.#hours(hours)}`;
  }

  #hours(hours: QuietHours): TemplateResult {
    return html`${hours.days.map((times, at) => {
        const name = weekdays()[at] ?? '';
        const change = (part: 'from' | 'to') => (event: Event) => {
          const minutes = minutesOf((event.target as HTMLInputElement).value);
          if (times !== null && minutes !== undefined) this.#keepDay(hours, at, { ...times, [part]: minutes });
        };
        const time = (part: 'from' | 'to', label: string): TemplateResult =>
          html`<input
            type="time"
            aria-label=${label}
            ?disabled=${times === null}
            .value=${times === null ? '' : fieldTime(times[part])}
            @change=${change(part)}
          />`;
        const on = (is: boolean): void =>
          this.#keepDay(hours, at, is ? (hours.days.find((day) => day !== null) ?? { from: 1_320, to: 420 }) : null);
        return html`<div class="line day">
          <label class="words check"
            ><input
              type="checkbox"
              .checked=${live(times !== null)}
              @change=${(event: Event) => on((event.target as HTMLInputElement).checked)}
            /><span>${name}</span></label
          >
          <span class="times">${time('from', t.people.quietFrom(name))} – ${time('to', t.people.quietTo(name))}</span>
        </div>`;
      })}
      <p class="line hint">${t.people.quietZone(hours.timeZone)}</p>`;
  }

  #keepDay(hours: QuietHours, at: number, times: QuietHours['days'][number]): void {
    this.#keep({ ...hours, days: hours.days.map((day, index) => (index === at ? times : day)) });
  }

  #keep(quietHours: QuietHours | undefined): void {
    this.send({ type: 'settings', change: { quietHours: quietHours ?? null } });
  }

  #blocked(): TemplateResult {
    const { blocked } = this.own;
    if (blocked.length === 0) return html`<p class="line hint nobody" tabindex="-1">${t.people.nobodyBlocked}</p>`;
    return html`${blocked.map(
      (person, at) =>
        html`<div class="line blocked">
          <offhook-avatar .name=${person.name} .address=${person.address}></offhook-avatar>
          <span class="words"><bdi class="cut">${person.name}</bdi><span class="hint">${t.people.isBlocked}</span></span>
          <button
            type="button"
            class="button"
            aria-label=${t.people.unblockPerson(person.name)}
            @click=${() => this.#unblock(person, at)}
          >
            ${t.people.unblock}
          </button>
        </div>`,
    )}`;
  }

  #unblock(person: Person, at: number): void {
    this.#unblocked = at;
    this.send({ type: 'block', person, on: false });
  }

  #switch(label: string, hint: string, on: boolean, change: (on: boolean) => void): TemplateResult {
    return html`<label class="line">
      <span class="words"><span>${label}</span><span class="hint">${hint}</span></span>
      <input
        type="checkbox"
        role="switch"
        .checked=${live(on)}
        @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
      />
    </label>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    lines,
    css`
      :host {
        display: grid;
        gap: 28px;
        overflow: visible;
        block-size: auto;
      }
      .file {
        cursor: pointer;
      }
      .file:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      .status,
      .day {
        flex-wrap: wrap;
      }
      .fields {
        flex: 1 1 100%;
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .fields input {
        flex: 1 1 160px;
        min-inline-size: 0;
      }
      .fields .select {
        inline-size: 120px;
      }
      .fields .short {
        inline-size: 76px;
      }
      /* No wider than their words; below the others where there are two of them. */
      .line > .choices,
      .line > .choices .button {
        flex: none;
      }
      .line:has(> .choices) {
        flex-wrap: wrap;
      }
      .line:has(> .choices) .words {
        flex: 1 1 120px;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 12px;
        min-block-size: 44px;
      }
      .check input {
        inline-size: 20px;
        block-size: 20px;
        accent-color: var(--accent);
      }
      .times {
        display: flex;
        align-items: center;
        gap: 8px;
      }
    `,
  ];
}
customElements.define('offhook-profile', ProfilePage);
