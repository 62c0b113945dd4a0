/** What can be pushed is pushed where no page rings: S22 of packages/core/src/call/SPEC.md. */
import { serverLimits } from '@offhook/core';
import type { CallId, DeviceId, Instant } from '@offhook/core';
import type { Write } from '../../packages/server/src/ports.ts';
import { short } from './trace.ts';
import type { Device, World } from './world.ts';

/** How much later than the call says it a push may go out: the disk, the turn of the device, and how often it is looked. */
const patienceMs = 4_000;

/** What is known of how a device is reached. */
interface Reach {
  /** Since when it has a subscription; undefined: it has none. */
  since: Instant | undefined;
  /** When something was last on its way there: what follows waits for it. */
  sentAt: Instant;
  /** When a page that runs was last seen on it. */
  awakeAt: Instant;
  readonly pushed: Set<CallId>;
}

export class Wakes {
  readonly #world: World;
  readonly #reach = new Map<DeviceId, Reach>();
  /** Since when calls have been seen to ring with an offer, and in which life of the server. */
  readonly #offered = new Map<CallId, { readonly at: Instant; readonly life: number }>();
  /** When the server was last seen to be down, or its disk to fail or to be slow. */
  #troubledAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  stored(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'push_on') this.#of(write.push.device).since ??= this.#world.time.now;
      if (write.type === 'push_off') this.#of(write.device).since = undefined;
    }
  }

  /** A message goes to a device, or has got there. */
  sends(device: DeviceId, call: CallId): void {
    const reach = this.#of(device);
    reach.sentAt = this.#world.time.now;
    reach.pushed.add(call);
  }

  /** Looked at all the way. */
  look(): void {
    const { laws, server, time } = this.#world;
    const { now } = time;
    if (server.engine === undefined || server.failing > 0 || server.diskDelay[1] > 10) this.#troubledAt = now;
    for (const device of this.#world.devices) if (this.#isAwake(device)) this.#of(device.id).awakeAt = now;
    for (const { id, state } of laws.calls_.values()) {
      if (state?.kind !== 'ringing' || state.offer === undefined) continue;
      const offered = this.#offered.get(id) ?? { at: now, life: server.lives };
      this.#offered.set(id, offered);
      for (const device of this.#world.devices) {
        if (device.user.address !== state.callee.address || !isSilent(state.legs[device.id])) continue;
        const { since, sentAt, awakeAt, pushed } = this.#of(device.id);
        const isMeant = since !== undefined && since + patienceMs < offered.at && server.lives === offered.life;
        const from = Math.max(sentAt, awakeAt, this.#troubledAt, offered.at);
        const isDue = isMeant && from + serverLimits.confirmMs + patienceMs < now;
        laws.expect(!isDue || pushed.has(id), 'S22', `${short(id)} rings on no page of ${device.id}, and is not pushed there`);
      }
    }
  }

  #of(device: DeviceId): Reach {
    const known = this.#reach.get(device) ?? { since: undefined, sentAt: 0, awakeAt: 0, pushed: new Set<CallId>() };
    this.#reach.set(device, known);
    return known;
  }

  /** Somebody speaks for it: a page that runs, or a program. */
  #isAwake(device: Device): boolean {
    const isRunning = device.tabs.some(({ page }) => page !== undefined && !page.isFrozen);
    return isRunning || this.#world.outsiderOn === device;
  }
}

/** Whether nothing on a device has said that the call rings there, or is not to. */
function isSilent(leg: string | undefined): boolean {
  return leg === undefined || leg === 'invited' || leg === 'away';
}
