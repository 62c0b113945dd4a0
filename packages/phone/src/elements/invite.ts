import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Role } from '@offhook/client/accounts';
import type { Address } from '@offhook/core';
import { a } from '../texts/accounts.ts';
import { t } from '../texts/texts.ts';
import { madeFor, span } from '../view/accounts.ts';
import type { AdministrationState, InvitationState, NewLinkState, ReadyLink } from '../view/accounts.ts';
import { inSentence } from '../view/names.ts';
import { buttons } from '../styles/base.ts';
import { card } from '../styles/card.ts';
import { PhoneElement } from './element.ts';
import './copy-link.ts';

/** Makes links that let somebody in, and shows those that may still be used. */
export class Invite extends PhoneElement {
  static override properties = { administration: { attribute: false }, isAdmin: { type: Boolean }, chosen: { state: true } };
  declare administration: AdministrationState;
  declare isAdmin: boolean;
  /** Whom the next link is for. */
  declare chosen: Role | undefined;

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('administration') as AdministrationState | undefined;
    const { kind } = this.#made;
    if (before === undefined || madeFor(before.made, undefined).kind === kind) return;
    // The link took the place of the button, or the other way round.
    this.renderRoot.querySelector<HTMLElement>(kind === 'ready' ? 'offhook-copy-link' : '.make .button')?.focus();
  }

  protected override render(): TemplateResult {
    const { made, invitations } = this.administration;
    const others = invitations.filter(({ id }) => made.kind !== 'ready' || made.id !== id);
    return html`<div class="card">${this.#made.kind === 'ready' ? this.#ready(this.#made) : this.#make(this.#made)}</div>
      ${
        others.length === 0
          ? nothing
          : html`<section aria-labelledby="open">
              <h3 id="open">${a.openLinks}</h3>
              <ul class="card" aria-labelledby="open">
                ${others.map((invitation) => html`<li class="line">${this.#open(invitation)}</li>`)}
              </ul>
            </section>`
      }`;
  }

  get #made(): NewLinkState {
    return madeFor(this.administration.made, undefined);
  }

  #make(made: NewLinkState): TemplateResult {
    const role = this.chosen ?? (this.isAdmin ? 'member' : 'guest');
    return html`<div class="make">
      ${
        this.isAdmin
          ? html`<fieldset class="roles">
              <legend class="sr">${a.inviteAs}</legend>
              ${(['guest', 'member', 'admin'] as const).map(
                (one) =>
                  html`<label
                    ><input
                      type="radio"
                      name="role"
                      class="sr"
                      .checked=${one === role}
                      @change=${() => (this.chosen = one)}
                    /><span>${a.roles[one]}</span></label
                  >`,
              )}
            </fieldset>`
          : nothing
      }
      <div>
        <p class="hint">${a.hints[role]}</p>
        <div role="status">${made.kind === 'failed' ? html`<p class="problem">${made.message}</p>` : nothing}</div>
      </div>
      <button
        type="button"
        class="button primary"
        ?disabled=${made.kind === 'busy'}
        @click=${() => this.send({ type: 'invite', role })}
      >
        ${a.makeLink}
      </button>
    </div>`;
  }

  #ready({ role, url, expiresAt }: ReadyLink): TemplateResult {
    return html`<div class="ready">
      <p class="title" role="status">${a.linkFor[role]}</p>
      <offhook-copy-link .url=${url} label=${a.invitation}></offhook-copy-link>
      <p class="hint">${a.sendIt(span(expiresAt - Date.now()))}</p>
      <p>
        <button type="button" class="button" @click=${() => this.send({ type: 'put-invitation-away' })}>
          ${t.general.done}
        </button>
      </p>
    </div>`;
  }

  #open({ id, role, uses, whose, expiresAt }: InvitationState): TemplateResult {
    const what =
      whose !== undefined
        ? a.passwordLinkListed(this.#nameOf(whose))
        : uses === 1
          ? a.roles[role]
          : a.severalTimes(a.roles[role], uses);
    return html`<div class="words">
        <p>${what}</p>
        <p class="hint">${a.goodFor(span(expiresAt - Date.now()))}</p>
      </div>
      <button
        type="button"
        class="button"
        aria-label=${a.takeBackLink(what, span(expiresAt - Date.now()))}
        @click=${() => this.send({ type: 'take-invitation-back', id })}
      >
        ${a.takeBack}
      </button>`;
  }

  #nameOf(address: Address): string {
    return inSentence(this.administration.accounts?.find((account) => account.address === address)?.name ?? address);
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    card,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      .make,
      .ready {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
        padding: 16px;
      }
      .make > .button {
        justify-self: start;
      }
      h3 {
        margin-block: 8px;
        font-size: var(--size-s);
        font-weight: var(--weight-strong);
        color: var(--quiet);
      }
      .title {
        font-weight: var(--weight-medium);
      }
      .roles {
        display: flex;
        padding: 2px;
        border-radius: 10px;
        background: var(--hover);
      }
      .roles label {
        flex: 1;
      }
      .roles span {
        display: grid;
        place-content: center;
        min-block-size: 44px;
        padding: 4px 8px;
        border-radius: var(--radius-control);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
        color: var(--quiet);
        cursor: pointer;
      }
      .roles input:checked + span {
        background: var(--raised);
        color: var(--text);
        box-shadow: 0 1px 2px #0000001f;
      }
      .roles input:focus-visible + span {
        outline: 2px solid var(--accent-text);
      }
      .problem {
        color: var(--danger-text);
        font-size: var(--size-s);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
    `,
  ];
}
customElements.define('offhook-invite', Invite);
