/**
 * A program that speaks the protocol without the SDK, and badly: on a device of some user, about calls that are this user's and calls
 * that are not, at any time and in any order. Whatever it says, the laws hold for everybody else.
 */
import type { Chance } from './chance.ts';
import type { Known, Speaker } from './laws.ts';
import type { Scope } from './time.ts';
import type { Wire } from './wires.ts';
import type { Device, World } from './world.ts';

export class Outsider implements Speaker {
  readonly name: string;
  readonly user: string;
  readonly device: Device;
  readonly network: Device['network'];
  readonly scope: Scope;
  connection: string | undefined;
  isInCall = false;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #token: string;
  #wire: Wire | undefined;
  #count = 0;

  constructor(world: World, device: Device, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
    this.device = device;
    this.#token = device.token;
    this.name = `${device.user.address}/outsider`;
    this.user = device.user.address;
    this.network = device.network;
    this.scope = world.time.scope(this.name);
  }

  /** Says something about some call, or signs in first. */
  act(): void {
    if (this.#wire?.isSound !== true) return this.#connect();
    const known = [...this.#world.laws.calls_.values()];
    if (known.length === 0 || this.connection === undefined) return;
    // Mostly about what goes on now.
    const call = this.#chance.is(0.8)
      ? (known.findLast(({ record }) => record === undefined) ?? known[0])
      : this.#chance.pick(known);
    if (call !== undefined) this.#say(this.#message(call));
  }

  leave(): void {
    this.scope.end();
    this.#wire?.pageDied('leaves');
  }

  #connect(): void {
    this.connection = undefined;
    this.#wire?.close();
    this.#wire = this.#world.wires.connect(this, {
      opened: () => this.#say({ type: 'hello', version: 1, token: this.#token }),
      received: () => undefined,
      closed: () => undefined,
    });
  }

  #message({ id: call, state }: Known): object {
    const known = state !== undefined && 'epoch' in state ? state.epoch : 1;
    const epoch = Math.max(1, known + this.#chance.between(-1, 1));
    const offer = { type: 'offer', sdp: `o=- outsider 1\r\nm=audio 9\r\na=mid:0\r\na=ice-ufrag:${this.#chance.token(24)}` };
    const answer = { type: 'answer', sdp: offer.sdp };
    const to = this.#chance.pick(this.#world.users).address;
    const another = this.#chance.pick([...this.#world.laws.calls_.keys()]);
    switch (this.#chance.weighted({ state: 3, media: 3, claim: 2, end: 1 })) {
      case 'state':
        return this.#chance.pick([
          { type: 'update', call, side: { n: this.#chance.between(0, 5), held: true, muted: false, camera: false } },
          { type: 'invite', call, to, media: { audio: true, video: false }, offer },
          { type: 'transfer', call, to: { call: another }, into: this.#chance.token(128) },
          { type: 'transfer', call, to: { user: to }, into: this.#chance.token(128) },
          { type: 'move', call, meeting: 'meeting-of-nobody', heard: true },
        ]);
      case 'media':
        return this.#chance.pick([
          { type: 'describe', call, epoch, description: offer },
          { type: 'describe', call, epoch, description: answer },
          { type: 'reoffer', call, epoch, offer },
          { type: 'candidates', call, epoch, candidates: [{ candidate: 'candidate:x' }] },
          { type: 'media', call, epoch, state: 'connected' },
          { type: 'quality', call, quality: { mos: 1, loss: 1, jitterMs: 0, roundTripMs: 0 } },
        ]);
      case 'claim':
        return this.#chance.pick([
          { type: 'ringing', call },
          { type: 'accept', call, epoch },
          { type: 'accept', call, epoch, answer },
          { type: 'answer', call, epoch, answer },
        ]);
      case 'end':
        return this.#chance.pick([
          { type: 'reject', call, reason: 'busy' },
          { type: 'reject', call, reason: 'declined' },
          { type: 'hangup', call },
        ]);
    }
  }

  #say(message: object): void {
    this.#count += 1;
    this.#wire?.send(JSON.stringify({ ...message, id: `outsider.${this.name}.${this.#count}` }));
  }
}
