/** A provider of OpenID Connect: the authorization code flow (Core §3.1) with PKCE (RFC 7636), `state` and `nonce`. */
import * as oidc from 'openid-client';
import type { Random } from '../ports.ts';

export interface ProviderOptions {
  /** The address below which the provider describes itself (Discovery §4). */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a client that keeps no secret. */
  readonly clientSecret: string | undefined;
}

/** What has to come back with the answer. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who has signed in at the provider. A subject is never given to somebody else; everything beside it may change (Core §5.7). */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
  /** What an address and a name could be made of, the best first. */
  readonly names: readonly string[];
}

const scope = 'openid profile email';

export class Provider {
  readonly #options: ProviderOptions;
  readonly #random: Random;
  #discovered: Promise<oidc.Configuration> | undefined;

  constructor(options: ProviderOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** Where to send the browser. Rejects when the provider is not to be had. */
  async begin(redirectUri: string): Promise<{ readonly url: URL; readonly attempt: Attempt }> {
    const config = await this.#configuration();
    const attempt: Attempt = {
      state: this.#random.token(256),
      nonce: this.#random.token(256),
      verifier: this.#random.token(256),
    };
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /** Who came back. Rejects when the answer does not belong to the attempt, or the provider has refused. */
  async finish(returned: URL, { state, nonce, verifier }: Attempt): Promise<Subject> {
    const config = await this.#configuration();
    const tokens = await oidc.authorizationCodeGrant(config, returned, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('no ID token');
    // Many providers keep the profile out of the ID token.
    const profile = claims['name'] === undefined ? await this.#profile(config, tokens.access_token, claims.sub) : {};
    const named = { ...profile, ...claims };
    const email = typeof named['email'] === 'string' ? named['email'].split('@')[0] : undefined;
    const names = [named['name'], named['preferred_username'], email, claims.sub];
    return {
      issuer: claims.iss,
      subject: claims.sub,
      names: names.filter((name) => typeof name === 'string' && name !== '') as string[],
    };
  }

  async #profile(config: oidc.Configuration, token: string, subject: string): Promise<Readonly<Record<string, unknown>>> {
    if (config.serverMetadata().userinfo_endpoint === undefined) return {};
    return oidc.fetchUserInfo(config, token, subject);
  }

  /** What the provider says of itself, asked for at first use and again after a failure. */
  #configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    // The settings allow http: for a provider on this machine only.
    const options = issuer.startsWith('http:') ? { execute: [oidc.allowInsecureRequests] } : {};
    const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret);
    this.#discovered ??= oidc.discovery(new URL(issuer), clientId, undefined, authentication, options);
    this.#discovered.catch(() => (this.#discovered = undefined));
    return this.#discovered;
  }
}
