/** API keys: what programs show to use the REST API. The server is told their digests alone. */
import { ApiScope } from '@offhook/core/protocol';

/** As it stands in the settings: `name:scope+scope:digest`. */
export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  /** SHA-256 of the key, base64url. A key has 256 bits of chance, so that a slow digest would guard nothing. */
  readonly digest: string;
}

const scope = `(?:${ApiScope.options.map((one) => one.replace('.', String.raw`\.`)).join('|')})`;
export const apiKeyPattern: RegExp = new RegExp(String.raw`^[\w-]{1,32}:${scope}(?:\+${scope})*:[\w-]{43}$`);

/** A new key, and the setting by which a server knows it. `secret`: 256 bits of chance. */
export function newApiKey(
  secret: string,
  digest: (value: string) => string,
  scopes: readonly ApiScope[] = [
    'sessions',
    'meetings',
    'calls',
    'users',
    'trunks',
    'tokens',
    'messages',
    'webhooks',
    'events',
  ],
): { readonly key: string; readonly setting: string } {
  const key = `ohk_${secret}`;
  return { key, setting: `app:${scopes.join('+')}:${digest(key)}` };
}

export function readApiKey(setting: string): ApiKey {
  const [name = '', scopes = '', digest = ''] = setting.split(':');
  return { name, scopes: scopes.split('+'), digest };
}
