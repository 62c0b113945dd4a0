/** A real provider of OpenID Connect on this machine, with a client that it knows as `offhook`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

const secret = 'a secret of the two';

export interface TestProvider {
  /** What a server has to be told of it. */
  readonly settings: {
    readonly oidcIssuer: string;
    readonly oidcClientId: string;
    readonly oidcClientSecret: string;
    readonly oidcName: string;
  };
  /** Begins to answer, and leads people back to these servers. */
  serve(servers: readonly string[]): void;
  close(): void;
}

/** `people`: claims by subject; others have none. Each needs the address of the other, so it answers only once that is known. */
export async function startProvider(people: Readonly<Record<string, object>>): Promise<TestProvider> {
  const host = createServer().listen(0, '127.0.0.1');
  await once(host, 'listening');
  const issuer = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  return {
    settings: { oidcIssuer: issuer, oidcClientId: 'offhook', oidcClientSecret: secret, oidcName: 'Example Login' },
    serve(servers) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: 'offhook',
            client_secret: secret,
            redirect_uris: servers.map((server) => `${server}/v1/oidc/callback`),
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
        claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
        findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
      });
      host.on('request', provider.callback());
    },
    close() {
      host.closeAllConnections();
      host.close();
    },
  };
}
