/**
 * Calls that a program answers, in the place of whom they ring for. The server takes the call as a device would, and the caller takes part
 * in a session by its one peer connection.
 *
 *      caller ── offer ──► call ── offer ──► session ──► media worker
 *      caller ◄─ answer ── call ◄─ answer ── session ◄── what is published, and the mix that comes back
 *
 * Whichever of the two is over, call or participation, ends the other.
 */
import { participantIn } from '@offhook/core';
import type { Answer, CallId, ErrorCode, Event, From, Offer, ParticipantId, Ringing, SessionId, Side } from '@offhook/core';
import type { Answering, AnswerOrder, CallMedia } from '../ports/answering.ts';
import type { CallAdministration } from '../ports/calls.ts';
import type { Media, MediaKind, PublishedStream } from '../ports/media.ts';
import { Refusal } from '../ports.ts';
import type { Bus, CallRequest, Delivery, Log, Outcome, Switchboard } from '../ports.ts';
import { carriedConnection, carrierOf, refusing } from './carried.ts';
import type { Carried, CarriedEntry } from './carried.ts';
import { nameOf } from './media-names.ts';

export interface AnsweringDeps {
  readonly bus: Bus;
  readonly log: Log;
  readonly newId: () => string;
  readonly engine: Switchboard & { readonly administration: CallAdministration };
  readonly sessions: Carried;
  /** Absent: no call is answered. */
  readonly media?: (Pick<Media, 'onEvent'> & CallMedia) | undefined;
}

/** A request without what tells it apart from others. */
type Unsent<R = CallRequest> = R extends CallRequest ? Omit<R, 'id'> : never;

/** An offer is given to that many workers: each that is lost meanwhile leaves it to the next one. */
const workersMost = 3;

/** A call that is answered, and as whom its caller takes part. */
interface Answered {
  readonly call: CallId;
  /** The side of the call that is answered here. */
  readonly side: From;
  readonly session: SessionId;
  readonly entry: CarriedEntry;
  readonly participant: ParticipantId;
  /** The caller, as others in the session see them. */
  readonly from: From;
  readonly allowed: readonly MediaKind[];
  streams: readonly PublishedStream[];
  /** What the caller said last. */
  callerSide: Side;
  /** Of the media of the call. */
  epoch: number;
  /** Offers that wait for the worker: one that is lost meanwhile costs none of them. */
  asking: number;
  readonly unsubscribe: readonly (() => void)[];
}

const device = 'program';
const deviceName = 'A program';

export class AnsweringDesk implements Answering {
  readonly #deps: AnsweringDeps;
  readonly #answered = new Map<CallId, Answered>();
  /** Calls that are being answered: nobody else answers them meanwhile. */
  readonly #answering = new Set<CallId>();
  #requests = 0;

  constructor(deps: AnsweringDeps) {
    this.#deps = deps;
    deps.media?.onEvent((event) => {
      if (event.type !== 'digit' && (event.type !== 'transport' || event.side !== 'publish')) return;
      for (const one of this.#answered.values()) {
        // By the name that it has now: of the time before it joined anew nothing counts.
        if (one.session !== event.session || nameOf(one.participant, one.entry.state) !== event.participant) continue;
        if (event.type === 'transport') this.#tellMedia(one, event.state === 'connected' ? 'connected' : 'interrupted');
        else this.#tellKey(one, event.digit);
      }
    });
    // Of a server before this one: nobody carries them any more.
    for (const known of deps.engine.administration.live()) {
      if (!('live' in known) || !('connection' in known.live.callee)) continue;
      const { id, callee } = known.live;
      if (carrierOf(callee.connection) === 'call') void this.#ask(callee, { type: 'hangup', call: id });
    }
  }

  async answer(id: CallId, order: AnswerOrder): Promise<void> {
    const { engine, media } = this.#deps;
    if (media === undefined) throw new Refusal('media_unavailable');
    const known = await engine.administration.onward(id);
    if (known === undefined) throw new Refusal('call_not_found');
    if ('over' in known) throw new Refusal('call_ended');
    const { live } = known;
    const before = this.#answered.get(live.id);
    // Said again.
    if (before?.session === order.session && before.participant === order.participant) return;
    if (live.kind !== 'ringing' || live.placing === true || live.offer === undefined || this.#answering.has(live.id))
      throw new Refusal('wrong_state');
    if (live.origin?.meeting !== undefined) throw new Refusal('wrong_state');
    const { entry, allowed } = this.#place(order);
    this.#answering.add(live.id);
    try {
      await this.#take({ ...live, offer: live.offer }, order, entry, allowed);
    } finally {
      this.#answering.delete(live.id);
    }
  }

  check(order: AnswerOrder): void {
    if (this.#deps.media === undefined) throw new Refusal('media_unavailable');
    this.#place(order);
  }

  connection(): string {
    return carriedConnection('call', this.#deps.newId());
  }

  async takeOver(id: CallId, side: From, order: AnswerOrder): Promise<void> {
    const { engine, sessions } = this.#deps;
    const known = await engine.administration.call(id);
    if (known === undefined || !('live' in known) || known.live.kind !== 'active') throw new Refusal('wrong_state');
    const { caller, epoch } = known.live;
    const { entry, allowed } = this.#place(order);
    const from: From = { ...fromOf(caller), connection: side.connection };
    const one = this.#begin({ ...order, call: id, side, entry, from, allowed, streams: [], callerSide: caller.side, epoch });
    try {
      await sessions.join(entry, order.participant, from);
      const now = await engine.administration.call(id);
      if (now === undefined || 'over' in now || this.#answered.get(id) !== one) throw new Refusal('call_ended');
    } catch (error) {
      this.#end(one);
      throw error;
    }
    this.#tellMedia(one, 'lost');
  }

  /** Where a caller comes in, and what they may send there. */
  #place({ session, participant }: AnswerOrder): { readonly entry: CarriedEntry; readonly allowed: readonly MediaKind[] } {
    const entry = this.#deps.sessions.entry(session);
    const who = participantIn(entry.state, participant);
    if (who === undefined || who.guest === true) throw new Refusal('participant_not_found');
    if (!who.publish.includes('audio')) throw new Refusal('publish_refused');
    return { entry, allowed: who.publish.filter(isMedia) };
  }

  async #take(call: Offered, order: AnswerOrder, entry: CarriedEntry, allowed: readonly MediaKind[]): Promise<void> {
    const { media, sessions } = this.#deps;
    const { caller, callee, epoch, offer } = call;
    const streams = await refusing(() => media?.readCall(offer.sdp, allowed) ?? []);
    const connection = this.connection();
    const side: From = { person: callee, device, deviceName, connection };
    const from: From = { ...fromOf(caller), connection };
    const sdp = await sessions.comeIn(entry, order.participant, from, offer.sdp, streams);
    const of = { ...order, call: call.id, side, entry, from, allowed, streams, callerSide: caller.side, epoch };
    const one = this.#begin(of);
    const outcome = await this.#ask(side, { type: 'accept', call: call.id, epoch, answer: { type: 'answer', sdp } });
    if ('error' in outcome) {
      this.#end(one);
      throw new Refusal(outcome.error);
    }
    this.#tellSide(one);
    await this.#answerLater(one);
  }

  #begin(of: Omit<Answered, 'asking' | 'unsubscribe'>): Answered {
    const { side, from } = of;
    const people = new Set([side.person.address, from.person.address]);
    const hear = (delivery: Delivery): void => {
      if (delivery.connection === side.connection) this.#hear(one, delivery.event);
    };
    const unsubscribe = Array.from(people, (user) => this.#deps.bus.subscribe(user, hear));
    const one: Answered = { ...of, asking: 0, unsubscribe };
    this.#answered.set(of.call, one);
    return one;
  }

  /** The offer was replaced while it was being answered: the claim stands, and the answer to the present one follows. */
  async #answerLater(one: Answered): Promise<void> {
    const known = await this.#deps.engine.administration.call(one.call);
    if (known === undefined || !('live' in known) || known.live.kind !== 'answering') return;
    const { epoch, offer } = known.live;
    this.#answer(one, epoch, offer.sdp, (answer) => ({ type: 'answer', answer }));
  }

  #hear(one: Answered, event: Event): void {
    switch (event.type) {
      case 'reoffered':
        return this.#answer(one, event.epoch, event.offer.sdp, (answer) => ({ type: 'answer', answer }));
      case 'described': {
        const { epoch, description } = event;
        if (description.type !== 'offer') return;
        const { n } = description;
        return this.#answer(one, epoch, description.sdp, (answer) => ({
          type: 'describe',
          description: { ...answer, ...(n !== undefined && { n }) },
        }));
      }
      case 'updated':
        one.callerSide = event.side;
        return this.#tellSide(one);
      // It is led on to somebody for whom nothing is here to answer with.
      case 'transferred':
        this.#end(one);
        return void this.#ask(one.side, { type: 'hangup', call: event.view.call });
      case 'ended':
        return this.#end(one);
      case 'session_ended':
        return this.#hangUp(one);
      // With another worker, which has nothing of it: the browser would notice after seconds only.
      case 'session_republish':
        if (one.asking === 0) this.#tellMedia(one, 'lost');
        return;
      default:
    }
  }

  /** An offer that follows the first: the browser has another way, or begins anew. A call whose offer cannot be taken ends. */
  #answer(one: Answered, epoch: number, sdp: string, said: (answer: Answer) => Unsaid): void {
    const { log, media } = this.#deps;
    one.epoch = epoch;
    refusing(() => media?.readCall(sdp, one.allowed) ?? [])
      .then(async (streams) => {
        one.streams = streams;
        const answer = await this.#publish(one, sdp, streams);
        this.#tellSide(one);
        // A later offer has overtaken it.
        if (one.epoch !== epoch) return;
        const outcome = await this.#ask(one.side, {
          ...said({ type: 'answer', sdp: answer }),
          call: one.call,
          epoch,
        });
        if ('error' in outcome && !harmless.has(outcome.error)) this.#hangUp(one);
      })
      .catch((error: unknown) => {
        log.warn('answer', { call: one.call, error: String(error) });
        this.#hangUp(one);
      });
  }

  async #publish(one: Answered, sdp: string, streams: readonly PublishedStream[]): Promise<string> {
    one.asking += 1;
    try {
      for (let left = workersMost; ;) {
        try {
          return await this.#deps.sessions.publish(one.entry, one.from, sdp, streams);
        } catch (error) {
          // Of a worker that was lost meanwhile.
          left -= 1;
          if (left === 0 || !(error instanceof Refusal) || error.code !== 'not_joined' || !this.#answered.has(one.call))
            throw error;
        }
      }
    } finally {
      one.asking -= 1;
    }
  }

  #tellMedia({ side, call, epoch }: Answered, state: 'connected' | 'interrupted' | 'lost'): void {
    this.#deps.engine.ephemeral(side, { type: 'media', call, epoch, state });
  }

  #tellKey({ call, from }: Answered, digit: string): void {
    this.#deps.engine.administration.pressed(call, { user: from.person.address, digit, isPassedOn: false });
  }

  /** While the caller holds the call, or has the microphone off, nothing is heard of them. */
  #tellSide({ entry, from, streams, callerSide: { n, held, muted, camera } }: Answered): void {
    for (const { mid, kind } of streams) {
      const isOff = held || (kind === 'audio' ? muted : !camera);
      this.#deps.sessions.tell(entry, { type: 'update', from, mid, muted: isOff, n: n + 1 });
    }
  }

  #hangUp(one: Answered): void {
    this.#end(one);
    void this.#ask(one.side, { type: 'hangup', call: one.call });
  }

  #end(one: Answered): void {
    if (this.#answered.get(one.call) !== one) return;
    this.#answered.delete(one.call);
    for (const off of one.unsubscribe) off();
    this.#deps.sessions.leave(one.entry, one.from).catch(() => undefined);
  }

  #ask(from: From, request: Unsent): Promise<Outcome> {
    const id = `program.${++this.#requests}`;
    return new Promise((resolve) => this.#deps.engine.request(from, { ...request, id }, resolve));
  }
}

/** Somebody in a call, as others in the session see them. */
function fromOf({ person, device }: Pick<From, 'person' | 'device'>): Omit<From, 'connection'> {
  return { person, device: `call of ${device}`, deviceName: 'A call' };
}

/** What is said in a call, without of which it is. */
type Unsaid =
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'describe'; readonly description: Answer };

/** It was overtaken, or is over: what follows is on its way. */
const harmless: ReadonlySet<ErrorCode> = new Set(['stale_epoch', 'call_ended', 'call_not_found']);

type Offered = Ringing & { readonly offer: Offer };

function isMedia(kind: string): kind is MediaKind {
  return kind === 'audio' || kind === 'video';
}
