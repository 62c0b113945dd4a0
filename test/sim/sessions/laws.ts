/**
 * What must hold in every session, whatever happens: the rules P37–P44 of packages/core/src/session/SPEC.md. What the application has
 * said is kept here as it was answered, apart from the machine, and everything that the worker is told is held against it.
 */
import { Announced } from '../../../packages/core/src/session/announced.fixture.ts';
import type {
  OpenSession,
  ParticipantId,
  Recorded,
  RecordingId,
  SessionId,
  SessionNews,
  StreamRef,
  Subscriptions,
} from '@offhook/core';
import type { OutboxEntry } from '../../../packages/server/src/ports/events.ts';
import type { Write } from '../../../packages/server/src/ports.ts';
import type { SessionOrder } from '../../../packages/server/src/ports/sessions.ts';
import type { Speaker } from '../laws.ts';
import type { SessionWorld } from './world.ts';

/** What may be in force of one who was added: of several orders that were not answered, any. */
interface Wish {
  isIn: boolean | 'perhaps';
  values: { readonly n: number; readonly subscriptions: Subscriptions }[];
}

interface Given {
  readonly n: number;
  readonly session: SessionId;
  readonly order: SessionOrder;
}

/** What one page has heard of its sessions. */
interface Hearing {
  readonly joined: Map<SessionId, ParticipantId>;
  seq: number;
}

export class SessionLaws {
  readonly #world: SessionWorld;
  /** As the disk has them. */
  readonly open = new Map<SessionId, OpenSession>();
  /** As the disk has them, ended or not. */
  readonly #recordings = new Map<RecordingId, Recorded>();
  readonly #wishes = new Map<string, Wish>();
  readonly #given = new Map<number, Given>();
  /** What the worker was last told that somebody receives. */
  readonly #announcements = new Map<SessionId, Announced>();
  readonly #instructed = new Map<string, readonly StreamRef[]>();
  /** By which connections somebody was ever there. */
  readonly #pages = new Map<string, Set<string>>();
  /** As what a section was ever published, by session, connection and section. */
  readonly #aliases = new Map<string, Set<string>>();
  readonly #asked = new Map<string, { readonly type: string; readonly session: SessionId }>();
  /** Connections by which somebody is or was in a session, until that is told. */
  readonly #seats = new Set<string>();
  readonly #hearings = new Map<string, Hearing>();
  #count = 0;

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  break(law: string, what: string): void {
    this.#world.laws.break(law, what);
  }

  expect(holds: boolean, law: string, what: string): void {
    this.#world.laws.expect(holds, law, what);
  }

  // The application.

  /** It gives an order. `ordered` follows with the same number, unless the server is killed. */
  order(session: SessionId, order: SessionOrder): number {
    this.#count += 1;
    const n = this.#count;
    this.#given.set(n, { n, session, order });
    if (order.type === 'add' || order.type === 'subscribe') {
      const wish = this.#wish(session, idOf(order));
      wish.values.push({ n, subscriptions: order.subscriptions });
      if (order.type === 'add' && wish.isIn === false) wish.isIn = 'perhaps';
    }
    return n;
  }

  ordered(n: number, error: string | undefined): void {
    const given = this.#given.get(n);
    this.#given.delete(n);
    if (given === undefined) return;
    const { session, order } = given;
    const state = this.open.get(session);
    if (error === undefined) this.#holds(state, given);
    if (order.type === 'add' || order.type === 'subscribe') {
      const wish = this.#wish(session, idOf(order));
      wish.values = wish.values.filter((one) => (error === undefined ? one.n >= n : one.n !== n));
      if (error === undefined && order.type === 'add') wish.isIn = true;
    }
    if (error === undefined && order.type === 'remove') this.#out(session, order.participant, n);
    this.look();
  }

  /** What was answered is stored. */
  #holds(state: OpenSession | undefined, { session, order }: Given): void {
    const isStored =
      order.type === 'end'
        ? state === undefined
        : order.type === 'remove'
          ? state?.participants[order.participant] === undefined
          : order.type === 'add'
            ? state?.participants[order.participant.id] !== undefined
            : order.type === 'lock'
              ? state?.locked === order.locked
              : order.type === 'record'
                ? // Answered by the worker: it may be over by then.
                  order.to !== 'recording' || [...this.#recordings.values()].some((one) => one.session === session)
                : state !== undefined;
    // An order that came after it may be stored already.
    const isOvertaken = [...this.#given.values()].some((other) => other.session === session);
    this.expect(isStored || isOvertaken, 'P43', `the ${order.type} of ${session} is answered and not stored`);
  }

  #out(session: SessionId, participant: ParticipantId, n: number): void {
    const wish = this.#wish(session, participant);
    wish.values = wish.values.filter((one) => one.n > n);
    wish.isIn = wish.values.length > 0 ? 'perhaps' : false;
  }

  #wish(session: SessionId, participant: ParticipantId): Wish {
    const wish = this.#wishes.get(key(session, participant)) ?? { isIn: false, values: [] };
    this.#wishes.set(key(session, participant), wish);
    return wish;
  }

  // The disk.

  stored(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'recording') this.#recordings.set(write.recording.id, write.recording);
      if (write.type === 'outbox') this.#announced(write.entry);
      if (write.type !== 'session') continue;
      const { state } = write;
      if (state.kind === 'open') this.#storedOpen(state);
      else this.#storedOver(state.id);
    }
    for (const { id, session, state } of this.#recordings.values())
      this.expect(
        state === 'ended' || this.open.get(session)?.recording?.id === id,
        'P43',
        `the recording ${id} of ${session} has not ended on the disk, and is not made any more`,
      );
  }

  #announced({ about, event, body }: OutboxEntry): void {
    const announced = this.#announcements.get(about) ?? new Announced();
    this.#announcements.set(about, announced);
    const { data } = JSON.parse(body) as {
      readonly data: {
        readonly participant?: { readonly participant: ParticipantId };
        readonly stream?: { readonly mid: string; readonly kind: string; readonly alias?: string };
      };
    };
    const stream = data.stream && `${data.stream.mid} ${data.stream.kind} ${data.stream.alias ?? ''}`;
    const objection = announced.objection(event as SessionNews, data.participant?.participant, stream);
    this.expect(objection === undefined, 'P37', `${about} announced ${event}: ${objection ?? ''}`);
  }

  #storedOpen(state: OpenSession): void {
    const before = this.open.get(state.id);
    const here = Object.values(state.participants).filter((one) => one.here !== undefined);
    const pages = new Set(here.map((one) => one.here?.from.connection));
    this.expect(pages.size === here.length, 'P39', `a page is two participants of ${state.id}`);
    this.expect(Object.keys(state.participants).length <= state.most, 'P39', `${state.id} is more than full`);
    for (const { id, here: page } of here) {
      const connection = page?.from.connection ?? '';
      this.#seats.add(key(state.id, connection));
      this.#pages.set(key(state.id, id), (this.#pages.get(key(state.id, id)) ?? new Set()).add(connection));
      const wasHere = before?.participants[id]?.here !== undefined;
      this.expect(before?.locked !== true || wasHere, 'P39', `${id} came into ${state.id}, which is locked`);
      this.expect(this.#wishes.get(key(state.id, id))?.isIn !== false, 'P39', `${id} is in ${state.id} and was removed`);
    }
    this.open.set(state.id, state);
  }

  #storedOver(id: SessionId): void {
    this.open.delete(id);
    // Whatever is in there from now on was added from now on.
    for (const [name, wish] of this.#wishes) {
      if (!name.startsWith(`${id} `)) continue;
      wish.values = wish.values.filter(({ n }) => this.#given.has(n));
      wish.isIn = wish.values.length > 0 ? 'perhaps' : false;
    }
  }

  // The worker.

  instructed(session: SessionId, participant: ParticipantId, streams: readonly StreamRef[]): void {
    const names = streams.map((one) => key(one.participant, one.mid));
    this.expect(new Set(names).size === names.length, 'P41', `${participant} is to receive a stream twice`);
    this.#instructed.set(key(session, participant), streams);
    this.look();
  }

  looked(session: SessionId, participant: ParticipantId, stream: StreamRef): void {
    const objection = this.#objection(session, participant, stream);
    this.expect(objection === undefined, 'P38', `${participant} looks at what it does not receive: ${objection ?? ''}`);
  }

  left(session: SessionId, participant: ParticipantId): void {
    this.#instructed.delete(key(session, participant));
  }

  closed(session: SessionId): void {
    for (const name of this.#instructed.keys()) if (name.startsWith(`${session} `)) this.#instructed.delete(name);
  }

  /** Another life of the server, with a worker that knows nothing. */
  restarted(): void {
    this.#instructed.clear();
  }

  /** Nobody receives what they may not. */
  look(): void {
    for (const [name, streams] of this.#instructed) {
      const [session = '', participant = ''] = name.split(' ');
      this.expect(
        this.open.has(session) || this.#isEnding(session),
        'P42',
        `${participant} receives in ${session}, which is over`,
      );
      this.expect(this.#wishes.get(name)?.isIn !== false, 'P39', `${participant} was removed from ${session} and receives`);
      for (const stream of streams) {
        const objection = this.#objection(session, participant, stream);
        this.expect(objection === undefined, 'P38', `${participant} receives ${objection ?? ''}`);
      }
    }
  }

  /** Its end is stored, and told in a moment. */
  #isEnding(session: SessionId): boolean {
    return this.#world.server.sessions?.session(session) !== undefined;
  }

  /** Why this stream may not be received. */
  #objection(session: SessionId, receiver: ParticipantId, { participant, mid }: StreamRef): string | undefined {
    if (participant === receiver) return 'itself';
    if (this.#wishes.get(key(session, participant))?.isIn === false) return `${participant}, who was removed`;
    const pages = [...(this.#pages.get(key(session, participant)) ?? [])];
    const aliases = pages.flatMap((connection) => [...(this.#aliases.get(key(session, connection, mid)) ?? [])]);
    return this.mayReceive(session, receiver, participant, aliases)
      ? undefined
      : `${participant} ${mid}, to which it is not subscribed`;
  }

  /** By what the application has said; guests receive everybody. */
  mayReceive(session: SessionId, receiver: ParticipantId, participant: ParticipantId, aliases: readonly string[]): boolean {
    const wish = this.#wishes.get(key(session, receiver));
    if (wish === undefined) return true;
    return wish.values.some(({ subscriptions: { session: all, participants = [] } }) => {
      const named = participants.find((one) => one.participant === participant);
      if (participants.length === 0) return all !== undefined;
      const wanted = named?.aliases ?? [];
      return named !== undefined && (wanted.length === 0 || wanted.some((one) => aliases.includes(one)));
    });
  }

  /** Whether it is known what is in force. */
  isCertain(session: SessionId, participant: ParticipantId): boolean {
    const wish = this.#wishes.get(key(session, participant));
    return wish === undefined || (wish.isIn !== 'perhaps' && wish.values.length <= 1);
  }

  // The wire.

  heard(speaker: Speaker, text: string): void {
    if (!text.includes('"type":"session_') || !text.includes('"id":')) return;
    const { id, type, session, streams } = JSON.parse(text) as Record<string, string> & {
      readonly streams?: readonly { readonly mid: string; readonly alias?: string }[];
    };
    if (id === undefined || type === undefined || session === undefined) return;
    this.#asked.set(id, { type, session });
    for (const { mid, alias = '' } of streams ?? []) {
      const name = key(session, speaker.connection ?? '', mid);
      this.#aliases.set(name, (this.#aliases.get(name) ?? new Set()).add(alias));
    }
  }

  said(speaker: Speaker, text: string): void {
    if (text.startsWith('{"re":"')) return this.#replied(speaker, text);
    const { type, seq, session, streams } = JSON.parse(text) as {
      readonly type: string;
      readonly seq?: number;
      readonly session?: SessionId;
      readonly streams?: readonly StreamRef[];
    };
    const hearing = this.#hearing(speaker);
    // What was missed is said again.
    if (seq === undefined || seq <= hearing.seq) return;
    hearing.seq = seq;
    if (!type.startsWith('session_') || session === undefined) return;
    const seat = key(session, speaker.connection ?? '');
    this.expect(
      hearing.joined.has(session) || this.#seats.has(seat),
      'P42',
      `${speaker.name} hears ${type} of ${session} and is not in it`,
    );
    if (type === 'session_ended') {
      hearing.joined.delete(session);
      this.#seats.delete(seat);
    }
    if (type !== 'session_offer' || streams === undefined) return;
    const names = streams.map(({ participant, mid }) => key(participant, mid));
    this.expect(new Set(names).size === names.length, 'P41', `${speaker.name} is offered a stream twice`);
  }

  #replied(speaker: Speaker, text: string): void {
    const { re, ok } = JSON.parse(text) as { readonly re: string; readonly ok?: { readonly participant?: ParticipantId } };
    const asked = this.#asked.get(re);
    if (asked === undefined || ok === undefined) return;
    const { type, session } = asked;
    const hearing = this.#hearing(speaker);
    const { connection } = speaker;
    const here = Object.values(this.open.get(session)?.participants ?? {}).find(
      (one) => one.here?.from.connection === connection,
    );
    if (type === 'session_join' && ok.participant !== undefined) {
      // What has followed already is stored, too.
      this.expect(here?.id === ok.participant || this.#isBusy(session), 'P43', `${speaker.name} joined ${session} unstored`);
      hearing.joined.set(session, ok.participant);
    }
    if (type !== 'session_leave') return;
    this.#seats.delete(key(session, connection ?? ''));
    this.expect(here === undefined || this.#isBusy(session), 'P43', `${speaker.name} has left ${session} unstored`);
    hearing.joined.delete(session);
  }

  #isBusy(session: SessionId): boolean {
    return [...this.#given.values()].some((one) => one.session === session);
  }

  #hearing(speaker: Speaker): Hearing {
    const name = `${speaker.name} ${speaker.connection ?? ''}`;
    const hearing = this.#hearings.get(name) ?? { joined: new Map<SessionId, ParticipantId>(), seq: 0 };
    this.#hearings.set(name, hearing);
    return hearing;
  }
}

function idOf(order: Extract<SessionOrder, { type: 'add' | 'subscribe' }>): ParticipantId {
  return order.type === 'add' ? order.participant.id : order.participant;
}

function key(...parts: readonly string[]): string {
  return parts.join(' ');
}
