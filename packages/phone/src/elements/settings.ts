import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ChevronDown, ChevronRight, UserPlus } from 'lucide';
import { peopleLimits } from '@offhook/core';
import type { Person } from '@offhook/core';
import { languages, t } from '../texts/texts.ts';
import type { LanguageName } from '../texts/texts.ts';
import type { AccountState } from '../view/accounts.ts';
import type { MediaState } from '../view/media.ts';
import { quietUntilText } from '../view/own.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState, SettingsState, Theme } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { settings } from '../styles/settings.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { need } from './lazy.ts';
import { showsMediaKeys } from './platform.ts';
import './account.ts';
import './add-device.ts';
import './avatar.ts';
import './closed-page.ts';
import './devices.ts';
import './forwards.ts';
import './profile.ts';
import './sip-phones.ts';
import './take-links.ts';
import './voicemail-settings.ts';
import type { ProfilePage } from './profile.ts';

const ringSeconds = [15, 30, 45, 60, 90, 120, 180];
const callCounts = [1, 2, 3, 4, 6, 8, peopleLimits.callsPerUserMost];
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Everything a person can set, on one page; each change counts at once. */
export class SettingsPage extends PhoneElement {
  static override properties = {
    me: { attribute: false },
    media: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    settings: { attribute: false },
    reachable: { type: Boolean },
    typed: { state: true },
  };
  declare me: Person;
  declare media: MediaState | undefined;
  declare people: PeopleState;
  declare own?: OwnState | undefined;
  declare settings: SettingsState;
  /** Other devices can open the address of this phone. */
  declare reachable: boolean;
  /** What stands in the field of the name, once somebody has typed there. */
  declare typed: string | undefined;

  /** To the field of what one says of oneself. */
  async focusStatus(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector<ProfilePage>('offhook-profile')?.focusStatus();
  }

  /** To the row that leads on, for whoever comes back from there. */
  async focusLead(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.leads')?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.media) need('offhook-media-settings');
    if (changed.has('me') && (changed.get('me') as Person | undefined)?.name !== this.me.name) this.typed = undefined;
  }

  protected override render(): TemplateResult {
    const { doNotDisturb, doNotDisturbUntil, ringMs, maxCalls, theme, ringAloud, mediaKeys, notify, notifyBlocked } =
      this.settings;
    const { account, accountPending } = this.settings;
    // Until it was to end.
    const isOn = doNotDisturb && Date.now() < (doNotDisturbUntil ?? Infinity);
    const quiet = isOn ? quietUntilText(this.settings, Date.now()) : undefined;
    return html`<div class="page">
      <h1>${t.settings.title}</h1>
      ${this.#you()}
      ${
        this.own
          ? html`<offhook-profile .me=${this.me} .own=${this.own} .settings=${this.settings}></offhook-profile>`
          : nothing
      }
      ${account ? this.#account(account) : nothing}
      <section aria-labelledby="calls">
        <h2 id="calls">${t.settings.calls}</h2>
        <div class="card">
          ${this.#switch(t.settings.doNotDisturb, quiet ?? t.settings.doNotDisturbHint, isOn, (on) =>
            this.send({ type: 'settings', change: { doNotDisturb: on } }),
          )}
          ${this.#switch(t.settings.ringAloud, t.settings.ringAloudHint, ringAloud, (on) =>
            this.send({ type: 'ring-aloud', on }),
          )}
          ${
            showsMediaKeys
              ? this.#switch(t.settings.mediaKeys, t.settings.mediaKeysHint, mediaKeys, (on) =>
                  this.send({ type: 'media-keys', on }),
                )
              : nothing
          }
          ${this.#switch(t.settings.notify, notifyBlocked ? t.settings.notifyBlocked : t.settings.notifyHint, notify, (on) =>
            this.send({ type: 'notify', on }),
          )}
          ${this.#choice(
            t.settings.ringFor,
            t.settings.ringForHint,
            options(ringSeconds, ringMs / 1000).map((value) => [value, t.settings.seconds(value)]),
            ringMs / 1000,
            (value) => this.send({ type: 'settings', change: { ringMs: value * 1000 } }),
          )}
          ${this.#choice(
            t.settings.callsAtOnce,
            t.settings.callsAtOnceHint,
            options(callCounts, maxCalls).map((value) => [value, t.settings.callCount(value)]),
            maxCalls,
            (value) => this.send({ type: 'settings', change: { maxCalls: value } }),
          )}
        </div>
        ${
          this.settings.push && account?.role !== 'guest'
            ? html`<offhook-closed-page .push=${this.settings.push}></offhook-closed-page>`
            : nothing
        }
      </section>
      <section aria-labelledby="forwards">
        <h2 id="forwards">${t.settings.forwarding}</h2>
        <offhook-forwards
          .me=${this.me.address}
          .settings=${this.settings}
          .people=${this.people}
          .own=${this.own}
        ></offhook-forwards>
      </section>
      ${
        this.settings.voicemailBox
          ? html`<offhook-voicemail-settings
              .settings=${this.settings}
              .box=${this.settings.voicemailBox}
            ></offhook-voicemail-settings>`
          : nothing
      }
      ${
        this.media
          ? html`<section aria-labelledby="media">
              <h2 id="media">${t.media.title}</h2>
              <offhook-media-settings .media=${this.media} .echo=${this.own?.echo}></offhook-media-settings>
            </section>`
          : nothing
      }
      ${
        this.settings.links
          ? html`<section aria-labelledby="links">
              <h2 id="links">${t.links.title}</h2>
              <offhook-take-links .asked=${this.settings.links}></offhook-take-links>
            </section>`
          : nothing
      }
      <section aria-labelledby="look">
        <h2 id="look">${t.settings.appearance}</h2>
        <div class="card">
          <fieldset class="line">
            <legend class="sr">${t.settings.theme}</legend>
            <span class="words" aria-hidden="true"><span>${t.settings.theme}</span></span>
            <div class="themes">
              ${themes.map(
                (value) =>
                  html`<label
                    ><input
                      type="radio"
                      name="theme"
                      class="sr"
                      .checked=${theme === value}
                      @change=${() => this.send({ type: 'theme', theme: value })}
                    /><span>${t.settings.themes[value]}</span></label
                  >`,
              )}
            </div>
          </fieldset>
          ${this.#language()}
        </div>
      </section>
      <section aria-labelledby="devices">
        <h2 id="devices">${t.settings.devices}</h2>
        ${
          this.settings.devices &&
          html`<offhook-devices .devices=${this.settings.devices} ?comesBack=${account !== undefined}></offhook-devices>`
        }
        ${account || accountPending ? nothing : html`<offhook-add-device .link=${this.settings.deviceLink} ?reachable=${this.reachable}></offhook-add-device>`}
      </section>
      ${
        this.settings.phones && account?.role !== 'guest'
          ? html`<offhook-sip-phones .phones=${this.settings.phones}></offhook-sip-phones>`
          : nothing
      }
      ${
        account || accountPending
          ? nothing
          : html`<p>
              <button type="button" class="button" @click=${() => this.send({ type: 'sign-out' })}>
                ${t.settings.otherName}
              </button>
            </p>`
      }
    </div>`;
  }

  #language(): TemplateResult {
    const { language } = this.settings;
    const names = Object.keys(languages) as LanguageName[];
    const change = (event: Event): void => {
      const chosen = names.find((name) => name === (event.target as HTMLSelectElement).value);
      this.send({ type: 'language', language: chosen });
    };
    return html`<label class="line">
      <span class="words"><span>${t.settings.language}</span></span>
      <span class="select">
        <select @change=${change}>
          <option value="" .selected=${language === undefined}>${t.settings.asBrowser}</option>
          ${names.map(
            (name) => html`<option value=${name} lang=${name} .selected=${language === name}>${languages[name].title}</option>`,
          )}
        </select>
        ${icon(ChevronDown)}
      </span>
    </label>`;
  }

  #you(): TemplateResult {
    const { nameProblem, account } = this.settings;
    const isGuest = account?.role === 'guest';
    const name = this.typed?.trim();
    const isNew = name !== undefined && name !== '' && name !== this.me.name;
    return html`<section aria-labelledby="you">
      <h2 id="you">${t.settings.you}</h2>
      <form class="card" @submit=${this.#rename}>
        <div class="line">
          <offhook-avatar .name=${this.me.name} .address=${this.me.address}></offhook-avatar>
          <label class="words" for="own-name"
            ><span>${t.settings.name}</span
            ><span class="hint">${isGuest ? t.settings.guestNameHint : t.settings.nameHint}</span></label
          >
          <span class="name">
            <input
              id="own-name"
              dir="auto"
              required
              maxlength="64"
              autocomplete="nickname"
              spellcheck="false"
              ?readonly=${isGuest}
              aria-describedby="name-problem"
              aria-invalid=${nameProblem ? 'true' : 'false'}
              .value=${this.typed ?? this.me.name}
              @input=${(event: InputEvent) => {
                this.typed = (event.target as HTMLInputElement).value;
              }}
            />
            ${isGuest ? nothing : html`<button type="submit" class="button ${isNew ? 'primary' : ''}" ?disabled=${!isNew}>${t.general.save}</button>`}
          </span>
        </div>
        <p id="name-problem" class="problem" role="alert">${nameProblem ?? nothing}</p>
      </form>
    </section>`;
  }

  #account(account: AccountState): TemplateResult {
    return html`${
        account.role === 'guest'
          ? nothing
          : html`<button
              type="button"
              class="card line leads"
              @click=${() => this.send({ type: 'go', to: { section: 'settings', page: 'accounts' } })}
            >
              ${icon(UserPlus)}
              <span class="words">
                <span>${t.settings.accountsLead[account.role]}</span>
                <span class="hint"> ${t.settings.accountsHint[account.role]} </span>
              </span>
              ${icon(ChevronRight)}
            </button>`
      }
      <section aria-labelledby="account">
        <h2 id="account">${t.settings.account}</h2>
        <offhook-account .account=${account} .address=${this.me.address}></offhook-account>
      </section>`;
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

  #choice(
    label: string,
    hint: string,
    values: readonly (readonly [number, string])[],
    chosen: number,
    change: (value: number) => void,
  ): TemplateResult {
    return html`<label class="line">
      <span class="words"><span>${label}</span><span class="hint">${hint}</span></span>
      <span class="select">
        <select @change=${(event: Event) => change(Number((event.target as HTMLSelectElement).value))}>
          ${values.map(([value, text]) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`)}
        </select>
        ${icon(ChevronDown)}
      </span>
    </label>`;
  }

  readonly #rename = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>('#own-name')?.value ?? '';
    this.send({ type: 'rename', name });
  };

  static override styles = [...PhoneElement.styles, buttons, fields, card, settings];
}
customElements.define('offhook-settings', SettingsPage);

/** The usual values, and the present one where it is another. */
function options(usual: readonly number[], present: number): readonly number[] {
  return [...new Set([...usual, present])].sort((a, b) => a - b);
}
