/**
 * Lines: devices for which the server makes the calls by SIP, each of somebody. What the engine tells a line goes to its calls, and what
 * its calls want of the engine is asked in its name. Their calls end with the server, as nobody else knows their dialogs.
 */
import type { CallId, ErrorCode, Event, From, MeetingId, Person } from '@offhook/core';
import { fromUtf8, MessageError, referralOf, ReferNotices, replacedKey } from '@offhook/sip';
import type { Remote, Request } from '@offhook/sip';
import type { BridgeMedia } from '../ports/bridge.ts';
import type { CallAdministration } from '../ports/calls.ts';
import type { About } from '../ports/invite.ts';
import { Refusal } from '../ports.ts';
import type { Bus, Clock, Delivery, Log, StoredUser, Switchboard } from '../ports.ts';
import { dialledIn } from './addresses.ts';
import { AnchoredMedia } from './anchored.ts';
import { BridgedMedia } from './bridged.ts';
import type { PhoneManner } from './bridged.ts';
import { isInside } from './inside.ts';
import { PageMedia } from './page-media.ts';
import { PhoneCall } from './phone-call.ts';
import type { Calling, PhoneHost } from './phone-host.ts';
import type { PhoneMedia } from './phone-media.ts';
import { PhoneRequests } from './requests.ts';
import type { Rings, RingsEvents } from './rings.ts';

export interface LinesDeps {
  readonly bus: Bus;
  readonly switchboard: Switchboard & { readonly administration: CallAdministration };
  readonly media: BridgeMedia;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** The way of one call between a line and the server. */
export interface Course {
  /** Who is at the line in this call, if it has another name for that. */
  readonly person?: Person | undefined;
  /** What is to be said of a call that it makes. */
  readonly about?: About | undefined;
  /** Whether what is at this place speaks WebRTC, so that its sound needs no bridge. `offer`: its first word. */
  isDirect(at: Remote, offer: string | undefined): boolean;
  /** How who calls from this place is spoken with. */
  manner(at: Remote): PhoneManner;
  /** Rings the line, for so many seconds at most. `carry`: what is to carry the sound of what rings at this place. */
  rings(carry: (at: Remote, manner: PhoneManner) => PhoneMedia, from: Calling, seconds: number, events: RingsEvents): Rings;
  /** The address of whom it means by what it dials when it leads somebody on in this call. Absent: as it is for all. @throws Refusal */
  readonly means?: ((dialled: string) => Promise<string>) | undefined;
  begun?(call: PhoneCall): void;
  /** Taken, whoever has called. */
  answered?(): void;
  /** `error`: with which it was refused to begin. */
  over?(error: ErrorCode | undefined): void;
}

/** What is different in whose lines they are. */
export interface LinesOf {
  /** How a call goes that has come in for a line; undefined: it does not ring there. */
  course(from: From, call: CallId): Course | undefined;
  /** Whether it stays a device of its user where it has no calls. */
  stays(from: From): boolean;
  /** The other side of a call goes on in a meeting, and asks it along. */
  moving?(from: From, call: CallId, meeting: MeetingId): void;
  /** The address of whom it means by what it dials when it leads somebody on. Absent: it leads nobody on. */
  means?(dialled: string): Promise<string>;
}

const isOfLine = (connection: string): boolean => connection.startsWith('sip:');

export interface Line {
  readonly from: From;
  readonly calls: Map<CallId, PhoneCall>;
  readonly unsubscribe: () => void;
}

/** What a bridge is for. */
interface Bridged {
  readonly call: PhoneCall;
  readonly media: PhoneMedia;
  readonly onLost: () => void;
  /** What is heard there is heard by another one as well. */
  readonly isBehind?: true | undefined;
}

export class Lines {
  readonly #deps: LinesDeps;
  readonly #of: LinesOf;
  /** By device. */
  readonly #lines = new Map<string, Line>();
  readonly #requests: PhoneRequests;
  #isClosed = false;
  readonly #bridges = new Map<string, Bridged>();

  constructor(deps: LinesDeps, of: LinesOf) {
    this.#deps = deps;
    this.#of = of;
    this.#requests = new PhoneRequests(deps);
    deps.media.onBridge((event) => {
      const bridged = this.#bridges.get(event.bridge);
      if (bridged === undefined) return;
      const { call, media, onLost, isBehind } = bridged;
      if (event.type === 'lost') return onLost();
      if (isBehind === true || !call.isCarriedBy(media)) return;
      if (event.type === 'digit') return event.side === 'phone' ? call.pressed(event.digit, true) : undefined;
      if (event.side === 'browser') call.connection(event.state);
      else call.silence.hear(event.state);
    });
  }

  /** Calls at lines. */
  get size(): number {
    let size = 0;
    for (const { calls } of this.#lines.values()) size += calls.size;
    return size;
  }

  get(device: string): Line | undefined {
    return this.#lines.get(device);
  }

  /** From now on it is a device of its user, with what is stored of them and from whom nothing comes in to them. */
  open(user: StoredUser, device: { readonly id: string; readonly name: string }, blocked: ReadonlySet<string>): Line {
    const { bus, switchboard } = this.#deps;
    const person: Person = { address: user.address, name: user.name };
    const from: From = { person, device: device.id, deviceName: device.name, connection: `sip:${device.id}` };
    const hear = (delivery: Delivery): void => this.#hear(line, delivery);
    const line: Line = { from, calls: new Map(), unsubscribe: bus.subscribe(user.address, hear) };
    this.#lines.set(device.id, line);
    switchboard.enter(user, blocked);
    switchboard.device(user.address, device.id, 'here');
    return line;
  }

  /** One that has been left, perhaps, is a device of its user again. */
  again(line: Line): Line {
    this.#deps.switchboard.device(line.from.person.address, line.from.device, 'here');
    return line;
  }

  /** It is no longer a device of its user; its calls go on. */
  leave(line: Line): void {
    const { person, device } = line.from;
    this.#deps.switchboard.device(person.address, device, 'gone');
    if (line.calls.size > 0) return;
    line.unsubscribe();
    this.#lines.delete(device);
  }

  newCall(line: Line, id: CallId, course: Course): PhoneCall {
    const call = new PhoneCall(this.#host(line, course), id);
    line.calls.set(id, call);
    course.begun?.(call);
    return call;
  }

  /** Ends all calls, and rings no phone any more. */
  close(): void {
    this.#isClosed = true;
    for (const { calls } of this.#lines.values()) for (const call of calls.values()) call.hangUp();
    this.#requests.close();
  }

  /** Ends the calls of a server before this one. To be called once the engine knows them. */
  start(): void {
    for (const known of this.#deps.switchboard.administration.live()) {
      if (!('live' in known)) continue;
      const { id, caller, callee } = known.live;
      for (const side of [caller, callee])
        if ('connection' in side && isOfLine(side.connection))
          this.#requests.ask(side, { type: 'hangup', call: id }, () => undefined);
    }
  }

  #hear(line: Line, { event, connection, device, except }: Delivery): void {
    const { from } = line;
    const isOurs =
      (connection === undefined || connection === from.connection) &&
      (device === undefined || device === from.device) &&
      except !== from.connection;
    if (!isOurs) return;
    if (event.type === 'moving' && !event.heard) return this.#of.moving?.(from, event.of, event.meeting);
    const id = callOf(event);
    if (id === undefined) return;
    const call = line.calls.get(id);
    if (call !== undefined) return call.hear(event);
    if (event.type === 'incoming' && event.view.role === 'callee' && !this.#isClosed) {
      const course = this.#of.course(from, id);
      if (course !== undefined) this.newCall(line, id, course).hear(event);
    }
  }

  #host(line: Line, course: Course): PhoneHost {
    const { clock, log, media, newId, switchboard } = this.#deps;
    const forget = (call: PhoneCall): void => {
      for (const [id, one] of line.calls) if (one === call) line.calls.delete(id);
    };
    const bridges: string[] = [];
    const phones: BridgedMedia[] = [];
    const known = (bridge: string, bridged: Bridged): void => {
      bridges.push(bridge);
      this.#bridges.set(bridge, bridged);
    };
    const anchor = (call: PhoneCall, page: PageMedia): AnchoredMedia => {
      const [bridge, onward] = [newId(), newId()];
      const anchored = new AnchoredMedia(media, bridge, onward, (offer) => call.describe(offer));
      const onLost = (): void => {
        if (anchored.lose()) call.mediaLost(page);
      };
      known(bridge, { call, media: page, onLost, isBehind: true });
      known(onward, { call, media: page, onLost });
      return anchored;
    };
    const pageMedia = (call: PhoneCall): PageMedia =>
      new PageMedia({
        clock,
        leg: () => call.leg,
        describe: (said) => call.describe(said),
        connected: () => call.connection('connected'),
        anchor: (page) => anchor(call, page),
      });
    const carry = (call: PhoneCall, at: Remote, manner: PhoneManner, offer?: string): PhoneMedia => {
      if (course.isDirect(at, offer)) return pageMedia(call);
      const bridge = newId();
      const phone = { at: at.address, isLocal: isInside(at) };
      const bridged = new BridgedMedia(media, bridge, phone, manner, (offer) => call.describe(offer));
      phones.push(bridged);
      known(bridge, { call, media: bridged, onLost: () => call.mediaLost(bridged) });
      return bridged;
    };
    const { person = line.from.person } = course;
    return {
      from: { ...line.from, person },
      about: course.about,
      switchboard,
      clock,
      log,
      requests: this.#requests,
      media: (call, at, offer) => carry(call, at, course.manner(at), offer),
      rings: (call, ...how) => course.rings((at, manner) => carry(call, at, manner), ...how),
      answered: (call) => {
        const carrier = phones.find((one) => call.isCarriedBy(one));
        if (carrier !== undefined) call.silence.expect(() => carrier.sends);
        course.answered?.();
      },
      referred: (call, request) => this.#referred(line, course, call, request),
      renamed: (call) => {
        const rung = line.calls.get(call.id);
        forget(call);
        line.calls.set(call.id, call);
        // The phone has called whoever rang here, so that it need not answer.
        rung?.hear({ type: 'ended', call: call.id, cause: 'answered_elsewhere' });
      },
      over: (call, error) => {
        forget(call);
        for (const bridge of bridges) this.#bridges.delete(bridge);
        course.over?.(error);
        if (line.calls.size === 0 && !this.#of.stays(line.from)) this.leave(line);
      },
    };
  }

  /** Blind, to somebody; or to whom the phone talks in another call (RFC 5589 §6, §7). What became of it is told in the dialog (RFC 3515). */
  #referred(line: Line, course: Course, call: PhoneCall, request: Request): number {
    const means = course.means ?? this.#of.means?.bind(this.#of);
    const to = means === undefined ? 403 : this.#referredTo(line, request);
    const { leg } = call;
    if (typeof to === 'number' || leg === undefined) return typeof to === 'number' ? to : 481;
    const notices = new ReferNotices(request.cseq.number);
    const tell = (status: number): void => {
      const notice = notices.notice(status);
      if (notice === undefined) return;
      leg
        .say('NOTIFY', notice.fields, { type: notice.contentType, text: fromUtf8(notice.body) })
        .catch((error: unknown) => this.#deps.log.warn('sip', { call: call.id, error: String(error) }));
    };
    // After the answer.
    queueMicrotask(() => {
      tell(100);
      this.#lead(line, call, to, means, tell).catch((error: unknown) => tell(error instanceof Refusal ? 404 : 500));
    });
    return 202;
  }

  /** `tell`: what came of it, before the dialog is over in which it is told. */
  async #lead(
    line: Line,
    call: PhoneCall,
    to: { readonly call: CallId } | { readonly dialled: string },
    means: Course['means'],
    tell: (status: number) => void,
  ): Promise<void> {
    const { switchboard, newId } = this.#deps;
    const target = 'call' in to ? to : { user: (await means?.(to.dialled)) ?? to.dialled };
    const request = { type: 'transfer', id: newId(), call: call.id, to: target, into: newId() } as const;
    switchboard.request(line.from, request, (outcome) => tell('error' in outcome ? statusOfRefusal(outcome.error) : 200));
  }

  #referredTo(line: Line, request: Request): { readonly call: CallId } | { readonly dialled: string } | number {
    try {
      const { target, method, replaces } = referralOf(request);
      if (method !== 'INVITE') return 403;
      if (replaces !== undefined) {
        const key = replacedKey(replaces);
        const other = [...line.calls.values()].find(({ leg }) => leg?.dialog.key === key);
        return other === undefined ? 481 : { call: other.id };
      }
      const dialled = dialledIn(target);
      return dialled === undefined ? 404 : { dialled };
    } catch (error) {
      if (error instanceof MessageError) return error.status;
      throw error;
    }
  }
}

function statusOfRefusal(error: string): number {
  if (error === 'user_not_found') return 404;
  return error === 'destination_refused' ? 403 : 480;
}

function callOf(event: Event): CallId | undefined {
  if (event.type === 'incoming') return event.view.call;
  return 'call' in event && typeof event.call === 'string' ? event.call : undefined;
}
