import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { Phone } from 'lucide';
import { limits } from '@offhook/core';
import type { PhoneView } from '@offhook/core';
import { p } from '../texts/sip-phones.ts';
import { t } from '../texts/texts.ts';
import { serverText, transportText } from '../view/sip-phones.ts';
import type { MadePhone, PhonesAction, SipPhonesState } from '../view/sip-phones.ts';
import { inSentence } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './copy-value.ts';

/** Desk phones and apps: those that there are, and the way to one more. */
export class SipPhones extends PhoneElement {
  static override properties = { phones: { attribute: false }, asked: { state: true } };
  declare phones: SipPhonesState;
  /** Which is to be removed, once that is confirmed. */
  declare asked: string | undefined;

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('phones') as SipPhonesState | undefined;
    const { kind } = this.phones.made;
    if (before !== undefined && before.made.kind !== kind) {
      // The one took the place of the other.
      if (kind === 'ready') this.renderRoot.querySelector<HTMLElement>('#made')?.focus();
      else if (before.made.kind === 'ready') this.renderRoot.querySelector('input')?.focus();
    }
    if (!changed.has('asked')) return;
    if (this.asked !== undefined) this.renderRoot.querySelector<HTMLElement>('.question .button')?.focus();
    else if (changed.get('asked') !== undefined)
      this.renderRoot.querySelector<HTMLElement>(`[data-phone="${CSS.escape(String(changed.get('asked')))}"]`)?.focus();
  }

  protected override render(): TemplateResult {
    const { list, made } = this.phones;
    // It stands above, until it is done.
    const others = list.filter(({ id }) => made.kind !== 'ready' || made.phone.id !== id);
    return html`<section aria-labelledby="phones">
      <h2 id="phones">${p.title}</h2>
      ${
        others.length === 0
          ? nothing
          : html`<ul class="card" aria-labelledby="phones">
              ${others.map((phone) => html`<li>${this.#row(phone)}${phone.id === this.asked ? this.#question(phone) : nothing}</li>`)}
            </ul>`
      }
      <div class="card">${made.kind === 'ready' ? this.#made(made) : this.#add(made)}</div>
    </section>`;
  }

  #row({ id, login, name, registered }: PhoneView): TemplateResult {
    return html`<div class="line">
      ${icon(Phone)}
      <div class="words">
        <bdi class="cut">${name}</bdi>
        <p class=${registered ? 'hint here' : 'hint'}>${registered ? p.registered : p.notRegistered} · <bdi>${login}</bdi></p>
      </div>
      ${
        id === this.asked
          ? nothing
          : html`<button
              type="button"
              class="button"
              data-phone=${id}
              aria-label=${p.removeIt(name)}
              @click=${() => (this.asked = id)}
            >
              ${p.remove}
            </button>`
      }
    </div>`;
  }

  #question({ id }: PhoneView): TemplateResult {
    return html`<div class="question" role="group" aria-label=${p.removeQuestion}>
      <p>${p.ends}</p>
      <div class="choices">
        <button type="button" class="button" @click=${() => (this.asked = undefined)}>${t.general.keepIt}</button>
        <button type="button" class="button danger" @click=${() => this.#remove(id)}>${p.remove}</button>
      </div>
    </div>`;
  }

  #add(made: Exclude<MadePhone, { kind: 'ready' }>): TemplateResult {
    return html`<form class="line" @submit=${this.#onAdd}>
      <div class="words">
        <p>${p.lead}</p>
        <p class="hint">${p.hint}</p>
      </div>
      <span class="name">
        <input
          required
          dir="auto"
          autocomplete="off"
          enterkeyhint="done"
          maxlength=${limits.nameLength}
          placeholder=${p.example}
          aria-label=${p.name}
          aria-describedby="problem"
        />
        <button type="submit" class="button" ?disabled=${made.kind === 'busy'}>${p.add}</button>
      </span>
      <p id="problem" class="problem" role="alert">${made.kind === 'failed' ? made.message : nothing}</p>
    </form>`;
  }

  #made({ phone: { id, login, name }, password }: Extract<MadePhone, { kind: 'ready' }>): TemplateResult {
    const isHere = this.phones.list.some((one) => one.id === id && one.registered);
    return html`<div class="made">
      <h3 id="made" tabindex="-1">${p.enterThere(inSentence(name))}</h3>
      <div class="values">
        <offhook-copy-value label=${p.server} .value=${serverText(this.phones.server)}></offhook-copy-value>
        <offhook-copy-value label=${p.user} .value=${login}></offhook-copy-value>
        <offhook-copy-value label=${p.password} .value=${password} grouped></offhook-copy-value>
        <p class="transport"><span>${p.transport}</span><span dir="ltr">${transportText(this.phones.server)}</span></p>
      </div>
      <p class="hint">${p.domain}</p>
      <p class="hint">${p.once}</p>
      <div class="end">
        <p role="status" class=${isHere ? 'here' : 'hint'}>${isHere ? p.ready : p.waiting}</p>
        <button type="button" class="button ${isHere ? 'primary' : ''}" @click=${() => this.#ask({ act: 'done' })}>
          ${t.general.done}
        </button>
      </div>
    </div>`;
  }

  readonly #onAdd = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = (event.target as HTMLFormElement).querySelector('input')?.value.trim() ?? '';
    if (name !== '') this.#ask({ act: 'add', name });
  };

  #remove(phone: string): void {
    this.asked = undefined;
    this.#ask({ act: 'remove', phone });
  }

  #ask(what: PhonesAction): void {
    this.send({ type: 'phones', what });
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    fields,
    card,
    css`
      :host {
        display: block;
      }
      section {
        display: grid;
        gap: 12px;
      }
      h2 {
        margin-block-end: -4px;
        font-size: var(--size-s);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      h3 {
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .line > .icon {
        color: var(--quiet);
      }
      form.line {
        flex-wrap: wrap;
        gap: 8px 16px;
      }
      form .words {
        flex: 1 1 220px;
      }
      .name {
        flex: 0 1 300px;
        display: flex;
        gap: 8px;
      }
      .name input {
        min-inline-size: 0;
      }
      .name .button {
        flex: none;
      }
      #problem {
        flex: 1 1 100%;
      }
      #problem:empty {
        display: none;
      }
      .made {
        display: grid;
        gap: 12px;
        padding: 16px;
      }
      .values {
        display: grid;
        gap: 6px;
      }
      .transport {
        display: grid;
        align-items: baseline;
        grid-template-columns: 120px 1fr;
        gap: 0 12px;
        padding: 4px 16px;
        text-align: start;
      }
      .transport span:first-child {
        font-size: var(--size-s);
        color: var(--quiet);
      }
      .transport:dir(rtl) span + span {
        text-align: end;
      }
      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
      }
      .end .here {
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
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
      @container (width < 480px) {
        .name {
          flex-basis: 100%;
        }
        .end .button {
          flex: 1 1 100%;
        }
      }
    `,
  ];
}
customElements.define('offhook-sip-phones', SipPhones);
