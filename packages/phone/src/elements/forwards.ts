import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { forwardOf, forwardTo, nameOf } from '../view/forwards.ts';
import type { ForwardWhen } from '../view/forwards.ts';
import { inSentence } from '../view/names.ts';
import type { OwnState } from '../view/own.ts';
import type { PeopleState, SettingsState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import './choose-person.ts';
import type { ChoosePerson } from './choose-person.ts';

/** To whom calls go in one's place, and when. */
export class ForwardSettings extends PhoneElement {
  static override properties = {
    me: {},
    settings: { attribute: false },
    people: { attribute: false },
    own: { attribute: false },
    choosing: { state: true },
  };
  /** One's own address. */
  declare me: string;
  declare settings: SettingsState;
  declare people: PeopleState;
  declare own?: OwnState | undefined;
  /** For which case somebody is being chosen. */
  declare choosing: ForwardWhen | undefined;

  protected override firstUpdated(): void {
    // Whoever is not among those who are shown first.
    for (const when of ['always', 'busy', 'noAnswer'] as const) {
      const to = forwardOf(this.settings, when);
      if (to !== undefined && nameOf(to, this.people, this.own) === undefined) this.send({ type: 'find-people', query: to });
    }
  }

  protected override render(): TemplateResult {
    const seconds = this.settings.ringMs / 1000;
    return html`<div class="card">
        ${this.#line('always', t.settings.forwards.always, t.settings.forwards.alwaysHint)}
        ${this.#line('busy', t.settings.forwards.busy, t.settings.forwards.busyHint)}
        ${this.#line('noAnswer', t.settings.forwards.noAnswer, t.settings.forwards.noAnswerHint(seconds))}
      </div>
      <dialog aria-labelledby="title" @close=${this.#closed} @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
        <h3 id="title">${t.settings.forwards.whom}</h3>
        ${
          this.choosing
            ? html`<offhook-choose-person
                .people=${this.people}
                .own=${this.own}
                .without=${[this.me]}
                @offhook-chosen=${(event: CustomEvent<PersonPresence>) => this.#chosen(event.detail)}
              ></offhook-choose-person>`
            : nothing
        }
        <p class="ends">
          <button type="button" class="button" @click=${() => this.#dialog?.close()}>${t.general.cancel}</button>
        </p>
      </dialog>`;
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #line(when: ForwardWhen, label: string, hint: string): TemplateResult {
    const to = forwardOf(this.settings, when);
    const name = to === undefined ? undefined : inSentence(nameOf(to, this.people, this.own) ?? to);
    const word = name === undefined ? t.settings.forwards.choose : t.settings.forwards.change;
    return html`<div class="line" role="group" aria-label=${label}>
      <div class="words">
        <p>${label}</p>
        <p class="hint">${name === undefined ? hint : t.settings.forwards.goTo(name)}</p>
      </div>
      ${
        name === undefined
          ? nothing
          : html`<button
              type="button"
              class="button"
              aria-label=${t.settings.forwards.about(t.settings.forwards.stop, label)}
              @click=${() => this.#set(when, undefined)}
            >
              ${t.settings.forwards.stop}
            </button>`
      }
      <button
        type="button"
        class="button"
        data-when=${when}
        aria-label=${t.settings.forwards.about(word, label)}
        @click=${() => this.#choose(when)}
      >
        ${word}
      </button>
    </div>`;
  }

  async #choose(when: ForwardWhen): Promise<void> {
    this.choosing = when;
    await this.updateComplete;
    this.#dialog?.showModal();
    this.renderRoot.querySelector<ChoosePerson>('offhook-choose-person')?.focus();
  }

  #chosen({ address }: PersonPresence): void {
    if (this.choosing !== undefined) this.#set(this.choosing, address);
    this.#dialog?.close();
  }

  readonly #closed = (): void => {
    this.choosing = undefined;
  };

  #set(when: ForwardWhen, to: string | undefined): void {
    this.send({ type: 'settings', change: { forward: forwardTo(this.settings, when, to) } });
    // The button that stopped it is gone.
    this.renderRoot.querySelector<HTMLElement>(`[data-when=${when}]`)?.focus();
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    card,
    css`
      :host {
        display: block;
      }
      .line {
        flex-wrap: wrap;
      }
      .line + .line {
        border-block-start: 1px solid var(--line);
      }
      dialog {
        container-type: inline-size;
        inline-size: min(420px, calc(100vw - 32px));
        padding: 20px;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--raised);
        color: var(--text);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: #0f101466;
      }
      h3 {
        margin-block-end: 12px;
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
      }
      .ends {
        display: flex;
        justify-content: end;
        margin-block-start: 12px;
      }
    `,
  ];
}
customElements.define('offhook-forwards', ForwardSettings);
