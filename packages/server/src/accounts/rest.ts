/** REST routes as a table: each says who may ask it, and one place holds to that. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { passOf } from '../ports/bearer.ts';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { Authenticator, Clock, Pass } from '../ports.ts';

/**
 * `anybody`: without signing in; counted by network address, as it is where one guesses. `user`: whoever is signed in. `member`:
 * not guests, and not those whom a host application signs in. `admin`: who has the grant.
 */
export type Access = 'anybody' | 'user' | 'member' | 'admin';

export interface Asking {
  readonly body: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: unknown;
}

interface Where {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`. */
  readonly path: string;
}

export type Route = Where &
  (
    | { readonly access: 'anybody'; readonly answer: (asking: Asking) => Promise<unknown> }
    | {
        readonly access: Exclude<Access, 'anybody'>;
        readonly answer: (asking: Asking & { readonly pass: Pass }) => Promise<unknown>;
      }
  );

export interface RestDeps {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  /** How often one network address may ask without signing in. */
  readonly rate: Rate;
  /** Where a request comes from. */
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
}

/** Adds them below `/v1`. */
export function addRoutes(v1: FastifyInstance, routes: readonly Route[], deps: RestDeps): void {
  const buckets = new Buckets(deps.rate);
  for (const route of routes) {
    v1.route({
      method: route.method,
      url: route.path,
      async handler(request, reply) {
        void reply.header('cache-control', 'no-store');
        const { body, params, query } = request;
        const asking: Asking = { body, query, parameters: params as Record<string, string> };
        if (route.access !== 'anybody')
          return (await route.answer({ ...asking, pass: await passFor(deps.authenticator, route.access, request) })) ?? {};
        if (!buckets.take(deps.networkAddress(request.raw), deps.clock.now())) throw new Refusal('rate_limited');
        return (await route.answer(asking)) ?? {};
      },
    });
  }
}

async function passFor(
  authenticator: Authenticator,
  access: Exclude<Access, 'anybody'>,
  { headers }: FastifyRequest,
): Promise<Pass> {
  const pass = await passOf(authenticator, headers);
  if (!mayAsk(pass, access)) throw new Refusal('forbidden');
  return pass;
}

function mayAsk({ grants, by, until }: Pass, access: Exclude<Access, 'anybody'>): boolean {
  switch (access) {
    case 'user':
      return true;
    case 'member':
      return by === 'device' && until === undefined;
    case 'admin':
      return grants.admin;
  }
}

/** What was sent, if it has the form it should have. */
export function check<T>(schema: z.ZodType<T>, sent: unknown): T {
  const { success, data, error } = schema.safeParse(sent);
  if (success) return data;
  const [issue] = error.issues;
  throw new Refusal('bad_message', issue && `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
