import { limits, serverLimits } from '@offhook/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { Clock } from '../ports.ts';
import type { OpenAccounts } from './open.ts';

const DeviceName = z
  .string()
  .max(limits.nameLength * 4)
  .optional();
const Claim = z.object({ name: z.string().max(limits.nameLength * 4), device: DeviceName });
const Join = z.object({ code: z.string().max(serverLimits.linkLength), device: DeviceName });

export interface OpenRoutesDeps {
  readonly accounts: OpenAccounts;
  readonly clock: Clock;
  /** How often one network address may take names, and make and use links. */
  readonly rate: Rate;
  /** Where a request comes from. */
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
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
    return accounts.link(bearer(request));
  });
  v1.post('/open/join', async (request) => {
    const { code, device } = check(Join, request.body);
    limit(request);
    return accounts.join(code, device);
  });
}

function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const [issue] = error.issues;
  throw new Refusal('bad_message', issue && `${issue.path.join('.') || 'body'}: ${issue.message}`);
}

/** RFC 6750 §2.1. */
function bearer(request: FastifyRequest): string {
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refusal('unauthorized');
  return token;
}
