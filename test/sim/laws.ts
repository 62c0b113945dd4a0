/**
 * What must hold in every run, whatever happens: the rules S1–S25 of packages/core/src/call/SPEC.md. What the server stores and says
 * is looked at as it happens, pages every second and, in `calm.ts`, whenever the world has come to rest.
 */
import type { Call } from '../../packages/client/src/call.ts';
import type { CallRecord, CallState } from '@offhook/core';
import type { Write } from '../../packages/server/src/ports.ts';
import { Admission } from './laws-admission.ts';
import { Led } from './laws-led.ts';
import { short } from './trace.ts';
import type { Page } from './page.ts';
import type { World } from './world.ts';

/** Whoever holds a connection: a page, or a program. */
export interface Speaker {
  readonly name: string;
  /** The address of its user. */
  readonly user: string;
  connection: string | undefined;
  isInCall: boolean;
}

export interface Breach {
  readonly law: string;
  readonly what: string;
  readonly at: number;
}

/** A call as far as the disk knows it. */
export interface Known {
  readonly id: string;
  state: CallState | undefined;
  record: CallRecord | undefined;
  winner: string | undefined;
  caller: string | undefined;
  connectedAt: number | undefined;
  /** Announcements, in order. */
  readonly announced: string[];
  /** Whether it began as one in which people talk already. */
  beganTalked: boolean;
  /** When it last was seen to ring. */
  ringsUntil: number;
  /** The addresses of its users. */
  users: readonly string[];
}

interface Asked {
  readonly type: string;
  readonly call: string | undefined;
  readonly epoch: number | undefined;
  readonly n: number | undefined;
  readonly description: string | undefined;
}

const unknown = {
  state: undefined,
  record: undefined,
  winner: undefined,
  caller: undefined,
  connectedAt: undefined,
  ringsUntil: 0,
  users: [],
  beganTalked: false,
};

const stages = ['new', 'ringing', 'answering', 'active', 'ended'];
const announcements = ['call.ringing', 'call.accepted', 'call.connected', 'call.ended'];

export class Laws {
  readonly breaches: Breach[] = [];
  readonly calls_: Map<string, Known> = new Map();
  readonly #world: World;
  /** Requests on their way, by id. */
  readonly #asked = new Map<string, Asked>();
  /** When a call or the presence of somebody last changed. */
  changedAt = 0;
  /** Which page holds a connection. */
  readonly pageOf = new Map<string, Speaker>();
  readonly #admission = new Admission();
  readonly #led = new Led(this);
  /** Ways in which no call ends in a world like this one. */
  readonly neverEnds = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  break(law: string, what: string): void {
    this.breaches.push({ law, what, at: this.#world.time.now });
    this.#world.trace.add('!', '!', `${law} broken: ${what}`);
  }

  expect(holds: boolean, law: string, what: string): void {
    if (!holds) this.break(law, what);
  }

  /** What the disk knows of a call; of one that it does not know, nothing. */
  known(id: string): Readonly<Known> {
    return this.calls_.get(id) ?? { ...unknown, id, announced: [] };
  }

  #known(id: string): Known {
    let known = this.calls_.get(id);
    if (known === undefined) {
      known = { ...unknown, id, announced: [] };
      this.calls_.set(id, known);
    }
    return known;
  }

  /** Something happened that others will hear of. */
  news(): void {
    this.changedAt = this.#world.time.now;
  }

  // The disk.

  stored(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === 'call' || write.type === 'new_call') this.#storedCall(write.state);
      if (write.type === 'record') this.#recorded(write.record);
      if (write.type === 'outbox' && write.entry.event.startsWith('call.'))
        this.#announced(write.entry.about, write.entry.event);
    }
    for (const write of writes) if (write.type === 'record') this.#led.recorded(write.record);
  }

  #storedCall(state: CallState): void {
    const known = this.#known(state.id);
    const before = known.state;
    const id = short(state.id);
    if (state.kind !== before?.kind) this.news();
    if (state.kind === 'ringing' && before === undefined) this.#admitted(state);
    if (state.kind === 'ringing') known.ringsUntil = Infinity;
    else if (before === undefined || before.kind === 'ringing') known.ringsUntil = this.#world.time.now;
    if (before !== undefined) {
      this.expect(
        stages.indexOf(state.kind) >= stages.indexOf(before.kind),
        'S2',
        `${id} went from ${before.kind} to ${state.kind}`,
      );
      if ('epoch' in before && 'epoch' in state) this.expect(state.epoch >= before.epoch, 'S7', `the epoch of ${id} went back`);
    }
    if (state.kind === 'answering' || state.kind === 'active') {
      const { connection } = state.callee;
      this.expect((known.winner ?? connection) === connection, 'S2', `${id} has two winners`);
      known.winner = connection;
    }
    if (state.kind === 'active') {
      const { connectedAt } = state;
      this.expect(known.connectedAt === undefined || known.connectedAt === connectedAt, 'S11', `${id} was connected anew`);
      known.connectedAt ??= connectedAt;
    }
    if ('caller' in state && typeof state.caller !== 'string') known.caller = state.caller.connection;
    if (state.kind === 'ringing') known.users = [state.caller.person.address, state.callee.address];
    if (state.kind === 'active' && before === undefined) {
      known.users = [state.caller.person.address, state.callee.person.address];
      known.beganTalked = true;
    }
    known.state = state;
  }

  #admitted(state: Extract<CallState, { kind: 'ringing' }>): void {
    const { server, time } = this.#world;
    const others = [...this.calls_.values()].filter(({ id }) => id !== state.id);
    const wish = server.disk.users.get(state.callee.address)?.settings;
    const blocks = (who: string, whom: string): boolean => server.disk.people.reads.blocks(who).blocked.includes(whom);
    const objection = this.#admission.objection(state, others, wish && { ...wish, blocks }, time.now);
    this.expect(objection === undefined, 'S18', `${short(state.id)} ${objection ?? ''}`);
  }

  #recorded(record: CallRecord): void {
    const known = this.#known(record.call);
    this.expect(known.record === undefined, 'S1', `${short(record.call)} was recorded twice`);
    this.expect(known.connectedAt === record.connectedAt, 'S11', `the record of ${short(record.call)} has another duration`);
    known.record = record;
    known.users = [record.caller.address, record.callee.address];
    const end = `${record.connectedAt === undefined ? '' : 'connected '}${record.cause}`;
    this.expect(!this.neverEnds.has(end), 'S12', `${short(record.call)} ended ${end}`);
  }

  #announced(call: string, event: string): void {
    const { announced } = this.#known(call);
    const last = announced.at(-1);
    const follows = last === undefined || announcements.indexOf(event) > announcements.indexOf(last);
    this.expect(follows, 'S1', `${short(call)} announced ${event} after ${last ?? 'nothing'}`);
    announced.push(event);
  }

  // The wire.

  /** The server hears. */
  heard(user: string, text: string): void {
    if (!text.includes('"id":"')) return;
    if (text.includes('"type":"settings"') || text.includes('"type":"block"'))
      this.#admission.changes(user, this.#world.time.now);
    const { id, type, call, epoch, side, description } = JSON.parse(text) as Record<string, unknown>;
    this.#asked.set(String(id), {
      type: String(type),
      call: typeof call === 'string' ? call : undefined,
      epoch: typeof epoch === 'number' ? epoch : undefined,
      n: (side as { n: number } | undefined)?.n,
      description: (description as { type: string } | undefined)?.type,
    });
  }

  /** The server speaks: what it says is stored. */
  said(page: Speaker, text: string): void {
    if (text.startsWith('{"re":"')) return this.#replied(page, text);
    const about = /"call":"([\w-]+)"/.exec(text)?.[1];
    if (about !== undefined) {
      const { users } = this.known(about);
      this.expect(users.length === 0 || users.includes(page.user), 'S17', `${page.name} hears of ${short(about)}`);
    }
    if (!/"type":"(?:accepted|answered|ended)"/.test(text)) return;
    const { type, call, cause } = JSON.parse(text) as Record<string, string | undefined>;
    const { state, record } = this.known(call ?? '');
    const id = short(call ?? '');
    if (type === 'accepted')
      this.expect(state !== undefined && state.kind !== 'ringing', 'S7', `${id} accepted before it is stored`);
    if (type === 'answered')
      this.expect(state !== undefined && state.kind !== 'answering', 'S7', `${id} answered before it is stored`);
    if (type === 'ended' && cause !== 'answered_elsewhere' && cause !== 'busy')
      this.expect(record !== undefined, 'S7', `${id} ended before it is stored`);
    if (type === 'ended' && cause !== 'answered_elsewhere' && cause !== 'busy' && record !== undefined)
      this.expect(record.cause === cause, 'S1', `${id} ended ${record.cause}, and ${page.name} is told ${cause ?? ''}`);
  }

  #replied(page: Speaker, text: string): void {
    const { re, ok } = JSON.parse(text) as { re: string; ok?: Record<string, unknown> };
    const asked = this.#asked.get(re);
    if (asked === undefined || ok === undefined) return;
    if (asked.type === 'hello') {
      page.connection = String(ok['connection']);
      page.isInCall = (ok['calls'] as { here: boolean }[]).some(({ here }) => here);
      this.pageOf.set(page.connection, page);
      return;
    }
    const merged = (ok['merged'] as { call: string } | undefined)?.call;
    if (asked.call !== undefined)
      this.#acknowledged(page, merged === undefined ? asked : { ...asked, type: 'accept', call: merged });
  }

  #acknowledged(page: Speaker, { type, call = '', epoch = 0, n = 0, description }: Asked): void {
    const { state, record, winner, caller, users } = this.known(call);
    const id = short(call);
    this.expect(users.length === 0 || users.includes(page.user), 'S17', `${page.name} may ${type} ${id}`);
    if (type === 'invite') this.expect(state !== undefined || record !== undefined, 'S7', `the invite of ${id} is not stored`);
    if (type === 'transfer') this.expect(record?.cause === 'transferred', 'S7', `the transfer of ${id} is not stored`);
    const into = record?.transfer?.into ?? record?.forward?.into;
    if (type === 'hangup' && into !== undefined) this.#hungUpLedOn(page, into);
    if (record !== undefined) return;
    const isCaller = page.connection === caller;
    const isSide = isCaller || page.connection === winner;
    if (type === 'accept') this.expect(winner === page.connection, 'S7', `the claim of ${id} is not stored`);
    if (type === 'answer') this.expect(state?.kind === 'active', 'S7', `the answer of ${id} is not stored`);
    if (type === 'hangup' && (isSide || state?.kind === 'ringing')) this.break('S7', `the end of ${id} is not stored`);
    const opens = type === 'reoffer' || (type === 'describe' && description === 'offer');
    if (opens && state !== undefined && 'epoch' in state)
      this.expect(state.epoch >= epoch, 'S7', `epoch ${epoch} of ${id} is not stored`);
    if (type !== 'update' || !isSide || state === undefined || !('callee' in state) || typeof state.caller === 'string') return;
    const end = isCaller
      ? state.caller
      : 'side' in (state.callee as object)
        ? (state.callee as typeof state.caller)
        : undefined;
    if (end !== undefined) this.expect(end.side.n >= n, 'S7', `value ${n} of ${id} is not stored`);
  }

  /** Whoever hangs up while being led on has hung up where they were led. */
  #hungUpLedOn({ connection, name }: Pick<Speaker, 'connection' | 'name'>, into: string): void {
    const { record, caller, winner } = this.known(into);
    const next = record?.transfer?.into ?? record?.forward?.into;
    if (next !== undefined) return this.#hungUpLedOn({ connection, name }, next);
    const isSide = connection === caller || connection === winner;
    this.expect(!isSide || record !== undefined, 'S7', `the end of ${short(into)} by ${name} is not stored`);
  }

  // Pages.

  readonly #ends = new Map<Call, number>();
  readonly #over = new Map<Page, Set<string>>();

  /** Whether this call rang or was talked on this page and is over for it. */
  hasEnded(page: Page, call: string): boolean {
    return this.#over.get(page)?.has(call) === true;
  }

  /** The calls of a page have changed. */
  calls(page: Page, calls: readonly Call[]): void {
    for (const call of calls) {
      if (this.#ends.has(call)) continue;
      this.#ends.set(call, 0);
      const rang = call.state === 'incoming' ? page.scope.now() : undefined;
      this.#world.trace.add(page.name, page.name, `${call.state} ${short(call.id)}`);
      this.#reached(page, call.state);
      call.on('state', (state) => {
        const why = state === 'ended' ? ` ${call.cause ?? ''}` : '';
        this.#world.trace.add(page.name, page.name, `${state} ${short(call.id)}${why}`);
        this.#reached(page, state);
      });
      call.on('ended', () => {
        const times = (this.#ends.get(call) ?? 0) + 1;
        this.#ends.set(call, times);
        this.#over.set(page, (this.#over.get(page) ?? new Set()).add(call.id));
        const known = this.known(call.id);
        const isForgotten = call.cause === 'server_lost' && known.record !== undefined && known.record.cause !== 'server_lost';
        this.expect(!isForgotten, 'S3', `${short(call.id)} is lost to ${page.name} and ended ${known.record?.cause ?? ''}`);
        if (!call.isIncoming) this.#led.over(page.name, known, call.cause);
        this.expect(times === 1, 'S1', `${short(call.id)} ended ${times} times on ${page.name}`);
        if (rang !== undefined)
          this.expect(page.scope.now() - rang < 200_000 || call.cause !== 'no_answer', 'S4', `${page.name} rang too long`);
      });
    }
  }

  readonly #listeners = new Set<(page: Page, state: string) => void>();

  /** Tells of every state that a call reaches on a page. */
  onState(listener: (page: Page, state: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #reached(page: Page, state: string): void {
    for (const listener of this.#listeners) listener(page, state);
  }

  /** Looks at all pages; at most so often as they can be expected to have heard. */
  look(): void {
    const { now } = this.#world.time;
    for (const page of this.#world.pages) {
      for (const peer of page.peers) {
        if (peer.signalingState === 'closed') continue;
        this.expect(page.calls.length > 0, 'S5', `${page.name} has a peer connection and no call`);
      }
      if (page.calls.length === 0 && page.asking === 0) {
        for (const track of page.tracks)
          this.expect(track.readyState === 'ended', 'S5', `${page.name} captures without a call`);
      }
      for (const call of page.calls) this.#lookAt(page, call, now);
    }
  }

  #lookAt(page: Page, call: Call, now: number): void {
    if (call.held || call.remote.held) {
      for (const track of call.localStream.getAudioTracks())
        this.expect(!track.enabled, 'S5', `${page.name} sends sound while held`);
      for (const track of call.remoteStream.getTracks()) this.expect(!track.enabled, 'S5', `${page.name} plays while held`);
    }
    if (call.state !== 'incoming') return;
    const known = this.calls_.get(call.id);
    const wire = this.#world.wires.of(page);
    const patience = 3_000 + 4 * page.network.delay[1];
    if (known === undefined || wire?.isWelcomed !== true || known.ringsUntil + patience > now) return;
    if ((this.#soundSince.get(page) ?? now) + patience > now) return;
    this.break(
      'S4',
      `${page.name} still rings for ${short(call.id)}, which is ${known.record === undefined ? 'taken' : 'over'}`,
    );
  }

  /** Since when each page could hear. */
  readonly #soundSince = new Map<Page, number>();

  /** Notes who can hear at the moment. */
  listen(): void {
    for (const page of this.#world.pages) {
      const isSound = this.#world.wires.of(page)?.isWelcomed === true && !page.isFrozen;
      if (!isSound) this.#soundSince.delete(page);
      else if (!this.#soundSince.has(page)) this.#soundSince.set(page, this.#world.time.now);
    }
  }
}
