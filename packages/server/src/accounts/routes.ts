import { limits, serverLimits } from '@offhook/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bearer } from '../ports/bearer.ts';
import { Buckets } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { OpenAccounts } from './open.ts';
import { check } from './rest.ts';
import type { RestDeps } from './rest.ts';

const DeviceName = z
  .string()
  .max(limits.nameLength * 4)
  .optional();
const Claim = z.object({ name: z.string().max(limits.nameLength * 4), device: DeviceName });
const Join = z.object({ code: z.string().max(serverLimits.linkLength), device: DeviceName });

export interface OpenRoutesDeps extends Omit<RestDeps, 'authenticator'> {
  readonly accounts: OpenAccounts;
}

/** Below `/v1`: `POST open/claim`, `open/link` and `open/join`. */
export function openRoutes(v1: FastifyInstance, { accounts, clock, rate, networkAddress }: OpenRoutesDeps): void {
  const buckets = new Buckets(rate);
  const limit = (request: FastifyRequest): void => {
    if (!buckets.take(networkAddress(request.raw), clock.now())) throw new Refusal('rate_limited');
  };

  v1.post('/open/claim', async (request) => {
    const { name, device } = check(Claim, request.body);
    limit(request);
    return accounts.claim(name, device);
  });
  v1.post('/open/link', async (request) => {
    limit(request);
    return accounts.link(bearer(request.headers));
  });
  v1.post('/open/join', async (request) => {
    const { code, device } = check(Join, request.body);
    limit(request);
    return accounts.join(code, device);
  });
}
