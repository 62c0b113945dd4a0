import { limits, serverLimits } from '@offhook/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { Buckets } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { Oidc } from './oidc.ts';
import { check } from './rest.ts';
import type { RestDeps, Route } from './rest.ts';

const Start = z.object({ invite: z.string().max(serverLimits.linkLength).optional() });
const Enter = z.object({
  code: z.string().max(serverLimits.linkLength),
  device: z
    .string()
    .max(limits.nameLength * 4)
    .optional(),
});

const cookieName = 'offhook-oidc';

export interface OidcRoutesDeps extends Omit<RestDeps, 'authenticator'> {
  readonly oidc: Oidc;
  readonly publicUrl: () => string;
}

/** What a browser visits: these answer with the next place to go, also when something went wrong. */
export function oidcPages(v1: FastifyInstance, { oidc, publicUrl, clock, rate, networkAddress }: OidcRoutesDeps): void {
  const buckets = new Buckets(rate);
  /** Leads to the phone, which reads the rest of the address. */
  const goBack = (reply: FastifyReply, what: string): FastifyReply =>
    reply.header('set-cookie', cookie('', 0)).redirect(`${publicUrl()}/#${what}`, 303);
  const cookie = (value: string, seconds: number): string =>
    `${cookieName}=${value}; Max-Age=${seconds}; Path=/v1/oidc; HttpOnly; SameSite=Lax${publicUrl().startsWith('https:') ? '; Secure' : ''}`;

  v1.get('/oidc/start', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    try {
      if (!buckets.take(networkAddress(request.raw), clock.now())) throw new Refusal('rate_limited');
      const { url, cookie: value } = await oidc.begin(check(Start, request.query).invite);
      return reply.header('set-cookie', cookie(value, serverLimits.oidcMs / 1000)).redirect(url.href, 303);
    } catch (error) {
      return goBack(reply, `problem=${codeOf(error)}`);
    }
  });

  v1.get('/oidc/callback', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    try {
      const { search } = new URL(request.url, publicUrl());
      const [, value] = new RegExp(`(?:^|; )${cookieName}=([\\w-]+)`).exec(request.headers.cookie ?? '') ?? [];
      return goBack(reply, `session=${await oidc.back(search, value)}`);
    } catch (error) {
      return goBack(reply, `problem=${codeOf(error)}`);
    }
  });
}

/** What the phone asks when it was led back. */
export function oidcRoutes(oidc: Oidc): Route[] {
  return [
    {
      method: 'POST',
      path: '/oidc/session',
      access: 'anybody',
      answer({ body }) {
        const { code, device } = check(Enter, body);
        return oidc.enter(code, device);
      },
    },
  ];
}

function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  throw error;
}
