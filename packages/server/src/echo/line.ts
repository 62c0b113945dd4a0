/**
 * Somebody who is always there to call, takes every call at once and says back what they hear: a device of the server's own, to which
 * calls are what they are to any other.
 */
import { defaultSettings, echoPerson as person, peopleLimits } from '@offhook/core';
import type { Answer, CallId, Event, From } from '@offhook/core';
import type { EchoMedia } from '../ports/echo.ts';
import type { Bus, CallRequest, Clock, Log, Outcome, Store, StoredUser, Switchboard } from '../ports.ts';

export interface EchoLineDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly switchboard: Switchboard;
  readonly clock: Clock;
  readonly log: Log;
  readonly media: EchoMedia;
}

/** As many people may try at once as calls of one user are possible. */
const settings = { ...defaultSettings, maxCalls: peopleLimits.callsPerUserMost, voicemail: { on: false } };
const from: From = { person, device: 'echo-test', deviceName: 'Echo test', connection: 'echo-test' };

/** A request without what tells it apart from others. */
type Unsent<R = CallRequest> = R extends CallRequest ? Omit<R, 'id'> : never;

export class EchoLine {
  readonly #deps: EchoLineDeps;
  /** Calls that are up, by the epoch of their media. */
  readonly #epochs = new Map<CallId, number>();
  #requests = 0;

  constructor(deps: EchoLineDeps) {
    this.#deps = deps;
  }

  /** Where somebody has this address, there is no echo test. */
  async start(): Promise<void> {
    const { store, bus, switchboard, clock, log, media } = this.#deps;
    const user: StoredUser = { ...person, settings, createdAt: clock.now() };
    const known = await store.user(person.address);
    const isTaken = known !== undefined && (await store.devices(person.address)).length > 0;
    if (isTaken) return log.warn('echo', { error: 'somebody has this address' });
    if (known === undefined) await store.commit([{ type: 'new_user', user }]);
    switchboard.enter(user, new Set());
    switchboard.device(person.address, from.device, 'here');
    bus.subscribe(person.address, ({ event }) => this.#hear(event));
    media.onEcho((call, state) => {
      const epoch = this.#epochs.get(call);
      if (epoch !== undefined) switchboard.ephemeral(from, { type: 'media', call, epoch, state });
    });
    // Of a server before this one: nobody says anything back there any more.
    for (const { call } of switchboard.views(person.address, from.connection)) void this.#ask({ type: 'hangup', call });
  }

  #hear(event: Event): void {
    switch (event.type) {
      case 'incoming': {
        const { call, epoch, offer } = event.view;
        if (offer !== undefined) this.#accept(call, epoch, offer.sdp);
        return;
      }
      case 'reoffered':
        return this.#accept(event.call, event.epoch, event.offer.sdp);
      case 'described': {
        const { call, epoch, description } = event;
        if (description.type !== 'offer') return;
        const { n } = description;
        this.#answer(call, epoch, description.sdp, (answer) => ({
          type: 'describe',
          call,
          epoch,
          description: { ...answer, ...(n !== undefined && { n }) },
        }));
        return;
      }
      case 'ended':
        this.#epochs.delete(event.call);
        return this.#deps.media.endEcho(event.call);
      default:
    }
  }

  #accept(call: CallId, epoch: number, sdp: string): void {
    this.#answer(call, epoch, sdp, (answer) => ({ type: 'accept', call, epoch, answer }));
  }

  /** A call whose offer cannot be taken ends. */
  #answer(call: CallId, epoch: number, sdp: string, said: (answer: Answer) => Unsent): void {
    const { media, log } = this.#deps;
    this.#epochs.set(call, epoch);
    media
      .echo(call, sdp)
      .then((answer) => this.#ask(said({ type: 'answer', sdp: answer })))
      .catch((error: unknown) => {
        log.warn('echo', { call, error: String(error) });
        return this.#ask({ type: 'hangup', call });
      })
      .then(
        (outcome) => {
          // It was over meanwhile.
          if ('error' in outcome && outcome.error !== 'stale_epoch') media.endEcho(call);
        },
        (error: unknown) => log.error('echo', { call, error: String(error) }),
      );
  }

  #ask(request: Unsent): Promise<Outcome> {
    const id = `echo.${++this.#requests}`;
    return new Promise((resolve) => this.#deps.switchboard.request(from, { ...request, id }, resolve));
  }
}
