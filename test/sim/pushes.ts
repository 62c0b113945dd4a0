/** Devices that ring without a page: a push service that delays, loses and forgets, and the service workers behind it. */
import type { CallId, From } from '@offhook/core';
import type { Push, PushMessage, PushOutcome, StoredPush } from '../../packages/server/src/ports/push.ts';
import type { Write } from '../../packages/server/src/ports.ts';
import { Chance } from './chance.ts';
import { Wakes } from './laws-push.ts';
import type { Scope } from './time.ts';
import { short } from './trace.ts';
import type { Device, World } from './world.ts';

interface Told {
  readonly type: 'ring' | 'over';
  readonly call: CallId;
  readonly until: number;
}

interface Sent extends Told {
  readonly sentAt: number;
}

/** What rings on a device by a notification. */
interface Shown {
  readonly until: number;
  /** When the server sent it. */
  readonly sentAt: number;
}

export class PushService {
  readonly #world: World;
  readonly #chance: Chance;
  readonly wakes: Wakes;
  readonly #shown = new Map<Device, Map<CallId, Shown>>();
  /** Of which the end was lost on its way, or has come already, by device and call. */
  readonly #lost = new Set<string>();
  /** When a device was last given up by the push service, or turned off as the server knows it: what is on its way hears of no end. */
  readonly #goneAt = new Map<Device, number>();
  /** When a device could last not be reached. */
  readonly #offlineAt = new Map<Device, number>();
  /** When there was last no server to push anything. */
  #downAt = 0;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'push');
    this.wakes = new Wakes(world);
  }

  /** Some devices ring without a page from the beginning. */
  begin(): void {
    for (const device of this.#world.devices)
      if (this.#chance.is(0.5)) this.#world.server.disk.apply([{ type: 'push_on', push: subscriptionOf(device) }]);
  }

  /** Somebody turns it on or off. */
  turn(): void {
    const { server, trace } = this.#world;
    const device = this.#chance.pick(this.#world.devices);
    const on = this.#chance.is(0.7);
    trace.add(device.id, device.id, on ? 'rings without a page' : 'does not ring without a page');
    const write = on
      ? ({ type: 'push_on', push: subscriptionOf(device) } as const)
      : ({ type: 'push_off', device: device.id } as const);
    server.book?.change(device.user.address, write).catch(() => undefined);
  }

  /** What the server stores. Until it has stored that a device is not to ring, what rings is still sent there. */
  stored(writes: readonly Write[]): void {
    this.wakes.stored(writes);
    for (const write of writes) {
      const device = write.type === 'push_off' && this.#world.devices.find(({ id }) => id === write.device);
      if (device) this.#goneAt.set(device, this.#world.time.now);
    }
  }

  /** As a server sees it while it lives. */
  port(scope: Scope): Push {
    const waiting = new Set<() => void>();
    return {
      send: (to, message) =>
        new Promise<PushOutcome>((resolve) => {
          const sentAt = this.#world.time.now;
          const { call } = toldBy(message);
          this.wakes.sends(to.device, call);
          const delay = this.#chance.is(0.1) ? this.#chance.between(500, 4_000) : this.#chance.between(10, 200);
          const done = (outcome: PushOutcome): void => {
            cancel();
            waiting.delete(giveUp);
            this.wakes.sends(to.device, call);
            resolve(outcome);
          };
          const giveUp = (): void => done('failed');
          const cancel = scope.schedule(delay, () => done(this.#take(to, message, sentAt)));
          waiting.add(giveUp);
        }),
      close: async () => {
        for (const giveUp of waiting) giveUp();
      },
    };
  }

  /** S4, for what rings by notifications: looked at all the way. */
  look(): void {
    this.wakes.look();
    const { laws, server, time } = this.#world;
    if (server.engine === undefined) this.#downAt = time.now;
    for (const device of this.#world.devices) if (!device.network.isOnline) this.#offlineAt.set(device, time.now);
    for (const [device, calls] of this.#shown) {
      for (const [call, { until, sentAt }] of calls) {
        const known = laws.known(call);
        const speaker = known.winner === undefined ? undefined : laws.pageOf.get(known.winner);
        // A page of its own has taken it, and puts the notification away; or a program, which would not.
        if (speaker !== undefined && 'device' in speaker && speaker.device === device) calls.delete(call);
        const patience = 8_000 + 4 * device.network.delay[1];
        const isLate = Math.max(known.ringsUntil, this.#offlineAt.get(device) ?? 0, this.#downAt) + patience < time.now;
        const isExcused = this.#lost.has(`${device.id} ${call}`) || (this.#goneAt.get(device) ?? 0) >= sentAt;
        laws.expect(until > time.now, 'S4', `${device.id} rings by push for ${short(call)}, and has no end`);
        laws.expect(!isLate || isExcused || !calls.has(call), 'S4', `${device.id} still rings by push for ${short(call)}`);
      }
    }
  }

  #take(to: StoredPush, message: PushMessage, sentAt: number): PushOutcome {
    const chance = this.#chance;
    const { now } = this.#world.time;
    const told = toldBy(message);
    const device = this.#world.devices.find(({ id }) => id === to.device);
    const outcome = chance.weighted({ gone: 2, failed: 4, busy: 4, lost: 4, sent: 60 });
    if (outcome !== 'sent' && told.type === 'over' && device !== undefined) this.#lost.add(`${device.id} ${told.call}`);
    if (outcome === 'gone' && device !== undefined) this.#goneAt.set(device, now);
    if (outcome === 'busy') return { retryMs: 1_000 };
    if (outcome === 'gone' || outcome === 'failed') return outcome;
    if (outcome === 'sent' && device !== undefined) this.#bring(device, { ...told, sentAt }, now + message.ttlMs);
    return 'sent';
  }

  #bring(device: Device, told: Sent, until: number): void {
    const { scope, time } = this.#world;
    scope.schedule(this.#chance.between(20, 1_500), () => {
      if (time.now > until) return;
      if (device.network.isOnline) this.#arrive(device, told);
      else this.#bring(device, told, Math.min(until, time.now + 120_000));
    });
  }

  /** The service worker is told. */
  #arrive(device: Device, { type, call, until, sentAt }: Sent): void {
    const { scope, server, time, trace } = this.#world;
    if (type === 'over') {
      trace.add(device.id, device.id, `rings no more by push for ${short(call)}`);
      this.#shown.get(device)?.delete(call);
      // What comes only now that it rings, and finds no server to ask, rings until its time is over.
      this.#lost.add(`${device.id} ${call}`);
      return;
    }
    scope.schedule(this.#chance.between(...device.network.delay), () => {
      const { engine } = server;
      const view = engine?.views(device.user.address, '').find((one) => one.call === call && one.stage === 'ringing');
      // It rings where the server says so, and where nobody answers.
      if (time.now >= until || (engine !== undefined && view?.role !== 'callee')) return;
      engine?.ephemeral(fromOf(device), { type: 'ringing', call });
      trace.add(device.id, device.id, `rings by push for ${short(call)}`);
      const calls = this.#shown.get(device) ?? new Map<CallId, Shown>();
      this.#shown.set(device, calls.set(call, { until, sentAt }));
      scope.schedule(until - time.now - 1, () => calls.delete(call));
      scope.schedule(this.#chance.between(500, 8_000), () => calls.has(call) && this.#click(device, call));
    });
  }

  #click(device: Device, call: CallId): void {
    const what = this.#chance.weighted({ open: 5, decline: 1, ignore: 4 });
    const tab = device.tabs.find(({ page }) => page === undefined);
    if (what === 'open' && tab !== undefined) {
      // What rings in the page rings no more beside it.
      this.#shown.get(device)?.delete(call);
      this.#world.load(tab);
    }
    if (what !== 'decline') return;
    this.#shown.get(device)?.delete(call);
    const decline = { type: 'reject', id: 'push', call, reason: 'declined' } as const;
    this.#world.server.engine?.request(fromOf(device), decline, () => undefined);
  }
}

function toldBy({ body }: PushMessage): Told {
  return (JSON.parse(body) as { notification: { data: Told } }).notification.data;
}

function subscriptionOf(device: Device): StoredPush {
  const { id, user } = device;
  return { device: id, user: user.address, provider: 'web', endpoint: `https://push.sim/${id}`, at: 0 };
}

function fromOf({ id, name, user }: Device): From {
  return { person: { address: user.address, name: user.name }, device: id, deviceName: name, connection: `push ${id}` };
}
