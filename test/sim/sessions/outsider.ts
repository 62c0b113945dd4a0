/** A program that speaks of sessions without the SDK, and badly: of some that it is in and of some that it is not. */
import type { Chance } from '../chance.ts';
import type { Speaker } from '../laws.ts';
import type { Scope } from '../time.ts';
import type { Wire } from '../wires.ts';
import type { Device } from '../world.ts';
import type { SessionWorld } from './world.ts';

export class SessionOutsider implements Speaker {
  readonly name: string;
  readonly user: string;
  readonly network: Device['network'];
  readonly scope: Scope;
  connection: string | undefined;
  isInCall = false;
  readonly #world: SessionWorld;
  readonly #chance: Chance;
  readonly #token: string;
  /** Of several that speak for one device, each asks by ids of its own. */
  readonly #number: number;
  #wire: Wire | undefined;
  #count = 0;

  constructor(world: SessionWorld, device: Device, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
    this.#token = device.token;
    world.outsiders += 1;
    this.#number = world.outsiders;
    this.name = `${device.user.address}/outsider`;
    this.user = device.user.address;
    this.network = device.network;
    this.scope = world.time.scope(this.name);
  }

  /** Signs in, if it has not. */
  connect(): void {
    if (this.#wire?.isSound === true) return;
    this.connection = undefined;
    this.#wire?.close();
    this.#wire = this.#world.wires.connect(this, {
      opened: () => this.#say({ type: 'hello', version: 1, token: this.#token }),
      received: () => undefined,
      closed: () => undefined,
    });
  }

  /** Everything that can be said of a session, at once. */
  everything(session: string): void {
    const messages = [
      { type: 'session_publish', session, offer: 'nonsense', streams: [] },
      { type: 'session_answer', session, revision: this.#chance.between(0, 3), answer: 'nonsense' },
      { type: 'session_restart', session },
      { type: 'session_update', session, mid: '0', muted: true, n: this.#chance.between(0, 5) },
      { type: 'session_look', session, stream: { participant: this.#chance.pick(['p-1', 'p-2']), mid: '0' }, width: 100 },
      { type: 'session_data', session, data: 'hello' },
      { type: 'session_record', session, to: 'recording' },
      { type: 'session_leave', session },
    ];
    for (const message of messages) this.#say(message);
  }

  join(session: string): void {
    this.#say({ type: 'session_join', session });
  }

  leave(): void {
    this.scope.end();
    this.#wire?.pageDied('leaves');
  }

  #say(message: object): void {
    this.#count += 1;
    this.#wire?.send(JSON.stringify({ ...message, id: `outsider.${this.#number}.${this.#count}` }));
  }
}
