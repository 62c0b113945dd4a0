/**
 * Phones of users in calls: each that is registered is a device of its user, which rings, takes calls and places them. Their calls end with
 * the server, as nobody else knows their dialogs.
 */
import type { CallId, Event, From, Person } from '@offhook/core';
import { devices, fromUtf8, MessageError, referralOf, ReferNotices, replacedKey } from '@offhook/sip';
import type { Binding, Remote, Request } from '@offhook/sip';
import type { BridgeMedia } from '../ports/bridge.ts';
import { Buckets } from '../ports/bucket.ts';
import type { CallAdministration } from '../ports/calls.ts';
import type { BlockBook } from '../ports/people.ts';
import type { SipPhone, SipPhoneNews } from '../ports/sip-phones.ts';
import type { Bus, Clock, Delivery, Log, Store, Switchboard } from '../ports.ts';
import { addressFor, addressIn } from './addresses.ts';
import type { SipAgent } from './agent.ts';
import { BridgedMedia } from './bridged.ts';
import { DirectMedia, isWebRtc } from './direct.ts';
import type { IncomingInvite } from './incoming.ts';
import { OutgoingInvite } from './outgoing.ts';
import { PhoneCall } from './phone-call.ts';
import type { PhoneHost } from './phone-call.ts';
import type { PhoneMedia } from './phone-media.ts';
import { PhoneRequests } from './requests.ts';
import { PhoneRings } from './rings.ts';
import type { UserCallService } from './service.ts';

export interface UserCallsDeps {
  readonly agent: SipAgent;
  readonly store: Pick<Store, 'user'>;
  readonly blocks: Pick<BlockBook, 'of'>;
  readonly bus: Bus;
  readonly switchboard: Switchboard & { readonly administration: CallAdministration };
  readonly media: BridgeMedia;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Where phones are. */
  readonly register: {
    /** The latest first. */
    flows(device: string): readonly Binding[];
    onNews(listener: (news: SipPhoneNews) => void): void;
  };
  /** The host part of addresses of users. */
  readonly domain: string;
}

/** Calls of one phone, as people make them. */
const calling = { perSecond: 0.5, burst: 10 };
const isOfPhone = (connection: string): boolean => connection.startsWith('sip:');

interface Line {
  readonly phone: SipPhone;
  readonly from: From;
  readonly calls: Map<CallId, PhoneCall>;
  readonly unsubscribe: () => void;
}

export class UserCalls implements UserCallService {
  readonly #deps: UserCallsDeps;
  readonly #lines = new Map<string, Line>();
  /** Phones that are being brought in. */
  readonly #opening = new Map<string, Promise<Line | undefined>>();
  readonly #bridges = new Map<string, { readonly call: PhoneCall; readonly media: PhoneMedia }>();
  readonly #rate = new Buckets(calling);
  readonly #requests: PhoneRequests;
  #isClosed = false;

  constructor(deps: UserCallsDeps) {
    this.#deps = deps;
    this.#requests = new PhoneRequests(deps);
    deps.register.onNews(({ phone, state }) => {
      this.#turned(phone, state).catch((error: unknown) => deps.log.error('sip', { error: String(error) }));
    });
    deps.media.onBridge((event) => {
      const { call, media } = this.#bridges.get(event.bridge) ?? {};
      if (call === undefined || media === undefined) return;
      if (event.type === 'lost') return call.mediaLost(media);
      if (!call.isCarriedBy(media)) return;
      if (event.type === 'digit') return event.side === 'phone' ? call.pressed(event.digit, true) : undefined;
      if (event.side === 'browser') call.connection(event.state);
      else call.phoneMedia(event.state);
    });
  }

  /** Calls at phones. */
  get size(): number {
    let size = 0;
    for (const { calls } of this.#lines.values()) size += calls.size;
    return size;
  }

  async serve(invite: IncomingInvite, phone: SipPhone): Promise<void> {
    const { clock } = this.#deps;
    const to = addressIn(invite.request.uri);
    if (to === undefined) return invite.refuse(404);
    if (!this.#rate.take(phone.device, clock.now())) return invite.refuse(503, { 'Retry-After': 5 });
    const line = await this.#line(phone);
    if (line === undefined) return invite.refuse(403);
    if (invite.isOver) return;
    invite.progress(100);
    this.#newCall(line, this.#deps.newId()).place(invite, to);
  }

  /** Ends all calls, and rings no phone any more. */
  close(): void {
    this.#isClosed = true;
    for (const { calls } of this.#lines.values()) for (const call of calls.values()) call.hangUp();
    this.#requests.close();
  }

  async #turned(phone: SipPhone, state: SipPhoneNews['state']): Promise<void> {
    if (state === 'here') return void (await this.#line(phone));
    const line = this.#lines.get(phone.device);
    if (line === undefined) return;
    if (state === 'gone') for (const call of line.calls.values()) call.hangUp();
    this.#deps.switchboard.device(phone.user, phone.device, 'gone');
    if (line.calls.size === 0) this.#shut(line);
  }

  /** The phone as a device of its user; undefined where there is no such user. */
  #line(phone: SipPhone): Promise<Line | undefined> {
    const known = this.#lines.get(phone.device);
    if (known !== undefined) {
      this.#deps.switchboard.device(phone.user, phone.device, 'here');
      return Promise.resolve(known);
    }
    const before = this.#opening.get(phone.device);
    if (before !== undefined) return before;
    const opening = this.#open(phone).finally(() => this.#opening.delete(phone.device));
    this.#opening.set(phone.device, opening);
    return opening;
  }

  async #open(phone: SipPhone): Promise<Line | undefined> {
    const { blocks, bus, store, switchboard } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(phone.user), blocks.of(phone.user)]);
    if (user === undefined) return undefined;
    const person: Person = { address: user.address, name: user.name };
    const from: From = { person, device: phone.device, deviceName: phone.name, connection: `sip:${phone.device}` };
    const hear = (delivery: Delivery): void => this.#hear(line, delivery);
    const line: Line = { phone, from, calls: new Map(), unsubscribe: bus.subscribe(user.address, hear) };
    this.#lines.set(phone.device, line);
    switchboard.enter(user, blocked);
    switchboard.device(user.address, phone.device, 'here');
    return line;
  }

  #shut(line: Line): void {
    line.unsubscribe();
    this.#lines.delete(line.phone.device);
  }

  #hear(line: Line, { event, connection, device, except }: Delivery): void {
    const { from } = line;
    const isOurs =
      (connection === undefined || connection === from.connection) &&
      (device === undefined || device === from.device) &&
      except !== from.connection;
    if (!isOurs) return;
    const id = callOf(event);
    if (id === undefined) return;
    const call = line.calls.get(id);
    if (call !== undefined) return call.hear(event);
    const isNew = event.type === 'incoming' && event.view.role === 'callee' && !this.#isClosed;
    if (isNew && this.#deps.register.flows(from.device).length > 0) this.#newCall(line, id).hear(event);
  }

  #newCall(line: Line, id: CallId): PhoneCall {
    const call = new PhoneCall(this.#host(line), id);
    line.calls.set(id, call);
    return call;
  }

  #host(line: Line): PhoneHost {
    const { agent, clock, domain, log, newId, register, switchboard } = this.#deps;
    const forget = (call: PhoneCall): void => {
      for (const [id, one] of line.calls) if (one === call) line.calls.delete(id);
    };
    const bridges: string[] = [];
    /** What comes by WebSocket speaks WebRTC, unless it offers something else (RFC 7118 §1). */
    const carry = (call: PhoneCall, { transport, address }: Remote, offer?: string): PhoneMedia => {
      const isDirect = offer === undefined ? transport === 'ws' || transport === 'wss' : isWebRtc(offer);
      if (isDirect) return directMedia(clock, call);
      const bridge = newId();
      // Keys are for those whose words nobody else reads (RFC 4568 §7).
      const manner = { srtp: transport === 'tls' ? 'offered' : 'off' } as const;
      const media = new BridgedMedia(this.#deps.media, bridge, address, manner);
      bridges.push(bridge);
      this.#bridges.set(bridge, { call, media });
      return media;
    };
    return {
      from: line.from,
      switchboard,
      clock,
      log,
      requests: this.#requests,
      media: carry,
      rings: (call, caller, seconds, events) => {
        const from = addressFor(caller, domain);
        // A phone that hears nothing more stops by itself (RFC 3261 §13.3.1).
        const fields = { Expires: seconds };
        const flows = devices(register.flows(line.phone.device), clock.now());
        return new PhoneRings(
          {
            devices: flows,
            media: ({ flow }) => carry(call, flow),
            invite: ({ contact, flow, path }, offer, heard) =>
              new OutgoingInvite(agent, { target: contact.uri, to: [flow], from, routes: path, offer, fields }, heard),
          },
          events,
        );
      },
      referred: (call, request) => this.#referred(line, call, request),
      renamed: (call) => {
        const rung = line.calls.get(call.id);
        forget(call);
        line.calls.set(call.id, call);
        // The phone has called whoever rang here, so that it need not answer.
        rung?.hear({ type: 'ended', call: call.id, cause: 'answered_elsewhere' });
      },
      over: (call) => {
        forget(call);
        for (const bridge of bridges) this.#bridges.delete(bridge);
        if (line.calls.size === 0 && register.flows(line.phone.device).length === 0) {
          switchboard.device(line.phone.user, line.phone.device, 'gone');
          this.#shut(line);
        }
      },
    };
  }

  /** Blind, to somebody; or to whom the phone talks in another call (RFC 5589 §6, §7). What became of it is told in the dialog (RFC 3515). */
  #referred(line: Line, call: PhoneCall, request: Request): number {
    const { switchboard, newId } = this.#deps;
    const to = this.#referredTo(line, request);
    const { leg } = call;
    if (typeof to === 'number' || leg === undefined) return typeof to === 'number' ? to : 481;
    const notices = new ReferNotices(request.cseq.number);
    const tell = (status: number): void => {
      const notice = notices.notice(status);
      if (notice !== undefined)
        void leg.say('NOTIFY', notice.fields, { type: notice.contentType, text: fromUtf8(notice.body) });
    };
    // After the answer.
    queueMicrotask(() => {
      tell(100);
      switchboard.request(line.from, { type: 'transfer', id: newId(), call: call.id, to, into: newId() }, (outcome) =>
        tell('error' in outcome ? (outcome.error === 'user_not_found' ? 404 : 480) : 200),
      );
    });
    return 202;
  }

  #referredTo(line: Line, request: Request): { readonly call: CallId } | { readonly user: string } | number {
    try {
      const { target, method, replaces } = referralOf(request);
      if (method !== 'INVITE') return 403;
      if (replaces !== undefined) {
        const key = replacedKey(replaces);
        const other = [...line.calls.values()].find(({ leg }) => leg?.dialog.key === key);
        return other === undefined ? 481 : { call: other.id };
      }
      const user = addressIn(target);
      return user === undefined ? 404 : { user };
    } catch (error) {
      if (error instanceof MessageError) return error.status;
      throw error;
    }
  }

  /** Ends the calls of a server before this one. To be called once the engine knows them. */
  start(): void {
    for (const known of this.#deps.switchboard.administration.live()) {
      if (!('live' in known)) continue;
      const { id, caller, callee } = known.live;
      for (const side of [caller, callee])
        if ('connection' in side && isOfPhone(side.connection))
          this.#requests.ask(side, { type: 'hangup', call: id }, () => undefined);
    }
  }
}

function directMedia(clock: Clock, call: PhoneCall): DirectMedia {
  return new DirectMedia({
    clock,
    leg: () => call.leg,
    describe: (said) => call.describe(said),
    connected: () => call.connection('connected'),
  });
}

function callOf(event: Event): CallId | undefined {
  if (event.type === 'incoming') return event.view.call;
  return 'call' in event && typeof event.call === 'string' ? event.call : undefined;
}
