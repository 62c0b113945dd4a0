import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { HistoryEntry, PersonPresence } from '@offhook/core';
import { isMine, rings } from '../view/state.ts';
import type { CallState, PhoneState, SignedIn } from '../view/state.ts';
import { announcement } from '../view/texts.ts';
import { text } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { mark } from './mark.ts';
import type { People } from './people.ts';
import { controlParts } from './call-controls.ts';
import './call.ts';
import './call-bar.ts';
import './history.ts';
import './incoming.ts';
import './notice.ts';
import './people.ts';
import './person.ts';
import './rail.ts';
import './settings.ts';
import './sign-in.ts';
import './welcome.ts';

/** Where others find this phone. */
export interface Whereabouts {
  readonly url: string;
  /** Opens a second person in this browser. */
  readonly secondUrl: string;
  /** Other machines can open `url`. */
  readonly reachable: boolean;
}

/**
 * The whole phone. It draws `state` and sends commands; it keeps nothing of its own, so that the same state looks the same.
 *
 * @fires offhook-command what the person asks for
 * @part stage, picture, microphone, camera, more, hang-up of the call screen
 * @part card, accept, other, decline of a call that rings
 * @part call-button of a person's page
 */
export class PhoneApp extends PhoneElement {
  static override properties = { state: { attribute: false }, whereabouts: { attribute: false } };
  declare state: PhoneState;
  declare whereabouts: Whereabouts;
  /** What had the focus before a call took the window. */
  #before: HTMLElement | undefined;

  focusSearch(): void {
    this.renderRoot.querySelector<People>('offhook-people')?.focusSearch();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('state') as PhoneState | undefined;
    if (!fullCall(before) && fullCall(this.state)) this.#before = deepActive();
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('state') as PhoneState | undefined;
    if (fullCall(before) && !fullCall(this.state)) this.#before?.focus();
  }

  protected override render(): TemplateResult {
    switch (this.state.kind) {
      case 'starting':
        return html`<main class="splash">
          <h1>${mark}</h1>
          <p role="status" class=${this.state.waiting ? 'quiet' : 'sr'}>
            ${this.state.waiting ? 'The server does not answer. Trying again…' : 'Signing in…'}
          </p>
        </main>`;
      case 'signed-out':
        return html`<offhook-sign-in .state=${this.state}></offhook-sign-in>`;
      case 'signed-in':
        return this.#signedIn(this.state);
    }
  }

  #signedIn(state: SignedIn): TemplateResult {
    const { route, me, settings, calls } = state;
    const full = fullCall(state);
    const ringing = calls.filter(rings);
    const isFront = ({ id }: CallState): boolean => id === state.front?.call;
    const bars = full ? [] : calls.filter(isMine).toSorted((a, b) => Number(isFront(b)) - Number(isFront(a)));
    const alone = route.section === 'people' && state.people.list?.length === 0;
    const shown = route.person === undefined ? (alone ? 'list alone' : 'list') : 'page';
    return html`<div class="frame ${route.section} ${shown}" ?inert=${full !== undefined}>
        <offhook-rail
          .section=${route.section}
          .unseen=${state.history.unseen}
          .me=${me}
          .presence=${settings.doNotDisturb ? 'do_not_disturb' : calls.some(isMine) ? 'on_call' : 'online'}
        ></offhook-rail>
        ${
          bars.length === 0
            ? nothing
            : html`<div class="bars">
                ${repeat(
                  bars,
                  ({ id }) => id,
                  (call) => html`<offhook-call-bar .call=${call} ?aside=${!isFront(call)}></offhook-call-bar>`,
                )}
              </div>`
        }
        <main class="panes">
          <div class="side">${this.#side(state)}</div>
          <div class="content">${this.#page(state)}</div>
        </main>
      </div>
      ${full ? this.#full(full, state) : nothing}
      <div class="ringing">
        ${repeat(
          ringing,
          ({ id }) => id,
          (call) =>
            html`<offhook-incoming
              exportparts="card, accept, other, decline"
              .call=${call}
              .audible=${state.audible || !settings.ringAloud}
              .engaged=${calls.some(isMine)}
            ></offhook-incoming>`,
        )}
      </div>
      <offhook-notice .text=${state.notice} .offline=${state.line === 'down' && !full}></offhook-notice>
      <p class="sr" role="status">${announcement(state)}</p>`;
  }

  #full(call: CallState, state: SignedIn): TemplateResult {
    const others = state.calls.filter((other) => other !== call && isMine(other));
    return html`<offhook-call
      exportparts=${`stage, picture, ${controlParts}`}
      .call=${call}
      .line=${state.line}
      .silenced=${state.silenced}
    >
      ${others.map((other) => html`<offhook-call-bar slot="others" aside .call=${other}></offhook-call-bar>`)}
    </offhook-call>`;
  }

  #side({ route, people, history }: SignedIn): TemplateResult | typeof nothing {
    switch (route.section) {
      case 'people':
        return html`<offhook-people .people=${people} .selected=${route.person}></offhook-people>`;
      case 'calls':
        return html`<offhook-history .history=${history} .selected=${route.person}></offhook-history>`;
      case 'settings':
        return nothing;
    }
  }

  #page(state: SignedIn): TemplateResult | typeof nothing {
    const { route, people, history, calls } = state;
    if (route.section === 'settings')
      return html`<offhook-settings .me=${state.me} .settings=${state.settings}></offhook-settings>`;
    if (route.person !== undefined) {
      const { person } = route;
      const entries = history.entries?.filter(({ peer }) => peer.address === person) ?? [];
      return html`<offhook-person
        exportparts="call-button"
        .person=${personOf(person, people.list, entries)}
        .entries=${entries}
        .section=${route.section}
        .call=${calls.find((call) => (isMine(call) || rings(call)) && call.peer.address === person)}
      ></offhook-person>`;
    }
    if (people.list === undefined) return nothing;
    const { url, secondUrl, reachable } = this.whereabouts;
    return html`<offhook-welcome
      .alone=${people.list.length === 0}
      .url=${url}
      .secondUrl=${secondUrl}
      .reachable=${reachable}
    ></offhook-welcome>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    text,
    css`
      :host {
        display: block;
        position: relative;
        container-type: size;
        block-size: 100%;
        overflow: hidden;
        background: var(--ground);
      }
      .splash {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 20px;
        block-size: 100%;
        /* Most sign-ins are over before one could look. */
        animation: appear 200ms 400ms backwards;
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
      .splash svg {
        inline-size: 56px;
        block-size: 56px;
      }
      .frame {
        display: grid;
        grid-template: 'rail bars bars' auto 'rail side main' minmax(0, 1fr) / 72px 340px minmax(0, 1fr);
        block-size: 100%;
      }
      .frame.settings {
        grid-template: 'rail bars' auto 'rail main' minmax(0, 1fr) / 72px minmax(0, 1fr);
      }
      offhook-rail {
        grid-area: rail;
        border-inline-end: 1px solid var(--line);
      }
      .bars {
        grid-area: bars;
        display: grid;
        gap: 8px;
        justify-items: center;
        padding: 10px 12px;
      }
      .bars offhook-call-bar {
        inline-size: min(640px, 100%);
      }
      .side {
        grid-area: side;
        min-block-size: 0;
        background: var(--surface);
        border-inline-end: 1px solid var(--line);
      }
      .frame.settings .side {
        display: none;
      }
      .panes {
        display: contents;
      }
      .content {
        grid-area: main;
        min-block-size: 0;
        background: var(--ground);
      }
      .ringing {
        position: absolute;
        z-index: 10;
        inset-block-start: 16px;
        inset-inline-end: 16px;
        inline-size: min(372px, 100% - 32px);
        display: grid;
        gap: 12px;
        pointer-events: none;
      }
      @container (width < 720px) {
        .frame,
        .frame.settings {
          grid-template: 'bars' auto 'main' minmax(0, 1fr) 'rail' auto / minmax(0, 1fr);
        }
        offhook-rail {
          border-inline-end: 0;
        }
        .side {
          grid-area: main;
          border: 0;
        }
        .frame.list:not(.settings, .alone) .content,
        .frame.alone .side,
        .frame.page .side,
        .frame.page offhook-rail {
          display: none;
        }
        .frame.page {
          grid-template: 'bars' auto 'main' minmax(0, 1fr) / minmax(0, 1fr);
        }
        .ringing {
          inset: calc(12px + env(safe-area-inset-top)) 12px auto;
          inline-size: auto;
        }
        .ringing:has(offhook-incoming:not([engaged])) {
          inset: 0;
        }
      }
    `,
  ];
}
customElements.define('offhook-phone', PhoneApp);

/** The call that fills the window. */
function fullCall(state: PhoneState | undefined): CallState | undefined {
  if (state?.kind !== 'signed-in' || !state.front?.full) return undefined;
  return state.calls.find(({ id }) => id === state.front?.call);
}

/** Somebody of the history may have left the list. */
function personOf(
  address: string,
  people: readonly PersonPresence[] | undefined,
  entries: readonly HistoryEntry[],
): PersonPresence {
  return (
    people?.find((person) => person.address === address) ?? {
      address,
      name: entries[0]?.peer.name ?? address,
      presence: 'offline',
    }
  );
}

/** The element with the focus, through shadow roots. */
function deepActive(): HTMLElement | undefined {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement ? active : undefined;
}
