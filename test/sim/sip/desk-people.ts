/** What people do at their desk phones, and what becomes of these: power, network, and the worker that carries their sound. */
import { Chance } from '../chance.ts';
import type { World } from '../world.ts';
import type { DeskCall } from './desk-call.ts';
import type { DeskPhone } from './desk-phone.ts';
import { lookAtHeard } from './laws.ts';

type DeskDeed = keyof typeof usual;

const usual = {
  call: 10,
  call_nobody: 1,
  hang_up: 4,
  hold: 4,
  resume: 4,
  send_on: 3,
  lead_together: 3,
  die: 1,
  boot: 3,
  sign_off: 1,
  sign_on: 3,
  lose_network: 1,
  bad_network: 2,
  move: 1,
  worker_dies: 1,
};

export class DeskPeople {
  readonly #world: World;
  readonly #chance: Chance;
  #calls = 0;
  #healed = 0;
  #moves = 0;
  /** The last time the worker did. */
  #diedAt = 0;
  /** Nobody does anything. */
  areResting = false;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'desks');
    world.telephony.rings = (call) => this.#rings(call);
  }

  /** Calls that were placed. */
  get calls(): number {
    return this.#calls;
  }

  /** They are switched on. Some call at once, before anything of their user is there, and register later. */
  begin(): void {
    const { scope } = this.#world;
    for (const phone of this.#phones) {
      const isHasty = this.#chance.is(0.1);
      scope.schedule(isHasty ? 20 : this.#chance.between(0, 500), () => {
        phone.boot(!isHasty);
        if (isHasty) this.#do('call', phone);
      });
    }
  }

  act(): void {
    const phone = this.#chance.pick(this.#phones);
    this.#do(this.#chance.weighted(usual), phone);
  }

  /** Every phone is on, registered and well connected, at once. */
  heal(): void {
    this.#healed += 1;
    for (const phone of this.#phones) {
      Object.assign(phone.link, { isOnline: true, loss: 0, duplicate: 0 });
      phone.boot();
      phone.signOn();
    }
    this.#world.telephony.sound.changed();
  }

  hangUpAll(): void {
    for (const phone of this.#phones) for (const call of phone.calls) call.hangUp();
  }

  get #phones(): readonly DeskPhone[] {
    return this.#world.telephony.phones;
  }

  #do(deed: DeskDeed, phone: DeskPhone): void {
    const call = phone.calls.length === 0 ? undefined : this.#chance.pick(phone.calls);
    switch (deed) {
      case 'call':
        return this.#place(phone, this.#chance.pick(this.#world.users).address);
      case 'call_nobody':
        return this.#place(phone, this.#chance.pick(['nobody', 'no body']));
      case 'hang_up':
        return call?.hangUp();
      case 'hold':
        return call?.hold();
      case 'resume':
        return call?.resume();
      case 'send_on':
        return call?.transfer(this.#chance.is(0.1) ? 'nobody' : this.#chance.pick(this.#world.users).address);
      case 'lead_together':
        return call?.transfer(this.#chance.pick(phone.calls));
      case 'die':
        phone.die();
        return this.#later(this.#chance.between(500, 60_000), () => phone.boot());
      case 'boot':
        return phone.boot();
      case 'sign_off':
        return phone.signOff();
      case 'sign_on':
        return phone.signOn();
      case 'lose_network':
        return this.#loseNetwork(phone);
      case 'bad_network':
        Object.assign(phone.link, { loss: this.#chance.pick([0.05, 0.3]), duplicate: this.#chance.pick([0, 0.2]) });
        return this.#later(this.#chance.between(1_000, 20_000), () =>
          Object.assign(phone.link, { loss: 0.01, duplicate: 0.01 }),
        );
      case 'move':
        return phone.moveTo(`198.51.100.${(this.#moves += 1)}`);
      case 'worker_dies':
        return this.#killWorker();
    }
  }

  /** Who talks then is to hear something again, before the phone believes that nobody is there. */
  #killWorker(): void {
    const { scope, server, telephony, time } = this.#world;
    const life = server.sip;
    if (life === undefined) return;
    const heard = this.#phones.flatMap(({ calls }) => calls).filter((call) => telephony.sound.arriving(call) !== undefined);
    const at = time.now;
    this.#diedAt = at;
    life.bridges.crash();
    scope.schedule(20_000, () => {
      if (server.sip === life && this.#diedAt === at) lookAtHeard(this.#world, heard, at);
    });
  }

  #place(phone: DeskPhone, to: string): void {
    const call = phone.call(to, this.#chance.is(0.15));
    if (call === undefined) return;
    this.#calls += 1;
    if (this.#chance.is(0.3)) this.#later(this.#chance.between(0, 40_000), () => call.hangUp());
  }

  #loseNetwork(phone: DeskPhone): void {
    const { telephony } = this.#world;
    phone.link.isOnline = false;
    telephony.sound.changed();
    this.#later(this.#chance.between(300, 50_000), () => {
      phone.link.isOnline = true;
      telephony.sound.changed();
    });
  }

  #rings(call: DeskCall): void {
    const after = this.#chance.is(0.1) ? this.#chance.between(0, 60) : this.#chance.between(300, 12_000);
    const decision = this.#chance.weighted({ answer: 10, decline: 2, busy: 2, away: 1, ignore: 3 });
    this.#world.scope.schedule(after, () => {
      if (this.areResting || decision === 'ignore') return;
      if (decision === 'answer') call.answer();
      else call.decline(decision === 'decline' ? 603 : decision === 'busy' ? 486 : 480);
    });
  }

  /** Unless all is well by then. */
  #later(delay: number, act: () => void): void {
    const healed = this.#healed;
    this.#world.scope.schedule(delay, () => healed === this.#healed && act());
  }
}
