/** People with accounts, made as they are made: by links. */
import type { RunningServer } from '../../packages/server/src/server.ts';
import type { Identity } from './wire.ts';

export const password = 'correct horse battery staple';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & { readonly error?: { readonly code: string; readonly message: string } };
}

/** One REST request. */
export async function ask(port: number, method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function must(asked: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await asked;
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

export async function signUp(port: number, invite: string, name: string): Promise<Identity> {
  return (await must(
    ask(port, 'POST', '/v1/accounts', { invite, name, password, device: `${name}'s laptop` }),
  )) as unknown as Identity;
}

export async function invite(port: number, by: Identity, wanted: object): Promise<string> {
  return String((await must(ask(port, 'POST', '/v1/invites', wanted, by.token)))['code']);
}

/** The first one of a server. */
export async function firstAdmin({ port, firstInvite }: RunningServer, name = 'Ada'): Promise<Identity> {
  return signUp(port, codeIn(firstInvite), name);
}

export function codeIn(link = ''): string {
  return new URL(link).hash.replace('#invite=', '');
}

export async function guest(port: number, by: Identity, name: string, wanted: object = {}): Promise<Identity> {
  const code = await invite(port, by, { role: 'guest', ...wanted });
  return (await must(ask(port, 'POST', '/v1/guests', { invite: code, name }))) as unknown as Identity;
}
