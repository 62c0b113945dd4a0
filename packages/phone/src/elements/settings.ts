import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ChevronDown, ChevronRight, UserPlus } from 'lucide';
import { limits } from '@offhook/core';
import type { Person } from '@offhook/core';
import type { AccountState } from '../view/accounts.ts';
import type { SettingsState, Theme } from '../view/state.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './account.ts';
import './add-device.ts';
import './avatar.ts';
import './devices.ts';

const ringSeconds = [15, 30, 45, 60, 90, 120, 180];
const callCounts = [1, 2, 3, 4, 6, 8, limits.callsPerUserMost];
const themes: readonly [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Everything a person can set, on one page; each change counts at once. */
export class SettingsPage extends PhoneElement {
  static override properties = { me: { attribute: false }, settings: { attribute: false }, typed: { state: true } };
  declare me: Person;
  declare settings: SettingsState;
  /** What stands in the field of the name, once somebody has typed there. */
  declare typed: string | undefined;

  /** To the row that leads on, for whoever comes back from there. */
  async focusLead(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.leads')?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('me') && (changed.get('me') as Person | undefined)?.name !== this.me.name) this.typed = undefined;
  }

  protected override render(): TemplateResult {
    const { doNotDisturb, ringMs, maxCalls, theme, ringAloud, account, accountPending } = this.settings;
    return html`<div class="page">
      <h1>Settings</h1>
      ${this.#you()} ${account ? this.#account(account) : nothing}
      <section aria-labelledby="calls">
        <h2 id="calls">Calls</h2>
        <div class="card">
          ${this.#switch('Do not disturb', 'Nothing rings; callers are told so.', doNotDisturb, (on) =>
            this.send({ type: 'settings', change: { doNotDisturb: on } }),
          )}
          ${this.#switch('Ring aloud in this browser', 'Calls are shown in any case.', ringAloud, (on) =>
            this.send({ type: 'ring-aloud', on }),
          )}
          ${this.#choice(
            'Ring for',
            'Then a call counts as missed.',
            options(ringSeconds, ringMs / 1000).map((value) => [value, `${value} seconds`]),
            ringMs / 1000,
            (value) => this.send({ type: 'settings', change: { ringMs: value * 1000 } }),
          )}
          ${this.#choice(
            'Calls at once',
            'Further callers hear that you are busy.',
            options(callCounts, maxCalls).map((value) => [value, value === 1 ? '1 call' : `${value} calls`]),
            maxCalls,
            (value) => this.send({ type: 'settings', change: { maxCalls: value } }),
          )}
        </div>
      </section>
      <section aria-labelledby="look">
        <h2 id="look">Appearance</h2>
        <div class="card">
          <fieldset class="line">
            <legend class="sr">Theme</legend>
            <span class="words" aria-hidden="true"><span>Theme</span></span>
            <div class="themes">
              ${themes.map(
                ([value, label]) =>
                  html`<label
                    ><input
                      type="radio"
                      name="theme"
                      class="sr"
                      .checked=${theme === value}
                      @change=${() => this.send({ type: 'theme', theme: value })}
                    /><span>${label}</span></label
                  >`,
              )}
            </div>
          </fieldset>
        </div>
      </section>
      <section aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        ${
          this.settings.devices &&
          html`<offhook-devices .devices=${this.settings.devices} ?comesBack=${account !== undefined}></offhook-devices>`
        }
        ${account || accountPending ? nothing : html`<offhook-add-device .link=${this.settings.deviceLink}></offhook-add-device>`}
      </section>
      ${
        account || accountPending
          ? nothing
          : html`<p>
              <button type="button" class="button" @click=${() => this.send({ type: 'sign-out' })}>
                Use another name here
              </button>
            </p>`
      }
    </div>`;
  }

  #you(): TemplateResult {
    const { nameProblem, account } = this.settings;
    const isGuest = account?.role === 'guest';
    const name = this.typed?.trim();
    const isNew = name !== undefined && name !== '' && name !== this.me.name;
    return html`<section aria-labelledby="you">
      <h2 id="you">You</h2>
      <form class="card" @submit=${this.#rename}>
        <div class="line">
          <offhook-avatar .name=${this.me.name} .address=${this.me.address}></offhook-avatar>
          <label class="words" for="own-name"
            ><span>Name</span
            ><span class="hint">${isGuest ? 'You are here under this name.' : 'Others call you by it.'}</span></label
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
            ${isGuest ? nothing : html`<button type="submit" class="button ${isNew ? 'primary' : ''}" ?disabled=${!isNew}>Save</button>`}
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
                <span>${account.role === 'admin' ? 'People and invitations' : 'Invite a guest'}</span>
                <span class="hint">
                  ${account.role === 'admin' ? 'Who has an account here, and links for others.' : 'A link with which somebody can call you.'}
                </span>
              </span>
              ${icon(ChevronRight)}
            </button>`
      }
      <section aria-labelledby="account">
        <h2 id="account">Account</h2>
        <offhook-account .account=${account} .address=${this.me.address}></offhook-account>
      </section>`;
  }

  #switch(label: string, hint: string, on: boolean, change: (on: boolean) => void): TemplateResult {
    return html`<label class="line">
      <span class="words"><span>${label}</span><span class="hint">${hint}</span></span>
      <input
        type="checkbox"
        role="switch"
        .checked=${on}
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

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    css`
      :host {
        display: block;
        block-size: 100%;
        overflow: hidden auto;
        scrollbar-width: thin;
      }
      .page {
        inline-size: min(100%, 640px);
        margin-inline: auto;
        padding: 20px 20px 48px;
        display: grid;
        gap: 28px;
      }
      h1 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      h2 {
        margin-block-end: 8px;
        font-size: var(--size-s);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      offhook-devices {
        display: block;
        margin-block-end: 12px;
      }
      .line {
        justify-content: space-between;
        gap: 8px 16px;
      }
      .line + .line {
        border-block-start: 1px solid var(--line);
      }
      .leads {
        inline-size: 100%;
        text-align: start;
      }
      .leads:hover {
        background: var(--hover);
      }
      .leads .icon {
        color: var(--quiet);
      }
      .leads .icon:last-child:dir(rtl) {
        scale: -1 1;
      }
      .words {
        flex: 1 1 150px;
        display: grid;
        font-weight: var(--weight-medium);
      }
      .name {
        flex: 0 1 320px;
        display: flex;
        gap: 8px;
      }
      #name-problem {
        padding: 0 16px;
      }
      #name-problem:not(:empty) {
        padding-block-end: 12px;
      }
      .select {
        flex: none;
        position: relative;
        inline-size: 148px;
      }
      select {
        appearance: none;
        inline-size: 100%;
        padding-inline-end: 40px;
      }
      .select .icon {
        position: absolute;
        inset-block-start: 12px;
        inset-inline-end: 12px;
        color: var(--quiet);
        pointer-events: none;
      }
      input[role='switch'] {
        appearance: none;
        flex: none;
        position: relative;
        inline-size: 44px;
        min-block-size: 26px;
        block-size: 26px;
        padding: 0;
        border: 0;
        border-radius: 13px;
        background: var(--edge);
        cursor: pointer;
        transition: background-color var(--quick);
      }
      input[role='switch']::before {
        content: '';
        position: absolute;
        inset-block-start: 3px;
        inset-inline-start: 3px;
        inline-size: 20px;
        block-size: 20px;
        border-radius: 50%;
        background: #fff;
        transition: translate var(--quick);
      }
      input[role='switch']:checked {
        background: var(--accent);
      }
      input[role='switch']:checked::before {
        translate: 18px;
      }
      input[role='switch']:checked:dir(rtl)::before {
        translate: -18px;
      }
      input[role='switch']:focus-visible {
        outline-offset: 2px;
      }
      .themes {
        display: flex;
        padding: 2px;
        border-radius: 10px;
        background: var(--hover);
      }
      .themes span {
        display: grid;
        place-content: center;
        min-block-size: 44px;
        padding: 4px 14px;
        border-radius: var(--radius-control);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
        color: var(--quiet);
        cursor: pointer;
      }
      .themes input:checked + span {
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 1px 2px #0000001f;
      }
      .themes input:focus-visible + span {
        outline: 2px solid var(--accent-text);
      }
      @container (width < 480px) {
        .line:has(.name),
        fieldset.line {
          flex-wrap: wrap;
        }
        .name {
          flex: 1 1 100%;
        }
        .themes {
          flex: 1 1 100%;
        }
        .themes label {
          flex: 1;
          text-align: center;
        }
        .themes span {
          padding-inline: 4px;
        }
      }
    `,
  ];
}
customElements.define('offhook-settings', SettingsPage);

/** The usual values, and the present one where it is another. */
function options(usual: readonly number[], present: number): readonly number[] {
  return [...new Set([...usual, present])].sort((a, b) => a - b);
}
