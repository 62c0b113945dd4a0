import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ArrowLeft, Ellipsis, KeyRound, Search, ShieldCheck, UserRound, UserX } from 'lucide';
import type { AccountView } from '@offhook/client/accounts';
import type { Address } from '@offhook/core';
import { a } from '../texts/accounts.ts';
import { t } from '../texts/texts.ts';
import { accountsFound, madeFor, span } from '../view/accounts.ts';
import type { AdministrationState } from '../view/accounts.ts';
import { inSentence } from '../view/names.ts';
import { buttons, fields } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { MenuEntry } from './menu.ts';
import './avatar.ts';
import './copy-link.ts';
import './invite.ts';
import './menu.ts';

/** Behind the settings: links that let somebody in, and for administrators everybody who has an account. */
export class AccountsPage extends PhoneElement {
  static override properties = {
    administration: { attribute: false },
    isAdmin: { type: Boolean },
    me: {},
    asked: { state: true },
  };
  declare administration: AdministrationState;
  declare isAdmin: boolean;
  /** One's own address. */
  declare me: Address;
  /** Whose account is to be closed, once that is confirmed. */
  declare asked: Address | undefined;

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    const made = (changed.get('administration') as AdministrationState | undefined)?.made;
    const isReady = this.administration.made.kind === 'ready' && this.administration.made.whose !== undefined;
    if (made !== undefined && made !== this.administration.made && isReady)
      this.renderRoot.querySelector<HTMLElement>('.made offhook-copy-link')?.focus();
    if (!changed.has('asked')) return;
    const before = changed.get('asked') as Address | undefined;
    if (this.asked !== undefined) this.renderRoot.querySelector<HTMLElement>('.question .button')?.focus();
    else if (before !== undefined) this.#focusAccount(before);
  }

  protected override render(): TemplateResult {
    return html`<div class="page">
      <header>
        ${iconButton({
          icon: ArrowLeft,
          label: a.backToSettings,
          class: 'back',
          onClick: () => this.send({ type: 'go', to: { section: 'settings' } }),
        })}
        <h1 tabindex="-1">${a.titles[this.#as]}</h1>
      </header>
      <section aria-labelledby="invite">
        <h2 id="invite" class=${this.isAdmin ? '' : 'sr'}>${a.inviteTitles[this.#as]}</h2>
        <offhook-invite .administration=${this.administration} ?isAdmin=${this.isAdmin}></offhook-invite>
      </section>
      ${this.isAdmin && this.administration.accounts ? this.#accounts(this.administration.accounts) : nothing}
    </div>`;
  }

  get #as(): 'admin' | 'member' {
    return this.isAdmin ? 'admin' : 'member';
  }

  #accounts(all: readonly AccountView[]): TemplateResult {
    const { query, more } = this.administration;
    const found = accountsFound(all, query);
    return html`<section aria-labelledby="accounts">
      <h2 id="accounts">
        ${a.accounts} ${query === '' && !more ? html`<span class="number">· ${found.length}</span>` : nothing}
      </h2>
      <search class="search">
        ${icon(Search)}
        <input
          type="search"
          placeholder=${a.searchByName}
          aria-label=${a.search}
          autocomplete="off"
          spellcheck="false"
          maxlength="64"
          .value=${query}
          @input=${(event: InputEvent) =>
            this.send({ type: 'search-accounts', query: (event.target as HTMLInputElement).value })}
        />
      </search>
      ${
        found.length === 0
          ? html`<p class="empty">${a.nobodyCalled(query.trim())}</p>`
          : html`<ul class="card" aria-label=${a.accounts}>
              ${repeat(
                found,
                ({ address }) => address,
                (account) => html`<li>${this.#row(account)}</li>`,
              )}
            </ul>`
      }
      ${
        more
          ? html`<p class="more">
              <button type="button" class="button" @click=${() => this.send({ type: 'more-accounts' })}>${a.more}</button>
            </p>`
          : nothing
      }
      <p class="sr" role="status">${query === '' ? nothing : t.general.found(found.length)}</p>
    </section>`;
  }

  #row(account: AccountView): TemplateResult {
    const { address, name, role, endsInMs } = account;
    const isMe = address === this.me;
    const until = endsInMs === undefined ? '' : ` · ${a.forMore(span(endsInMs))}`;
    return html`<div class="line">
        <offhook-avatar .name=${name} .address=${address}></offhook-avatar>
        <div class="words">
          <bdi class="cut">${name}</bdi>
          <p class="hint cut">${a.roles[role]}${isMe ? ` · ${t.general.oneself}` : until}</p>
        </div>
        ${
          isMe || this.asked === address
            ? nothing
            : html`<offhook-menu label=${a.actions(inSentence(name))} .entries=${this.#actions(account)}>
                <button type="button" class="icon-button" data-account=${address} aria-label=${a.change(inSentence(name))}>
                  ${icon(Ellipsis)}
                </button>
              </offhook-menu>`
        }
      </div>
      ${this.asked === address ? this.#question(account) : this.#passwordLink(account)}`;
  }

  #actions({ address, role }: AccountView): readonly MenuEntry[] {
    const close: MenuEntry = {
      kind: 'item',
      label: role === 'guest' ? a.endVisitAsk : a.closeAccountAsk,
      icon: UserX,
      select: () => (this.asked = address),
    };
    if (role === 'guest') return [close];
    const isAdmin = role === 'admin';
    return [
      {
        kind: 'item',
        label: a.renewPassword,
        icon: KeyRound,
        select: () => this.send({ type: 'password-link', address }),
      },
      {
        kind: 'item',
        label: isAdmin ? a.makeMember : a.makeAdmin,
        icon: isAdmin ? UserRound : ShieldCheck,
        select: () => this.send({ type: 'set-role', address, role: isAdmin ? 'member' : 'admin' }),
      },
      close,
    ];
  }

  #passwordLink({ address, name }: AccountView): TemplateResult | typeof nothing {
    const made = madeFor(this.administration.made, address);
    if (made.kind === 'failed') return html`<p class="made problem" role="alert">${made.message}</p>`;
    if (made.kind !== 'ready') return nothing;
    return html`<div class="made">
      <p role="status">${a.passwordLinkFor(inSentence(name))}</p>
      <offhook-copy-link .url=${made.url} label=${a.passwordLink}></offhook-copy-link>
      <p class="hint">${a.sendIt(span(made.expiresAt - Date.now()))}</p>
      <p><button type="button" class="button" @click=${() => this.#putAway(address)}>${t.general.done}</button></p>
    </div>`;
  }

  #putAway(address: Address): void {
    this.send({ type: 'put-invitation-away' });
    this.#focusAccount(address);
  }

  #focusAccount(address: Address): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-account="${CSS.escape(address)}"]`)?.focus();
  }

  #question(account: AccountView): TemplateResult {
    const { address, name, role } = account;
    return html`<div class="question" role="group" aria-label=${role === 'guest' ? a.endVisitQuestion : a.closeQuestion}>
      <p>${role === 'guest' ? a.visitEnds : a.accountEnds}</p>
      <div class="choices">
        <button type="button" class="button" @click=${() => (this.asked = undefined)}>${t.general.keepIt}</button>
        <button type="button" class="button danger" @click=${() => this.#close({ address, name })}>
          ${role === 'guest' ? a.endVisit : a.closeAccount}
        </button>
      </div>
    </div>`;
  }

  #close(person: { readonly address: Address; readonly name: string }): void {
    this.asked = undefined;
    this.send({ type: 'close-account', person });
  }

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
        padding: 12px 20px 48px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 24px;
      }
      header {
        display: flex;
        align-items: center;
        gap: 4px;
        margin-inline-start: -12px;
      }
      .back:dir(rtl) {
        scale: -1 1;
      }
      h1 {
        font-size: var(--size-xl);
        font-weight: var(--weight-strong);
        letter-spacing: -0.01em;
      }
      h1:focus-visible {
        outline: none;
      }
      h2 {
        margin-block-end: 8px;
        font-size: var(--size-s);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .made {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
        padding: 4px 16px 16px;
      }
      .problem {
        color: var(--danger-text);
        font-size: var(--size-s);
      }
      .search {
        position: relative;
        display: block;
        margin-block-end: 12px;
        color: var(--quiet);
      }
      .search > .icon {
        position: absolute;
        inset-block-start: 12px;
        inset-inline-start: 12px;
        pointer-events: none;
      }
      .search input {
        padding-inline-start: 40px;
        border-color: var(--line);
      }
      .search input:hover {
        border-color: var(--edge);
      }
      .empty,
      .more {
        padding: 16px;
        text-align: center;
        color: var(--quiet);
      }
    `,
  ];
}
customElements.define('offhook-accounts', AccountsPage);
