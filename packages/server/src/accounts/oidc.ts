/**
 * Signing in at a provider of OpenID Connect, as the browser goes:
 *
 *      GET  oidc/start ──► the provider ──► GET oidc/callback ──► the phone, with a code ──► POST oidc/session
 *
 * A cookie ties the way back to the browser that began it, so that nobody can be signed in as somebody else by a link. The code stands
 * in the fragment, which goes to no server and into no log, and is good once.
 */
import { addressOf, cleanName, serverLimits } from '@offhook/core';
import type { Address, Instant, Person } from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { Log, Write } from '../ports.ts';
import type { Accounts } from './accounts.ts';
import type { Identity, IdentityDeps } from './identity.ts';
import type { Attempt, Provider, Subject } from './provider.ts';

export interface OidcDeps extends IdentityDeps {
  readonly provider: Pick<Provider, 'begin' | 'finish'>;
  readonly accounts: Accounts;
  readonly log: Log;
  /** Where browsers reach this server. */
  readonly publicUrl: () => string;
  /** Whether whoever signs in at the provider may come in as a member, also without an invitation. */
  readonly signUp: boolean;
}

interface Pending {
  readonly attempt: Attempt;
  /** Digest of what the browser holds in its cookie. */
  readonly browser: string;
  readonly invite: string | undefined;
  readonly until: Instant;
}

/** Somebody who came back from the provider. */
interface Arrived {
  readonly subject: Subject;
  readonly invite: string | undefined;
  readonly until: Instant;
}

export class Oidc {
  readonly #deps: OidcDeps;
  /** By state and by code, oldest first. They do not outlive the process, as a browser may begin anew. */
  readonly #pending = new Map<string, Pending>();
  readonly #arrived = new Map<string, Arrived>();

  constructor(deps: OidcDeps) {
    this.#deps = deps;
  }

  /** Where to send a browser, and what it has to keep. */
  async begin(invite: string | undefined): Promise<{ readonly url: URL; readonly cookie: string }> {
    const { provider, clock, hash, random, log } = this.#deps;
    const { url, attempt } = await provider.begin(this.#redirectUri).catch((error: unknown) => {
      log.warn('oidc_provider', { error: String(error) });
      throw new Refusal('provider_unavailable');
    });
    const cookie = random.token(256);
    this.#tidy(this.#pending);
    this.#pending.set(attempt.state, {
      attempt,
      browser: hash.digest(cookie),
      invite,
      until: clock.now() + serverLimits.oidcMs,
    });
    return { url, cookie };
  }

  /** A browser comes back with this query and cookie. Yields a code with which its page signs in. */
  async back(query: string, cookie: string | undefined): Promise<string> {
    const { provider, clock, hash, random, log } = this.#deps;
    const returned = new URL(`${this.#redirectUri}${query}`);
    const state = returned.searchParams.get('state') ?? '';
    const pending = this.#pending.get(state);
    const isHere =
      pending !== undefined && hash.equal(pending.browser, hash.digest(cookie ?? '')) && pending.until > clock.now();
    if (!isHere) throw new Refusal('sign_in_lost');
    this.#pending.delete(state);
    const subject = await provider.finish(returned, pending.attempt).catch((error: unknown) => {
      log.warn('oidc_refused', { error: String(error) });
      throw new Refusal('provider_refused');
    });
    const code = random.token(256);
    this.#tidy(this.#arrived);
    this.#arrived.set(hash.digest(code), { subject, invite: pending.invite, until: clock.now() + serverLimits.oidcCodeMs });
    return code;
  }

  /** The page signs in with the code. */
  async enter(code: string, device: string | undefined): Promise<Identity> {
    const { accounts, clock, hash, store } = this.#deps;
    const key = hash.digest(code);
    const arrived = this.#arrived.get(key);
    this.#arrived.delete(key);
    if (arrived === undefined || arrived.until <= clock.now()) throw new Refusal('sign_in_lost');
    const { issuer, subject } = arrived.subject;
    const known = await store.login(issuer, subject);
    const account = known === undefined ? undefined : await store.account(known);
    if (known === undefined) return this.#create(arrived, device);
    const user = await store.user(known);
    if (user === undefined || account?.until !== undefined) throw new Refusal('credentials_wrong');
    return accounts.addDevice(user, device);
  }

  get #redirectUri(): string {
    return `${this.#deps.publicUrl()}/v1/oidc/callback`;
  }

  /** Somebody who was never here. */
  async #create({ subject: { issuer, subject, names }, invite }: Arrived, device: string | undefined): Promise<Identity> {
    const { accounts, hash, signUp } = this.#deps;
    const invitation = invite === undefined ? undefined : await accounts.invites.findNew(invite);
    if (invitation?.role === 'guest') throw new Refusal('link_invalid');
    if (invitation === undefined && !signUp) throw new Refusal('invitation_needed');
    const used: Write[] = invitation === undefined ? [] : [{ type: 'invite_use', digest: hash.digest(invite ?? '') }];
    for (const person of candidates(names, this.#deps.random.token(48))) {
      const login: Write = { type: 'login', login: { issuer, subject, address: person.address } };
      try {
        return await accounts.create(person, { role: invitation?.role ?? 'member' }, device, [...used, login], invitation?.by);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'name_taken') throw error;
      }
    }
    throw new Refusal('name_taken');
  }

  /** Forgets what is over, and the oldest beyond the limit. */
  #tidy(map: Map<string, { readonly until: Instant }>): void {
    const now = this.#deps.clock.now();
    for (const [key, { until }] of map) {
      if (until > now && map.size < serverLimits.oidcPending) return;
      map.delete(key);
    }
  }
}

/** Addresses that are to be tried, as others may have the best ones already. */
function candidates(names: readonly string[], random: string): Person[] {
  const clean = names.flatMap((name) => cleanName(name) ?? []);
  const [name = 'Somebody'] = clean;
  const addresses = clean.flatMap((one): readonly Address[] => [addressOf(one)].filter((address) => address !== undefined));
  const [first = 'user'] = addresses;
  const more = [2, 3, 4].map((n) => `${first}-${n}`);
  return [...new Set([...addresses.slice(0, -1), ...more, `${first}-${random}x`])].flatMap((wanted) => {
    const address = addressOf(wanted);
    return address === undefined ? [] : { address, name };
  });
}
