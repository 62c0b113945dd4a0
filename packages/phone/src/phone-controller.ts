import { claimName, connect, identities, identityOfTab, joinByLink, useIdentity } from '@offhook/client';
import type { Identity, Phone } from '@offhook/client';
import type { Command } from './view/commands.ts';
import type { PhoneState, SignedIn, SignedOut } from './view/state.ts';
import { isInAnotherTab, useInThisTab } from './control/in-use.ts';
import { errorCode, nameProblem } from './control/problems.ts';
import { SignedInControl } from './control/signed-in.ts';
import type { Page } from './control/signed-in.ts';

/** The server did not answer at the start: asked again after this time. */
const againMs = 3_000;

/**
 * The one owner of the SDK: signs in, and turns what the SDK knows into the state that the components draw. Each change makes a
 * new state; nothing in one is ever changed.
 */
export class PhoneController {
  readonly #url: string;
  readonly #changed: (state: PhoneState) => void;
  #state: PhoneState = { kind: 'starting', waiting: false };
  #signedIn: SignedInControl | undefined;
  #letGo: (() => void) | undefined;
  #page: Page = { audible: false, silenced: false };
  /** The code of the link that this page was opened by. */
  #code: string | undefined;
  #queued = false;

  /** `url`: the server's address. */
  constructor(url: string, changed: (state: PhoneState) => void) {
    this.#url = url;
    this.#changed = changed;
  }

  get state(): PhoneState {
    return this.#state;
  }

  /**
   * Begins as the address of the page says: by a link, as somebody new, or as whoever used this tab last. In a new tab it is the
   * person who was here last, unless they have a tab already: then it asks.
   */
  async start(parameters: URLSearchParams): Promise<void> {
    this.#code = parameters.get('join') ?? undefined;
    if (this.#code !== undefined || parameters.has('new')) return this.#signedOut();
    const own = identityOfTab(this.#url);
    const [last] = identities(this.#url);
    if (own !== undefined) return this.#enter(own);
    if (last === undefined || (await isInAnotherTab(last))) return this.#signedOut();
    return this.#enter(last);
  }

  run(command: Command): void {
    switch (command.type) {
      case 'sign-in':
        return void this.#signIn(command.name);
      case 'sign-in-as':
        return this.#signInAs(command.address);
      case 'sign-out':
        return this.#signOut();
      case 'join':
        return command.accept ? void this.#join() : this.#leaveLink();
      default:
        return this.#signedIn?.run(command);
    }
  }

  /** Whether the page may make a sound, and whether the browser holds one back. */
  setPage(change: Partial<Page>): void {
    this.#page = { ...this.#page, ...change };
    this.#redraw();
  }

  async #signIn(name: string): Promise<void> {
    this.#signedOut({ busy: true });
    try {
      const known = identities(this.#url).find(({ user }) => user.name === name.trim());
      const identity = known ?? (await claimName(this.#url, name));
      await this.#enter(identity);
    } catch (error) {
      this.#signedOut({ problem: nameProblem(error, name) });
    }
  }

  #signInAs(address: string): void {
    const identity = identities(this.#url).find(({ user }) => user.address === address);
    if (identity) void this.#enter(identity);
  }

  async #join(): Promise<void> {
    if (this.#code === undefined) return;
    this.#signedOut({ busy: true });
    try {
      const identity = await joinByLink(this.#url, this.#code);
      this.#code = undefined;
      await this.#enter(identity);
    } catch (error) {
      this.#signedOut({ problem: nameProblem(error, '') });
    }
  }

  #leaveLink(): void {
    this.#code = undefined;
    void this.start(new URLSearchParams());
  }

  async #enter(identity: Identity): Promise<void> {
    useIdentity(identity);
    // What brought this page here is used up; a reload stays who one is now.
    history.replaceState(null, '', location.pathname + location.hash);
    if (this.#state.kind !== 'signed-out' || !this.#state.busy) this.#set({ kind: 'starting', waiting: false });
    try {
      const phone = await connect({ url: this.#url });
      // The name may have had to be claimed anew.
      this.#use(phone, identityOfTab(this.#url) ?? identity);
    } catch (error) {
      if (errorCode(error) === 'unreachable') {
        this.#set({ kind: 'starting', waiting: true });
        setTimeout(() => void this.#enter(identity), againMs);
      } else {
        this.#signedOut({ problem: nameProblem(error, identity.user.name) });
      }
    }
  }

  #use(phone: Phone, identity: Identity): void {
    const control = new SignedInControl(phone, identity, () => this.#redraw());
    this.#signedIn = control;
    this.#letGo = useInThisTab(identity);
    phone.on('closed', (error) => {
      if (this.#signedIn !== control) return;
      this.#leave();
      // Whoever else has a name in this browser is not signed in here by a reload.
      if (error?.code === 'signed_out') history.replaceState(null, '', `${location.pathname}?new`);
      this.#signedOut(error && { problem: nameProblem(error, phone.user.name) });
    });
    this.#redraw();
  }

  /** To another name in this tab. The address says so, so that a reload does not go back. */
  #signOut(): void {
    const phone = this.#signedIn?.phone;
    this.#leave();
    void phone?.close();
    history.replaceState(null, '', `${location.pathname}?new`);
    this.#signedOut();
  }

  #leave(): void {
    this.#signedIn?.close();
    this.#signedIn = undefined;
    this.#letGo?.();
  }

  #signedOut(more: Partial<SignedOut> = {}): void {
    this.#set({
      kind: 'signed-out',
      known: identities(this.#url).map(({ user }) => user),
      joining: this.#code !== undefined,
      busy: false,
      ...more,
    });
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
