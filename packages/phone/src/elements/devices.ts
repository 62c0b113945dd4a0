import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { Monitor, Pencil, Smartphone } from 'lucide';
import { limits } from '@offhook/core';
import type { Device } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { isHandheld, whereabouts } from '../view/devices.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { tip } from './tip.ts';

/** Where a person is signed in. Each of the devices can be given a name, and be signed out, after a question. */
export class DeviceList extends PhoneElement {
  static override properties = {
    devices: { attribute: false },
    comesBack: { type: Boolean },
    asked: { state: true },
    named: { state: true },
  };
  declare devices: readonly Device[];
  /** Whoever is signed out can sign in again, with a password. */
  declare comesBack: boolean;
  /** The device whose signing out is to be confirmed. */
  declare asked: string | undefined;
  /** The device that is being given a name. */
  declare named: string | undefined;

  protected override updated(changed: PropertyValues): void {
    const unnamed = changed.get('named') as string | undefined;
    if (this.named !== undefined && changed.has('named'))
      this.renderRoot.querySelector<HTMLInputElement>('form input')?.select();
    else if (unnamed !== undefined) this.renderRoot.querySelector<HTMLElement>(`[data-name="${CSS.escape(unnamed)}"]`)?.focus();
    const before = changed.get('asked') as string | undefined;
    if (!changed.has('asked')) return;
    // The one button took the place of the other.
    if (this.asked !== undefined) this.renderRoot.querySelector<HTMLElement>('.question .button')?.focus();
    else this.renderRoot.querySelector<HTMLElement>(`[data-device="${CSS.escape(before ?? '')}"]`)?.focus();
  }

  protected override render(): TemplateResult {
    return html`<ul class="card">
      ${this.devices.map((device) => html`<li>${device.id === this.named ? this.#naming(device) : this.#row(device)}${device.id === this.asked ? this.#question(device) : nothing}</li>`)}
    </ul>`;
  }

  #row(device: Device): TemplateResult {
    const { id, name, connected } = device;
    return html`<div class="line">
      ${icon(isHandheld(name) ? Smartphone : Monitor)}
      <div class="words">
        <bdi class="cut">${name}</bdi>
        <p class=${connected ? 'hint here' : 'hint'}>${whereabouts(device, Date.now())}</p>
      </div>
      ${
        id === this.asked
          ? nothing
          : html`<button
              type="button"
              class="icon-button"
              data-name=${id}
              aria-label=${t.settings.nameDevice(name)}
              @click=${() => (this.named = id)}
              ${tip(t.settings.nameDevice(name))}
            >
              ${icon(Pencil)}
            </button>`
      }
      ${
        id === this.asked
          ? nothing
          : html`<button
              type="button"
              class="button"
              data-device=${id}
              aria-label=${t.settings.signOutDevice(name)}
              @click=${() => (this.asked = id)}
            >
              ${t.settings.signOut}
            </button>`
      }
    </div>`;
  }

  #naming({ id, name }: Device): TemplateResult {
    const save = (event: SubmitEvent): void => {
      event.preventDefault();
      const wanted = (event.target as HTMLFormElement).querySelector('input')?.value.trim() ?? '';
      this.named = undefined;
      if (wanted !== '' && wanted !== name) this.send({ type: 'name-device', device: id, name: wanted });
    };
    return html`<form class="line" @submit=${save} @keydown=${this.#onKey}>
      <input
        required
        dir="auto"
        autocomplete="off"
        enterkeyhint="done"
        maxlength=${limits.nameLength}
        aria-label=${t.settings.deviceName}
        .value=${name}
      />
      <button type="submit" class="button primary">${t.general.save}</button>
      <button type="button" class="button" @click=${() => (this.named = undefined)}>${t.general.cancel}</button>
    </form>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // Nothing else is meant.
    event.stopPropagation();
    this.named = undefined;
  };

  #question({ id, current }: Device): TemplateResult {
    const isLast = this.devices.length === 1 && !this.comesBack;
    return html`<div class="question" role="group" aria-label=${t.settings.signOutQuestion}>
      <p>
        ${current ? t.settings.endsHere : this.comesBack ? t.settings.endsUntilPassword : t.settings.endsThere}
        ${isLast ? t.settings.lastDevice : nothing}
      </p>
      <div class="choices">
        <button type="button" class="button" @click=${() => (this.asked = undefined)}>${t.general.keepIt}</button>
        <button type="button" class="button danger" @click=${() => this.#remove(id)}>${t.settings.signOut}</button>
      </div>
    </div>`;
  }

  #remove(device: string): void {
    this.asked = undefined;
    this.send({ type: 'remove-device', device });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    css`
      form input {
        flex: 1 1 200px;
        min-inline-size: 0;
      }
      form.line {
        flex-wrap: wrap;
      }
      @container (width < 480px) {
        form input {
          flex-basis: 100%;
        }
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .line > .icon {
        color: var(--quiet);
      }
      .here::before {
        content: '';
        display: inline-block;
        inline-size: 8px;
        block-size: 8px;
        margin-inline-end: 6px;
        border-radius: 50%;
        background: var(--online);
      }
    `,
  ];
}
customElements.define('offhook-devices', DeviceList);
