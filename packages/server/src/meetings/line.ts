/**
 * Takes the calls of telephones that come into meetings and sessions: a device of the server's own, as the voicemail is one.
 *
 *      somebody calls a number ──► a call to it ──► taken: a media worker asks for the PIN ── right ──► the call goes on in the session
 *      a meeting calls a number ─► whoever answers calls it ─────────────────────────────────────────► answered into the session
 *      a call is led into a session ─► who stays calls it ───────────────────────────────────────────► answered into the session
 */
import { defaultSettings, isNumber, meetingsPerson as person } from '@offhook/core';
import type {
  Address,
  Answer,
  CallId,
  Cause,
  Event,
  From,
  MeetingId,
  Milliseconds,
  ParticipantId,
  Person,
} from '@offhook/core';
import type { Answering, AnswerOrder } from '../ports/answering.ts';
import type { CallAdministration } from '../ports/calls.ts';
import type { Dialled, MeetingDoor, MeetingPhones } from '../ports/meeting-phones.ts';
import { numberName } from '../ports/number-name.ts';
import type { Prompts } from '../ports/prompts.ts';
import { Refusal } from '../ports.ts';
import type { Bus, Clock, Log, Outcome, Store, StoredUser, Switchboard } from '../ports.ts';
import type { IvrMedia } from '../ports/voicemail.ts';
import { Keypad } from './keypad.ts';
import { orderOf } from './place.ts';
import type { Unsent } from './place.ts';

export interface MeetingLineDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly switchboard: Switchboard & { readonly administration: CallAdministration };
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly media: IvrMedia;
  readonly prompts: Prompts;
  readonly phones: MeetingPhones;
  readonly answering: Answering;
}

/** A call that was announced comes sooner. */
const expectMs: Milliseconds = 60_000;
/** More calls at once than the workers of one machine could carry. */
const settings = { ...defaultSettings, maxCalls: 10_000, voicemail: { on: false } };
const device = { device: 'meetings', deviceName: 'Meetings' };
const home: From = { person, ...device, connection: 'meetings' };

type Led = Extract<Expected, { as: 'led' }>;

/** What becomes of a call that is about to come. */
type Expected =
  | { readonly as: 'caller'; readonly dialled: Dialled }
  /** `over`: it has not come, or nobody could take it. `ended`: it is expected no longer. */
  | {
      readonly as: 'led';
      readonly order: () => Promise<AnswerOrder>;
      readonly over: (cause: Cause) => void;
      ended?: () => void;
    };

export class MeetingLine implements MeetingDoor {
  readonly address: Address = person.address;
  readonly #deps: MeetingLineDeps;
  readonly #expected = new Map<CallId, Expected>();
  readonly #keypad: Keypad;
  #requests = 0;

  constructor(deps: MeetingLineDeps) {
    this.#deps = deps;
    this.#keypad = new Keypad({ ...deps, ask: (side, request) => this.#ask(side, request) });
  }

  /** False where somebody has this address: then no telephone comes in. */
  async start(): Promise<boolean> {
    const { store, bus, switchboard, clock, log } = this.#deps;
    const user: StoredUser = { ...person, settings, createdAt: clock.now() };
    const known = await store.user(person.address);
    if (known !== undefined && (await store.devices(person.address)).length > 0) {
      log.warn('meeting', { error: 'somebody has the address of meetings' });
      return false;
    }
    if (known === undefined) await store.commit([{ type: 'new_user', user }]);
    switchboard.enter(user, new Set());
    switchboard.device(person.address, home.device, 'here');
    bus.subscribe(person.address, ({ event }) => this.#hear(event));
    return true;
  }

  leadsTo(meeting: MeetingId | undefined): boolean {
    return meeting === undefined || this.#deps.phones.isMeeting(meeting);
  }

  expect(call: CallId, dialled: Dialled): () => void {
    const { clock, switchboard } = this.#deps;
    const forget = this.#expect(call, { as: 'caller', dialled });
    // It may be refused before it comes, and rings first for whoever is to call where a program has placed it.
    const look = (): void => {
      const isComing = switchboard.administration.live(person.address).some((one) => 'live' in one && one.live.id === call);
      if (isComing && this.#expected.has(call)) cancel = clock.schedule(expectMs, look);
      else forget();
    };
    let cancel = clock.schedule(expectMs, look);
    return () => {
      cancel();
      forget();
    };
  }

  async dial(meeting: MeetingId, number: Address, by: From | undefined, payer: Address): Promise<ParticipantId> {
    const { bus, newId } = this.#deps;
    const call = newId();
    let isWanted = true;
    let isPlaced = false;
    // It cannot be hung up on before it is placed, and finding a trunk takes its time.
    const settle = (): void => {
      if (!isWanted && isPlaced) this.#hangUp(call);
    };
    const off = bus.subscribe(number, ({ connection, event }) => {
      if (connection !== connectionOf(call) || event.type !== 'meeting_over') return;
      isWanted = false;
      settle();
    });
    try {
      const { participant, from, led } = await this.#attend(meeting, outside(number), by, call);
      await this.#dialled(call, from.person, payer, { ...led, ended: off });
      isPlaced = true;
      settle();
      return participant;
    } catch (error) {
      off();
      throw error;
    }
  }

  async #dialled(call: CallId, phone: Person, payer: Address, led: Led): Promise<void> {
    try {
      await this.#place(call, phone, payer, led);
    } catch (error) {
      led.over('unreachable');
      throw error;
    }
  }

  async follow(call: CallId, address: Address, meeting: MeetingId): Promise<void> {
    const { newId, switchboard } = this.#deps;
    const known = await switchboard.administration.call(call);
    if (known === undefined || !('live' in known) || known.live.kind !== 'active') throw new Refusal('wrong_state');
    const sides = [known.live.caller, known.live.callee];
    const by = sides.find(({ person: one }) => one.address !== address);
    const user = isNumber(address) ? undefined : sides.find(({ person: one }) => one.address === address)?.person;
    const next = newId();
    const { led } = await this.#attend(meeting, user ?? outside(address), by, next);
    try {
      await this.#leadOn(call, by?.person.address ?? address, next, led);
    } catch (error) {
      led.over('unreachable');
      throw error;
    }
  }

  /** Somebody at a telephone who is about to come, by this call. `by`: who wants that. */
  async #attend(
    meeting: MeetingId,
    phone: Person,
    by: From | undefined,
    call: CallId,
  ): Promise<{ readonly participant: ParticipantId; readonly from: From; readonly led: Led }> {
    const { phones } = this.#deps;
    const from: From = { person: phone, ...device, device: `call ${call}`, connection: connectionOf(call) };
    const dialled = await phones.dial(meeting, by, from);
    if ('error' in dialled) throw new Refusal(dialled.error);
    const { participant } = dialled;
    const order = async (): Promise<AnswerOrder> => {
      const place = await phones.answered(meeting, participant);
      if ('error' in place) throw new Refusal(place.error);
      return orderOf(place);
    };
    const over = (cause: Cause): void => {
      phones.unreached(meeting, participant, cause);
      phones.leave(meeting, from);
    };
    return { participant, from, led: { as: 'led', order, over } };
  }

  async dialInto(order: AnswerOrder, number: Address, payer: Address): Promise<CallId> {
    const { answering, newId } = this.#deps;
    answering.check(order);
    const call = newId();
    await this.#place(call, outside(number), payer, into(order));
    return call;
  }

  async lead(call: CallId, leaves: Address, order: AnswerOrder): Promise<CallId> {
    const { answering, newId } = this.#deps;
    answering.check(order);
    const next = newId();
    await this.#leadOn(call, leaves, next, into(order));
    return next;
  }

  async #leadOn(call: CallId, leaves: Address, next: CallId, led: Led): Promise<void> {
    const { administration } = this.#deps.switchboard;
    const forget = this.#expect(next, led);
    const error = await administration.order(call, { type: 'transfer', leaves, to: person.address, into: next });
    if (error === undefined) return;
    forget();
    throw new Refusal(error);
  }

  /** While a number is called it alone hears what becomes of that. */
  async #place(call: CallId, caller: Person, payer: Address, expected: Led): Promise<void> {
    const { bus, switchboard } = this.#deps;
    const { administration } = switchboard;
    const off = bus.subscribe(caller.address, ({ event }) => {
      if (event.type === 'ended' && event.call === call && event.cause !== 'answered_elsewhere') void this.#untaken(call);
    });
    const { ended } = expected;
    expected.ended = () => {
      off();
      ended?.();
    };
    const forget = this.#expect(call, expected);
    const media = { audio: true, video: false };
    const error = await administration.place(call, { caller, callee: person, media, payer });
    if (error === undefined) return;
    expected.ended();
    forget();
    throw new Refusal(error);
  }

  #hangUp(call: CallId): void {
    const { log, switchboard } = this.#deps;
    switchboard.administration
      .order(call, { type: 'hangup' })
      .catch((error: unknown) => log.error('meeting', { call, error: String(error) }));
  }

  async #untaken(call: CallId): Promise<void> {
    const expected = this.#take(call);
    const cause = await this.#causeOf(call);
    if (expected?.as === 'led') expected.over(cause);
  }

  async #causeOf(call: CallId): Promise<Cause> {
    const { log, switchboard } = this.#deps;
    try {
      const known = await switchboard.administration.call(call);
      if (known !== undefined && 'over' in known) return known.over.origin?.untaken ?? known.over.cause;
    } catch (error) {
      log.error('meeting', { call, error: String(error) });
    }
    return 'unreachable';
  }

  #take(call: CallId): Expected | undefined {
    const expected = this.#expected.get(call);
    this.#expected.delete(call);
    if (expected?.as === 'led') expected.ended?.();
    return expected;
  }

  #expect(call: CallId, expected: Expected): () => void {
    this.#expected.set(call, expected);
    return () => this.#expected.delete(call);
  }

  #hear(event: Event): void {
    switch (event.type) {
      case 'incoming': {
        const { call, epoch, offer, peer } = event.view;
        return offer === undefined ? undefined : this.#comes(call, epoch, offer.sdp, peer);
      }
      case 'reoffered': {
        const { call, epoch, offer } = event;
        const said = (answer: Answer): Unsent => ({ type: 'accept', call, epoch, answer });
        if (this.#keypad.has(call)) return this.#keypad.offered(call, epoch, offer.sdp, said);
        // It rings as soon as there is an offer.
        const view = this.#deps.switchboard.views(person.address, home.connection).find((one) => one.call === call);
        return view && this.#comes(call, epoch, offer.sdp, view.peer);
      }
      case 'described': {
        const { call, epoch, description } = event;
        if (description.type !== 'offer') return;
        const { n } = description;
        return this.#keypad.offered(call, epoch, description.sdp, (answer) => ({
          type: 'describe',
          call,
          epoch,
          description: { ...answer, ...(n !== undefined && { n }) },
        }));
      }
      case 'ended': {
        // To the others of the device that has taken it.
        if (event.cause === 'answered_elsewhere') return;
        this.#keypad.ended(event.call);
        const expected = this.#take(event.call);
        return expected?.as === 'led' ? expected.over(event.cause) : undefined;
      }
      default:
    }
  }

  #comes(call: CallId, epoch: number, sdp: string, peer: Person): void {
    const expected = this.#take(call);
    if (this.#keypad.has(call)) return;
    if (expected === undefined) return void this.#ask(home, { type: 'reject', call, reason: 'declined' });
    if (expected.as === 'led') return void this.#lead(call, expected);
    this.#keypad.begin(call, epoch, sdp, peer, expected.dialled);
  }

  async #lead(call: CallId, { order, over }: Led): Promise<void> {
    const { answering, log } = this.#deps;
    try {
      await answering.answer(call, await order());
    } catch (error) {
      log.warn('meeting', { call, error: String(error) });
      over('media_failed');
      await this.#ask(home, { type: 'reject', call, reason: 'declined' });
    }
  }

  #ask(side: From, request: Unsent): Promise<Outcome> {
    const id = `meetings.${++this.#requests}`;
    return new Promise((resolve) => this.#deps.switchboard.request(side, { ...request, id }, resolve));
  }
}

/** Under which whoever is called hears of the meeting before they are in it. */
function connectionOf(call: CallId): string {
  return `ringing:${call}`;
}

/** Of a number nothing else is believed. */
function outside(number: Address): Person {
  return { address: number, name: numberName(number) };
}

/** Nobody waits for it. */
function into(order: AnswerOrder): Led {
  return { as: 'led', order: () => Promise.resolve(order), over: () => undefined };
}
