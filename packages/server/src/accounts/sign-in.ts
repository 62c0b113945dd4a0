/** The ways in which people may sign in here, put together: by name, with tokens of a host application, with accounts. */
import { readKeys } from './keys.ts';
import type { FastifyInstance } from 'fastify';
import type { SignOutReason } from '../ports/accounts.ts';
import type { Authenticator, Log, Pass } from '../ports.ts';
import { accountRoutes, revocationRoutes, wayRoutes } from './account-routes.ts';
import { Accounts } from './accounts.ts';
import { authenticator } from './authenticator.ts';
import { AccountTokens } from './devices.ts';
import type { IdentityDeps } from './identity.ts';
import { isVoid, MintedTokens } from './minted.ts';
import type { Revoked } from './minted.ts';
import { oidcPages, oidcRoutes } from './oidc-routes.ts';
import { Oidc } from './oidc.ts';
import { OpenAccounts } from './open.ts';
import { Passwords } from './passwords.ts';
import type { ProviderOptions } from './provider.ts';
import type { MinterOptions } from './minter.ts';
import type { Mint, UserAdministration } from '../ports/people-control.ts';
import { Users } from './users.ts';
import { addRoutes } from './rest.ts';
import type { RestDeps } from './rest.ts';
import { openRoutes } from './routes.ts';
import { visitorRoutes, Visitors } from './visitors.ts';

export interface SignInOptions {
  /** Whoever takes a name first has it. */
  readonly open: boolean;
  /** People have accounts, by invitation. */
  readonly accounts: boolean;
  /** What a password costs to compute, as a logarithm. */
  readonly scryptLogN: number;
  /** Host applications vouch for people. */
  readonly tokens: TokenOptions | undefined;
  /** A provider of OpenID Connect does; only with accounts. */
  readonly oidc: OidcOptions | undefined;
}

export interface TokenOptions {
  readonly secret: string | undefined;
  /** Files. */
  readonly keys: readonly string[];
  readonly jwks: string | undefined;
  readonly audience: string;
  readonly issuer: string | undefined;
}

/** The settings of the server that say who signs in, and how. */
export interface SignInSettings {
  readonly accounts: boolean;
  readonly tokenSecret: string | undefined;
  readonly tokenKeys: readonly string[];
  readonly tokenJwks: string | undefined;
  readonly tokenAudience: string;
  readonly tokenIssuer: string | undefined;
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  readonly oidcClientSecret: string | undefined;
  readonly oidcName: string;
  readonly oidcSignUp: boolean;
  readonly limits: { readonly scryptLogN: number };
}

export function signInOptions(settings: SignInSettings, open: boolean): SignInOptions {
  const { accounts, tokenSecret: secret, tokenKeys: keys, tokenJwks: jwks } = settings;
  const { tokenAudience: audience, tokenIssuer: issuer } = settings;
  const takesTokens = secret !== undefined || keys.length > 0 || jwks !== undefined;
  const tokens = takesTokens ? { secret, keys, jwks, audience, issuer } : undefined;
  const { oidcIssuer, oidcClientId, oidcClientSecret: clientSecret, oidcName: name, oidcSignUp: signUp } = settings;
  const isComplete = oidcIssuer !== undefined && oidcClientId !== undefined;
  const oidc = isComplete ? { issuer: oidcIssuer, clientId: oidcClientId, clientSecret, name, signUp } : undefined;
  return { open, accounts, scryptLogN: settings.limits.scryptLogN, tokens, oidc };
}

export interface OidcOptions extends ProviderOptions {
  /** As people read it. */
  readonly name: string;
  readonly signUp: boolean;
}

export interface SignInDeps extends IdentityDeps {
  readonly log: Log;
  /** Where browsers reach this server; known once it listens. */
  readonly publicUrl: () => string;
  /** Ends at once what goes on with the passes that fit. `because`: what they are told before. */
  readonly signOut: (
    fits: (pass: Pass) => boolean,
    why: 'token_revoked' | 'signed_out',
    because?: SignOutReason,
  ) => Promise<void>;
  /** Whether a meeting has this link. */
  readonly isMeeting: (id: string) => boolean;
  /** Nothing is pushed any more to the devices of whom this was said. */
  readonly silence: (revoked: Revoked) => Promise<void>;
}

export interface SignIn {
  readonly authenticator: Authenticator;
  /** Makes tokens of host applications void and ends at once what goes on with them. */
  readonly revoke: (revoked: Revoked) => Promise<void>;
  /** Makes tokens, where there is a secret to sign them with. */
  readonly mint: Mint | undefined;
  /** Absent where people take their names themselves. */
  readonly users: UserAdministration | undefined;
  /** The code that makes the first administrator, while there is none. */
  firstInvite(): Promise<string | undefined>;
  addRoutes(v1: FastifyInstance, deps: Omit<RestDeps, 'authenticator'>): void;
}

/**
 * Libraries that only some of the ways need are loaded with these. Throws a KeyError when the keys of a host application are not to be had.
 */
export async function createSignIn(options: SignInOptions, deps: SignInDeps): Promise<SignIn> {
  const { open, tokens } = options;
  const minted = tokens && (await mintedTokens(tokens, deps));
  const accounts = options.accounts ? new Accounts(deps, new Passwords(options.scryptLogN)) : undefined;
  const oidc = accounts && options.oidc && (await oidcSignIn(options.oidc, accounts, deps));
  const admits = accounts ? 'accounts' : open ? 'names' : 'guests';
  const devices = new AccountTokens(deps, { admits });
  const visitors = new Visitors(deps);
  const gate = authenticator({ devices, minted });

  const revoke = async (revoked: Revoked): Promise<void> => {
    await minted?.revoke(revoked);
    await deps.signOut((pass) => isVoid(pass, revoked), 'token_revoked');
    await deps.silence(revoked);
  };

  return {
    authenticator: gate,
    revoke,
    mint: tokens?.secret === undefined ? undefined : await mintWith({ ...tokens, secret: tokens.secret }),
    users: open ? undefined : new Users({ ...deps, accounts, revoke }),
    firstInvite: async () => accounts?.firstInvite(),
    addRoutes(v1, rest) {
      const ways = { open, password: accounts !== undefined, token: minted !== undefined, oidc: oidc && options.oidc?.name };
      const routes = [
        ...wayRoutes(ways, accounts),
        ...visitorRoutes(visitors, deps.isMeeting),
        ...(accounts === undefined ? [] : accountRoutes(accounts)),
        ...(minted === undefined ? [] : revocationRoutes(revoke)),
        ...(oidc === undefined ? [] : oidcRoutes(oidc)),
      ];
      addRoutes(v1, routes, { ...rest, authenticator: gate });
      if (oidc !== undefined) oidcPages(v1, { ...rest, oidc, publicUrl: deps.publicUrl });
      if (open) openRoutes(v1, { ...rest, accounts: new OpenAccounts(deps) });
    },
  };
}

async function mintWith(options: MinterOptions): Promise<Mint> {
  const { minter } = await import('./minter.ts');
  return minter(options);
}

async function mintedTokens(options: TokenOptions, deps: SignInDeps): Promise<MintedTokens> {
  const { secret, jwks, audience, issuer } = options;
  const keys = await readKeys(options.keys);
  const { Verifier } = await import('./verifier.ts');
  const url = jwks === undefined ? undefined : new URL(jwks);
  return new MintedTokens({
    ...deps,
    verifier: new Verifier({ clock: deps.clock, secret, keys, jwks: url, audience, issuer }),
  });
}

async function oidcSignIn(options: OidcOptions, accounts: Accounts, deps: SignInDeps): Promise<Oidc> {
  const { Provider } = await import('./provider.ts');
  return new Oidc({ ...deps, accounts, provider: new Provider(options, deps.random), signUp: options.signUp });
}
