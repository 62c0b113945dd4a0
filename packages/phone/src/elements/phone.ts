import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../texts/texts.ts';
import { allForwarded } from '../view/forwards.ts';
import type { LinkState } from '../view/call-link.ts';
import { barsOf, fullCall, fullMeeting, isAtSettings, isBehind, isPage, meetingBar, moodOf, personOf } from '../view/shown.ts';
import type { Mood } from '../view/shown.ts';
import { isMine, rings } from '../view/state.ts';
import type { CallState, PhoneState, SignedIn } from '../view/state.ts';
import { announcement } from '../view/texts.ts';
import { text } from '../styles/base.ts';
import { frame } from '../styles/frame.ts';
import { ownPresence, quietUntilText, statusLine } from '../view/own.ts';
import type { Follow, MeetingState } from '../view/meeting.ts';
import { PhoneElement } from './element.ts';
import { deepActive } from './focus.ts';
import { need } from './lazy.ts';
import { mark } from './mark.ts';
import type { ConversationList } from './conversations.ts';
import type { People } from './people.ts';
import { controlParts } from './control-parts.ts';
import './conversations.ts';
import './incoming.ts';
import './notice.ts';
import './people.ts';
import './rail.ts';
import type { SettingsPage } from './settings.ts';
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
 * @part card, accept, other, decline, reply of a call that rings
 * @part call-button of the conversation with a person
 */
export class PhoneApp extends PhoneElement {
  static override properties = { state: { attribute: false }, whereabouts: { attribute: false } };
  declare state: PhoneState;
  declare whereabouts: Whereabouts;
  /** What had the focus before a call took the window. */
  #before: HTMLElement | undefined;
  /** Somebody is on the way to the field of their status. */
  #toStatus = false;

  focusSearch(): void {
    this.renderRoot.querySelector<People | ConversationList>('offhook-people, offhook-conversations')?.focusSearch();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('state') as PhoneState | undefined;
    if (!isCovered(before) && isCovered(this.state)) this.#before = deepActive();
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('state') as PhoneState | undefined;
    if (isCovered(before) && !isCovered(this.state)) this.#before?.focus();
    if (this.#toStatus && isAtSettings(this.state)) void this.#focusStatus();
    else if (isBehind(before) && !isBehind(this.state)) void this.#focusLead();
    // What floats keeps clear of the calls at the upper edge.
    this.style.setProperty('--bars', String(this.state.kind === 'signed-in' ? barCount(this.state) : 0));
  }

  readonly #setStatus = (): void => {
    this.#toStatus = true;
    this.send({ type: 'go', to: { section: 'settings' } });
    // Whoever is there already stays there.
    this.requestUpdate();
  };

  async #focusStatus(): Promise<void> {
    this.#toStatus = false;
    await customElements.whenDefined('offhook-settings');
    await this.renderRoot.querySelector<SettingsPage>('offhook-settings')?.focusStatus();
  }

  async #focusLead(): Promise<void> {
    await customElements.whenDefined('offhook-settings');
    await this.renderRoot.querySelector<SettingsPage>('offhook-settings')?.focusLead();
  }

  protected override render(): TemplateResult {
    switch (this.state.kind) {
      case 'starting':
        return html`<main class="splash">
          <h1>${mark}</h1>
          ${this.#starting(this.state.waiting)}
        </main>`;
      case 'signed-out':
        need('offhook-sign-in');
        return html`<offhook-sign-in .state=${this.state}></offhook-sign-in>`;
      case 'signed-in':
        return this.#signedIn(this.state);
    }
  }

  #starting(waiting: boolean): TemplateResult {
    const text = !navigator.onLine ? t.general.offline : waiting ? t.general.serverSilent : t.wayIn.signingIn;
    return html`<p role="status" class=${waiting || !navigator.onLine ? 'quiet' : 'sr'}>${text}</p>`;
  }

  #signedIn(state: SignedIn): TemplateResult {
    const { route, me, settings, calls } = state;
    const full = fullCall(state);
    const ringing = calls.filter(rings);
    const meeting = fullMeeting(state);
    const covered = full !== undefined || meeting !== undefined;
    const bars = covered ? [] : barsOf(state);
    if (bars.length > 0) need('offhook-call-bar');
    const small = covered ? undefined : meetingBar(state);
    if (small) need('offhook-meeting-bar');
    const alone = route.section === 'people' && state.people.list?.length === 0;
    const shown = isPage(route) ? 'page' : alone ? 'list alone' : 'list';
    return html`<div class="frame ${route.section} ${shown}" ?inert=${covered}>
        <offhook-rail
          .section=${route.section}
          .unseen=${state.history.unseen}
          .unread=${state.conversations.unread}
          .me=${me}
          .forwarded=${allForwarded(state)}
          .presence=${ownPresence(settings, calls.some(isMine), Date.now())}
          .says=${statusLine(state.own?.profile.status, Date.now())}
          .quiet=${quietUntilText(settings, Date.now())}
          @offhook-set-status=${this.#setStatus}
        ></offhook-rail>
        ${
          bars.length === 0 && small === undefined
            ? nothing
            : html`<div class="bars">
                ${small ? html`<offhook-meeting-bar .meeting=${small}></offhook-meeting-bar>` : nothing}
                ${repeat(
                  bars,
                  ({ id }) => id,
                  (call) => html`<offhook-call-bar .call=${call} ?aside=${call.id !== state.front?.call}></offhook-call-bar>`,
                )}
              </div>`
        }
        <main class="panes">
          <div class="side">${this.#side(state)}</div>
          <div class="content">${this.#page(state)}</div>
        </main>
      </div>
      ${meeting ? this.#meeting(meeting, state, full !== undefined) : nothing} ${full ? this.#full(full, state) : nothing}
      <div class="ringing ${covered ? 'over' : ''}">
        ${repeat(
          ringing,
          ({ id }) => id,
          (call) =>
            html`<offhook-incoming
              exportparts="card, accept, other, decline, reply"
              .call=${call}
              .audible=${state.audible || state.bell === 'elsewhere' || !settings.ringAloud}
              .engaged=${calls.some(isMine)}
            ></offhook-incoming>`,
        )}
        ${state.link ? this.#link(state.link) : nothing}
      </div>
      ${state.meetings.follow ? this.#follow(state.meetings.follow) : nothing}
      <offhook-notice
        .notice=${state.notice}
        .offline=${state.line === 'down' && !covered}
        ?full=${covered}
        ?ringing=${ringing.length > 0 || state.link !== undefined}
        ?beside=${route.section !== 'settings'}
        ?page=${isPage(route)}
      ></offhook-notice>
      <p class="sr" role="status">${announcement(state)}</p>`;
  }

  #link(link: LinkState): TemplateResult {
    need('offhook-call-link');
    return html`<offhook-call-link .link=${link}></offhook-call-link>`;
  }

  #follow(follow: Follow): TemplateResult {
    // It comes with the meetings.
    need('offhook-meeting');
    return html`<offhook-follow .follow=${follow}></offhook-follow>`;
  }

  #full(call: CallState, state: SignedIn): TemplateResult {
    need('offhook-call');
    const others = barsOf(state);
    if (others.length > 0) need('offhook-call-bar');
    return html`<offhook-call
      exportparts=${`stage, picture, ${controlParts}`}
      .call=${call}
      .line=${state.line}
      .silenced=${state.silenced}
      .miniWindow=${state.miniWindow}
      .media=${state.media}
      .people=${state.people}
      .own=${state.own}
    >
      ${others.map((other) => html`<offhook-call-bar slot="others" aside .call=${other}></offhook-call-bar>`)}
    </offhook-call>`;
  }

  #meeting(meeting: MeetingState, state: SignedIn, inert: boolean): TemplateResult {
    need('offhook-meeting');
    return html`<offhook-meeting
      ?inert=${inert}
      .meeting=${meeting}
      .me=${state.me}
      .media=${state.media}
      .people=${state.people}
      .own=${state.own}
      .conversation=${state.conversations.open}
    ></offhook-meeting>`;
  }

  #side(state: SignedIn): TemplateResult | typeof nothing {
    const { route, people, history, conversations, me } = state;
    switch (route.section) {
      case 'conversations':
        return html`<offhook-conversations
          .conversations=${conversations}
          .people=${people}
          .me=${me}
          .route=${route}
        ></offhook-conversations>`;
      case 'people':
        return html`<offhook-people .people=${people} .own=${state.own} .selected=${route.person}>
          ${moodOf(state) === 'nobody' ? this.#welcome('nobody', 'first') : nothing}
        </offhook-people>`;
      case 'calls':
        need('offhook-history');
        return html`<offhook-history .history=${history} .selected=${route.person}></offhook-history>`;
      case 'meetings':
        need('offhook-meetings');
        return html`<offhook-meetings .meetings=${state.meetings}></offhook-meetings>`;
      case 'settings':
        return nothing;
    }
  }

  #page(state: SignedIn): TemplateResult | typeof nothing {
    const { route, me, own, settings, media } = state;
    const role = state.settings.account?.role;
    if (route.page === 'accounts' && role !== undefined && role !== 'guest') {
      need('offhook-accounts');
      return html`<offhook-accounts
        .administration=${state.administration}
        .me=${state.me.address}
        ?isAdmin=${role === 'admin'}
      ></offhook-accounts>`;
    }
    if (route.section === 'settings') {
      need('offhook-settings');
      return html`<offhook-settings
        .me=${me}
        .own=${own}
        .settings=${settings}
        .media=${media}
        .people=${state.people}
        ?reachable=${this.whereabouts.reachable}
      ></offhook-settings>`;
    }
    if (route.section === 'meetings') return html`<offhook-meetings-hint></offhook-meetings-hint>`;
    if (isPage(route)) return this.#conversation(state);
    const mood = moodOf(state);
    return mood === undefined ? nothing : this.#welcome(mood);
  }

  #conversation(state: SignedIn): TemplateResult {
    need('offhook-conversation');
    const { route, people, calls, conversations } = state;
    return html`<offhook-conversation
      exportparts="call-button"
      .conversation=${conversations.open}
      .person=${route.person && personOf(route.person, state)}
      .me=${state.me}
      .people=${people}
      .own=${state.own}
      .media=${state.media}
      .section=${route.section}
      .listed=${people.list?.some(({ address }) => address === route.person) ?? false}
      .call=${calls.find((call) => (isMine(call) || rings(call)) && call.peer.address === route.person)}
      .covered=${fullCall(state) !== undefined}
    ></offhook-conversation>`;
  }

  #welcome(mood: Mood, slot?: string): TemplateResult {
    return html`<offhook-welcome
      slot=${ifDefined(slot)}
      .mood=${mood}
      .url=${this.whereabouts.url}
      .secondUrl=${this.whereabouts.secondUrl}
      .reachable=${this.whereabouts.reachable}
      .account=${this.state.kind === 'signed-in' ? this.state.settings.account?.role : undefined}
      .echo=${this.state.kind === 'signed-in' ? this.state.own?.echo : undefined}
    ></offhook-welcome>`;
  }

  static override styles = [...PhoneElement.styles, text, frame];
}
customElements.define('offhook-phone', PhoneApp);

/** A call or a meeting fills the window. */
function isCovered(state: PhoneState | undefined): boolean {
  return fullCall(state) !== undefined || fullMeeting(state) !== undefined;
}

function barCount(state: SignedIn): number {
  return barsOf(state).length + (meetingBar(state) ? 1 : 0);
}
