import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { VoicemailSettings } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { v } from '../texts/voicemail.ts';
import type { SettingsState, VoicemailBox } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { PhoneElement } from './element.ts';
import './greeting.ts';

/** When callers may leave a message, and how one hears of it. */
export class VoicemailSettingsCard extends PhoneElement {
  static override properties = { settings: { attribute: false }, box: { attribute: false }, typed: { state: true } };
  declare settings: SettingsState;
  declare box: VoicemailBox;
  /** What stands in the field of the e-mail, once somebody has typed there. */
  declare typed: string | undefined;

  protected override render(): TemplateResult {
    const { always = false, busy = true, doNotDisturb = true, attach = true, email } = this.#now;
    const { on } = this.#now;
    const { server } = this.box;
    return html`<section aria-labelledby="voicemail">
      <h2 id="voicemail">${v.title}</h2>
      <div class="card">
        ${this.#switch(v.on, v.onHint, on, (value) => ({ on: value }))}
        ${
          on
            ? html`${this.#switch(v.always, v.alwaysHint, always, (value) => ({ always: value }))}
                ${
                  always
                    ? nothing
                    : html`${this.#switch(v.whenBusy, v.whenBusyHint, busy, (value) => ({ busy: value }))}
                      ${this.#switch(v.whenQuiet, v.whenQuietHint, doNotDisturb, (value) => ({ doNotDisturb: value }))}`
                }
                <offhook-greeting .box=${this.box}></offhook-greeting>
                ${server.email ? this.#email(email) : nothing}
                ${
                  server.email && email !== undefined
                    ? this.#switch(v.attach, v.attachHint, attach, (value) => ({ attach: value }))
                    : nothing
                }`
            : nothing
        }
      </div>
    </section>`;
  }

  get #now(): VoicemailSettings {
    return this.settings.voicemail ?? { on: this.box.server.on };
  }

  #switch(label: string, hint: string, on: boolean, change: (on: boolean) => Partial<VoicemailSettings>): TemplateResult {
    return html`<label class="line">
      <span class="words"><span>${label}</span><span class="hint">${hint}</span></span>
      <input
        type="checkbox"
        role="switch"
        .checked=${live(on)}
        @change=${(event: Event) => this.#change(change((event.target as HTMLInputElement).checked))}
      />
    </label>`;
  }

  #email(email = ''): TemplateResult {
    const typed = this.typed ?? email;
    return html`<form class="line email" @submit=${this.#save}>
      <label class="words" for="email"><span>${v.email}</span><span class="hint">${v.emailHint}</span></label>
      <span class="name">
        <input
          id="email"
          type="email"
          dir="ltr"
          maxlength="254"
          autocomplete="email"
          .value=${typed}
          @input=${(event: InputEvent) => {
            this.typed = (event.target as HTMLInputElement).value;
          }}
        />
        <button type="submit" class="button ${typed === email ? '' : 'primary'}" ?disabled=${typed === email}>
          ${t.general.save}
        </button>
      </span>
    </form>`;
  }

  readonly #save = (event: SubmitEvent): void => {
    event.preventDefault();
    const { email: _, ...others } = this.#now;
    const email = this.typed?.trim() ?? '';
    this.typed = undefined;
    this.send({ type: 'settings', change: { voicemail: email === '' ? others : { ...others, email } } });
  };

  #change(change: Partial<VoicemailSettings>): void {
    this.send({ type: 'settings', change: { voicemail: { ...this.#now, ...change } } });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    settings,
    css`
      :host {
        display: block;
      }
      offhook-greeting + .line {
        border-block-start: 1px solid var(--line);
      }
    `,
  ];
}
customElements.define('offhook-voicemail-settings', VoicemailSettingsCard);
