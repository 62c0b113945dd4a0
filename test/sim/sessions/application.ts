/** The application that runs sessions: makes them, adds participants, says what they receive, removes them, and has second thoughts. */
import type { ParticipantId, SessionId, Subscriptions } from '@offhook/core';
import type { SessionOrder } from '../../../packages/server/src/ports/sessions.ts';
import { Chance } from '../chance.ts';
import type { SessionWorld } from './world.ts';

/** One is open to all, and may be made by whoever joins it first. */
export const rooms = ['lesson', 'lobby'] as const;

interface Made {
  readonly id: ParticipantId;
  readonly token: string;
  readonly publish: readonly ('audio' | 'video')[];
  readonly record: boolean;
}

export class Application {
  readonly #world: SessionWorld;
  readonly #chance: Chance;
  readonly made: readonly Made[];
  /** Where each was added last. */
  readonly places = new Map<ParticipantId, SessionId>();

  constructor(world: SessionWorld, people: number) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'application');
    this.made = Array.from({ length: people }, (_, at) => {
      const id = `p-${at + 1}`;
      const publish = this.#chance.is(0.8) ? (['audio', 'video'] as const) : (['audio'] as const);
      const record = this.#chance.is(0.5);
      return { id, publish, record, token: world.addParticipant(id, publish, record) };
    });
  }

  /** Makes the session, and adds some. */
  begin(session: SessionId): void {
    this.#order(session, {
      type: 'create',
      access: session === 'lobby' ? 'open' : 'added',
      most: this.#chance.pick([2, 4, 20, 20]),
    });
    for (const { id } of this.made) if (this.#chance.is(0.7)) this.#add(session, id);
  }

  do(deed: 'create' | 'add' | 'subscribe' | 'remove' | 'lock' | 'unlock' | 'silence' | 'record' | 'end'): void {
    const session = this.#chance.pick(rooms);
    const { id } = this.#chance.pick(this.made);
    const place = this.places.get(id) ?? session;
    switch (deed) {
      case 'create':
        return this.begin(session);
      case 'add':
        return this.#add(session, id);
      case 'subscribe':
        return this.#order(place, { type: 'subscribe', participant: id, subscriptions: this.#subscriptions(place) });
      case 'remove': {
        const here = Object.keys(this.#world.sessionLaws.open.get(place)?.participants ?? {});
        return this.#order(place, {
          type: 'remove',
          participant: here.length > 0 && this.#chance.is(0.5) ? this.#chance.pick(here) : id,
        });
      }
      case 'silence': {
        const here = Object.keys(this.#world.sessionLaws.open.get(session)?.participants ?? {});
        return here.length === 0 ? undefined : this.#order(session, { type: 'mute', participant: this.#chance.pick(here) });
      }
      case 'record':
        return this.#record(session);
      case 'lock':
      case 'unlock':
        return this.#order(session, { type: 'lock', locked: deed === 'lock' });
      case 'end':
        return this.end(session);
    }
  }

  /** All orders at once, one of each kind. */
  everything(session: SessionId): void {
    for (const type of ['add', 'subscribe', 'mute', 'remove', 'lock', 'record', 'end', 'create'] as const) {
      const { id } = this.#chance.pick(this.made);
      if (type === 'add') this.#add(session, id);
      else if (type === 'subscribe') this.#order(session, { type, participant: id, subscriptions: {} });
      else if (type === 'remove' || type === 'mute') this.#order(session, { type, participant: id });
      else if (type === 'lock') this.#order(session, { type, locked: false });
      else if (type === 'record') this.#record(session);
      else if (type === 'end') this.#order(session, { type });
      else this.#order(session, { type, access: 'open', most: 20 });
    }
  }

  end(session: SessionId): void {
    this.#order(session, { type: 'end' });
  }

  #record(session: SessionId): void {
    const to = this.#chance.pick(['recording', 'recording', 'paused', 'stopped'] as const);
    const live = this.#world.sessionLaws.open.get(session)?.recording?.id;
    // What is said of one that has ended comes to the next one, too.
    if (live !== undefined && this.#chance.is(0.8)) return this.#order(session, { type: 'record', to, id: live });
    const wishes = to === 'recording' ? ({ mix: 'together', streams: true } as const) : undefined;
    this.#order(session, { type: 'record', to, id: this.#world.chance.token(128), wishes });
  }

  #add(session: SessionId, id: ParticipantId): void {
    const made = this.made.find((one) => one.id === id);
    if (made === undefined) return;
    this.places.set(id, session);
    const { publish, record } = made;
    this.#order(session, { type: 'add', participant: { id, publish, record }, subscriptions: this.#subscriptions(session) });
  }

  #subscriptions(session: SessionId): Subscriptions {
    return this.#chance.weighted({ all: 6, some: 3, nobody: 1 }) === 'all'
      ? { session }
      : this.#chance.is(0.2)
        ? {}
        : {
            participants: this.made
              .filter(() => this.#chance.is(0.5))
              .map(({ id: participant }) => (this.#chance.is(0.5) ? { participant } : { participant, aliases: ['screen'] })),
          };
  }

  #order(session: SessionId, order: SessionOrder): void {
    const { server, sessionLaws, trace } = this.#world;
    const desk = server.sessions;
    if (desk === undefined) return;
    const { lives } = server;
    const n = sessionLaws.order(session, order);
    trace.add('application', 'server', `${order.type} ${session} ${JSON.stringify(order)}`);
    void desk.order(session, order).then((error) => {
      // A server that was killed answers nobody.
      if (server.lives !== lives || server.sessions !== desk) return;
      trace.add('server', 'application', `${order.type} ${session}: ${error ?? 'ok'}`);
      sessionLaws.ordered(n, error);
    });
  }
}
