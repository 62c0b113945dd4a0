import { connect, forgetIdentity, identities, identityOfTab, useIdentity } from '@offhook/client';
import type { Identity, Phone } from '@offhook/client';
import type { Command } from './view/commands.ts';
import type { Notice, PhoneState, SignedIn } from './view/state.ts';
import { settledAddress } from './control/arrival.ts';
import type { Arrival } from './control/arrival.ts';
import { Entrance } from './control/entrance.ts';
import { isInAnotherTab, useInThisTab } from './control/in-use.ts';
import { errorCode, signInProblem } from './control/problems.ts';
import { SignedInControl } from './control/signed-in.ts';
import type { Page } from './control/signed-in.ts';

/** The server did not answer at the start: asked again after this time. */
const againMs = 3_000;
/** A server that has not answered within this time is said not to. */
const slowMs = 4_000;

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
  #page: Page = { audible: false, silenced: false };
  #queued = false;

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
    if (arrival.kind !== 'usual') return this.#entrance.open(arrival);
    const own = identityOfTab(this.#url);
    const [last] = identities(this.#url);
    if (own !== undefined) return this.#enter(own);
    if (last === undefined || (await isInAnotherTab(last))) return this.#entrance.open();
    return this.#enter(last);
  }

  run(command: Command): void {
    switch (command.type) {
      case 'sign-in':
      case 'sign-in-as':
      case 'sign-in-with-password':
      case 'sign-in-at-provider':
      case 'sign-up':
      case 'join':
      case 'leave-invitation':
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

  /** Whether the page may make a sound, and whether the browser holds one back. */
  setPage(change: Partial<Page>): void {
    this.#page = { ...this.#page, ...change };
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
    this.#entrance.close();
    this.#letGo = useInThisTab(identity);
    phone.on('closed', (error) => {
      if (this.#signedIn !== control) return;
      this.#leave();
      // Whoever else has a name in this browser is not signed in here by a reload.
      if (error?.code === 'signed_out' || control.isLeaving) history.replaceState(null, '', `${location.pathname}?new`);
      if (error === undefined || control.isLeaving) this.#entrance.open();
      else this.#refuse(identity, error);
    });
    this.#redraw();
  }

  /** The server does not know this device, or no longer. */
  #refuse(identity: Identity, error: unknown): void {
    // A visit that is over does not begin again.
    if (errorCode(error) === 'token_expired') forgetIdentity(identity);
    this.#entrance.open({ kind: 'usual' }, signInProblem(error, identity.user.name));
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
