import type { Address, DeviceId, Milliseconds } from '@offhook/core';
import { webPush } from '../ports/push.ts';
import type { AskedPush, PushBook, PushSubscriptions } from '../ports/push.ts';
import type { Clock } from '../ports.ts';
import type { PushDesk } from './desk.ts';
import { refusedEndpoint, wrongKeys } from './where.ts';

export interface SubscriptionsDeps {
  readonly book: PushBook;
  readonly clock: Clock;
  readonly desk: PushDesk;
  /** See `VapidKeys`. */
  readonly key: string;
  readonly allowed: readonly string[];
  readonly hasRelay: boolean;
}

/** Which devices want to be pushed to. */
export class Subscriptions implements PushSubscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly key: string;
  readonly book: PushBook;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
    this.key = deps.key;
    this.book = deps.book;
  }

  async subscribe(user: Address, device: DeviceId, asked: AskedPush): Promise<string | undefined> {
    const { book, clock } = this.#deps;
    const { provider = webPush, endpoint, keys, language, jti } = asked;
    const wrong = this.#wrong(asked);
    if (wrong !== undefined) return wrong;
    const known = { ...(keys && { keys }), ...(language && { language }), ...(jti !== undefined && { jti }) };
    const push = { device, user, provider, endpoint, ...known, at: clock.now() };
    await book.change(user, { type: 'push_on', push });
    return undefined;
  }

  async shows(user: Address, device: DeviceId, jti: string | undefined): Promise<void> {
    const { book, desk } = this.#deps;
    desk.arrives(device);
    const push = (await book.of(user)).get(device);
    if (push !== undefined && push.jti !== jti) await book.change(user, { type: 'push_on', push: { ...push, jti } });
  }

  async unsubscribe(user: Address, device: DeviceId): Promise<void> {
    await this.#deps.book.change(user, { type: 'push_off', device });
  }

  test(user: Address, device: DeviceId, afterMs: Milliseconds): void {
    this.#deps.desk.test(user, device, afterMs);
  }

  #wrong({ provider = webPush, endpoint, keys }: AskedPush): string | undefined {
    const { allowed, hasRelay } = this.#deps;
    if (provider !== webPush) return hasRelay ? undefined : 'provider: this server has no relay for it';
    if (keys === undefined) return 'keys: Web Push needs them';
    return refusedEndpoint(endpoint, allowed) ?? wrongKeys(keys);
  }
}
