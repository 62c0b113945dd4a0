import { limits } from '@offhook/core';
import { Address, CallId, DeviceId } from '@offhook/core/protocol';
import type { CallView, From } from '@offhook/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Hash, Store, Switchboard } from '../ports.ts';
import { isRingToken } from './token.ts';

export interface PushRoutesDeps {
  readonly store: Store;
  readonly switchboard: Switchboard;
  readonly clock: Clock;
  readonly hash: Hash;
  /** How often one network address may ask. */
  readonly rate: Rate;
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
}

const Told = z.object({ call: CallId, user: Address, device: DeviceId, token: z.string().min(1).max(limits.candidateLength) });

/**
 * Below `/v1`, what a service worker says of a call that was pushed to it, which has no other way to sign in than what it was pushed:
 * `POST push/rings` asks whether it still rings, and tells that it does there; `POST push/decline` declines it.
 */
export function pushRoutes(v1: FastifyInstance, deps: PushRoutesDeps): void {
  const { clock, networkAddress, switchboard } = deps;
  const buckets = new Buckets(deps.rate);

  /** The call, if it rings where this was pushed to. */
  const ringing = async (request: FastifyRequest): Promise<{ readonly view: CallView; readonly from: From }> => {
    if (!buckets.take(networkAddress(request.raw), clock.now())) throw new Refusal('rate_limited');
    const { data: told, success } = Told.safeParse(request.body);
    if (!success) throw new Refusal('bad_message', 'call, user, device and token stand in what was pushed.');
    if (!isRingToken(deps.hash, told, told.token)) throw new Refusal('unauthorized');
    const { call, user, device } = told;
    const [stored, devices] = await Promise.all([deps.store.user(user), deps.store.devices(user)]);
    const known = devices.find(({ id }) => id === device);
    // Signed out since.
    if (stored === undefined || known === undefined) throw new Refusal('unauthorized');
    const view = switchboard
      .views(user, '')
      .find((one) => one.call === call && one.role === 'callee' && one.stage === 'ringing');
    if (view === undefined) throw new Refusal('call_ended');
    const person = { address: user, name: stored.name };
    return { view, from: { person, device, deviceName: known.name, connection: `push ${device}` } };
  };

  v1.post('/push/rings', async (request, reply) => {
    const { view, from } = await ringing(request);
    switchboard.ephemeral(from, { type: 'ringing', call: view.call });
    void reply.header('cache-control', 'no-store');
    return { ringMs: view.ringMs ?? 0 };
  });

  v1.post('/push/decline', async (request) => {
    const { view, from } = await ringing(request);
    const decline = { type: 'reject', id: 'push', call: view.call, reason: 'declined' } as const;
    const outcome = await new Promise<Parameters<Parameters<Switchboard['request']>[2]>[0]>((resolve) => {
      switchboard.request(from, decline, resolve);
    });
    if ('error' in outcome) throw new Refusal(outcome.error);
    return {};
  });
}
