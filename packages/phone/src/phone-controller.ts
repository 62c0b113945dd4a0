import { connect, forgetIdentity, identities, identityOfTab, useIdentity } from '@offhook/client';
import type { Identity, OffhookError, OffhookErrorCode, Phone } from '@offhook/client';
import type { Command } from './view/commands.ts';
import type { Notice, Page, PhoneState, SignedIn } from './view/state.ts';
import { takeAnswer } from './answer-note.ts';
import { arrivalOf, settledAddress } from './control/arrival.ts';
import type { Arrival } from './control/arrival.ts';
import { Entrance } from './control/entrance.ts';
import { isInAnotherTab, useInThisTab } from './control/in-use.ts';
import { answerCall } from './control/answer-call.ts';
import { errorCode, signInProblem } from './control/problems.ts';
import { routeOf } from './control/route.ts';
import { SignedInControl } from './control/signed-in.ts';
import { t } from './texts/texts.ts';

/** The server did not answer at the start: asked again after this time. */
const againMs = 3_000;
/** A server that has not answered within this time is said not to. */
const slowMs = 4_000;

/** Told just before one is signed out by others: why. */
const signOutReasons: ReadonlySet<OffhookErrorCode> = new Set(['account_closed', 'visit_ended', 'password_changed']);

/**
 * The one owner of the SDK: signs in, and turns what the SDK knows into the state that the components draw. Each change makes a
 * new state; nothing in one is ever changed.
 */
export class PhoneController {
  readonly #url: string;
  readonly #changed: (state: PhoneState) => void;
  readonly #entrance: Entrance;
  #state: PhoneState = { kind: 'starting', waiting: false };
  #signedIn: SignedInControl | undefined;
  #letGo: (() => void) | undefined;
  #page: Page = { audible: false, silenced: false, miniWindow: false };
  #queued = false;
  /** The call that is to be taken as soon as it is here. */
  #toAnswer: string | undefined;
  /** The link that is to be followed as soon as somebody is signed in. */
  #link: string | undefined;

  /** `url`: the server's address. */
  constructor(url: string, changed: (state: PhoneState) => void) {
    this.#url = url;
    this.#changed = changed;
    this.#entrance = new Entrance(url, {
      show: (state) => this.#set(state),
      enter: (identity) => this.#enter(identity),
      startAnew: () => void this.start({ kind: 'usual' }),
    });
  }

  get state(): PhoneState {
    return this.#state;
  }

  /**
   * Begins as the address of the page says: by a link, as somebody new, or as whoever used this tab last. In a new tab it is the
   * person who was here last, unless they have a tab already: then it asks.
   */
  async start(arrival: Arrival): Promise<void> {
    if (arrival.kind === 'called') return this.#startCalled(arrival);
    if (arrival.kind === 'link') return this.#startByLink(arrival.text);
    if (arrival.kind === 'meeting') return this.#startAsWhoeverWasHere(arrival);
    if (arrival.kind !== 'usual') return this.#entrance.open(arrival);
    const own = identityOfTab(this.#url);
    const [last] = identities(this.#url);
    if (own !== undefined) return this.#enter(own);
    if (last === undefined || (await isInAnotherTab(last))) return this.#entrance.open();
    return this.#enter(last);
  }

  /**
   * Somebody has clicked on a notification, or says so: any page may lead to such an address, and answers nothing by that. Whoever is not
   * known here has to sign in.
   */
  async #startCalled({ user, answer }: Extract<Arrival, { kind: 'called' }>): Promise<void> {
    const identity = identities(this.#url).find((one) => one.user.address === user);
    if (identity === undefined) return this.start({ kind: 'usual' });
    this.#toAnswer = answer !== undefined && (await takeAnswer(answer).catch(() => false)) ? answer : undefined;
    return this.#enter(identity);
  }

  /** Whoever was here last is the one who calls; if they have another tab, too. Where nobody was, the link waits for somebody. */
  async #startByLink(text: string): Promise<void> {
    this.#link = text;
    return this.#startAsWhoeverWasHere({ kind: 'usual' });
  }

  async #startAsWhoeverWasHere(arrival: Arrival): Promise<void> {
    const identity = identityOfTab(this.#url) ?? identities(this.#url)[0];
    return identity === undefined ? this.#entrance.open(arrival) : this.#enter(identity);
  }

  /** The phone, which is open, is opened by this address. Calls that go on stay. */
  launch(url: URL): void {
    const arrival = arrivalOf(url);
    const control = this.#signedIn;
    if (arrival.kind === 'link') {
      if (control === undefined) this.#link = arrival.text;
      else control.followLink(arrival.text);
    } else if (arrival.kind === 'usual' || arrival.kind === 'meeting') {
      if (url.hash !== '') control?.run({ type: 'go', to: routeOf(url.hash) });
    } else if (control?.isBusy) {
      control.say({ text: t.links.later });
    } else {
      location.assign(url);
    }
  }

  run(command: Command): void {
    switch (command.type) {
      case 'sign-in':
      case 'sign-in-as':
      case 'sign-in-with-password':
      case 'sign-in-at-provider':
      case 'sign-up':
      case 'join':
      case 'renew-password':
      case 'leave-invitation':
      case 'visit':
        return this.#entrance.run(command);
      case 'sign-out':
        return this.#signedIn?.hasAccount ? this.#signedIn.run(command) : this.#changeName();
      default:
        return this.#signedIn?.run(command);
    }
  }

  /** A word about the page itself. */
  tell(notice: Notice): void {
    this.#signedIn?.say(notice);
  }

  /** Lets an element be heard on the loudspeaker that was chosen. */
  playOnSpeaker(element: HTMLMediaElement): () => void {
    return this.#signedIn?.playOnSpeaker(element) ?? (() => undefined);
  }

  /** Whether the page may make a sound, whether the browser holds one back, and has windows above others. */
  setPage(change: Partial<Page>): void {
    this.#page = { ...this.#page, ...change };
    if (this.#page.audible) this.#signedIn?.mayRing();
    this.#redraw();
  }

  async #enter(identity: Identity): Promise<void> {
    useIdentity(identity);
    // What brought this page here is used up; a reload stays who one is now.
    history.replaceState(null, '', settledAddress(location));
    if (this.#state.kind !== 'signed-out' || !this.#state.busy) this.#begin(false);
    const slow = setTimeout(() => this.#state.kind === 'starting' && this.#begin(true), slowMs);
    try {
      const phone = await connect({ url: this.#url });
      // The name may have had to be claimed anew.
      this.#use(phone, identityOfTab(this.#url) ?? identity);
    } catch (error) {
      if (errorCode(error) === 'unreachable') {
        this.#begin(true);
        setTimeout(() => void this.#enter(identity), againMs);
      } else {
        this.#refuse(identity, error);
      }
    } finally {
      clearTimeout(slow);
    }
  }

  #begin(waiting: boolean): void {
    this.#entrance.close();
    this.#set({ kind: 'starting', waiting });
  }

  #use(phone: Phone, identity: Identity): void {
    const control = new SignedInControl(phone, identity, () => this.#redraw());
    this.#signedIn = control;
    if (this.#page.audible) control.mayRing();
    this.#entrance.close();
    this.#letGo = useInThisTab(identity);
    if (this.#toAnswer !== undefined) answerCall(control, this.#toAnswer);
    this.#toAnswer = undefined;
    if (this.#link !== undefined) control.followLink(this.#link);
    this.#link = undefined;
    let reason: OffhookError | undefined;
    phone.on('error', (error) => {
      if (signOutReasons.has(error.code)) reason = error;
    });
    phone.on('closed', (error) => {
      if (this.#signedIn !== control) return;
      this.#leave();
      // Whoever else has a name in this browser is not signed in here by a reload.
      if (error?.code === 'signed_out' || control.isLeaving) history.replaceState(null, '', `${location.pathname}?new`);
      if (error === undefined || control.isLeaving) this.#entrance.open();
      else this.#refuse(identity, reason ?? error);
    });
    this.#redraw();
  }

  /** The server does not know this device, or no longer. */
  #refuse(identity: Identity, error: unknown): void {
    // A visit that is over does not begin again.
    if (errorCode(error) === 'token_expired') forgetIdentity(identity);
    const arrival = arrivalOf(location);
    // Guests come in by the same link again.
    this.#entrance.open(arrival.kind === 'meeting' ? arrival : { kind: 'usual' }, signInProblem(error, identity.user.name));
  }

  /** To another name in this tab. The address says so, so that a reload does not go back. */
  #changeName(): void {
    const phone = this.#signedIn?.phone;
    this.#leave();
    void phone?.close();
    history.replaceState(null, '', `${location.pathname}?new`);
    this.#entrance.open();
  }

  #leave(): void {
    this.#signedIn?.close();
    this.#signedIn = undefined;
    this.#letGo?.();
  }

  /** Many changes come together: they are drawn once. */
  #redraw(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      const state: SignedIn | undefined = this.#signedIn?.state(this.#page);
      if (state) this.#set(state);
    });
  }

  #set(state: PhoneState): void {
    this.#state = state;
    this.#changed(state);
  }
}
