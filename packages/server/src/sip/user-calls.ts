/** Phones of users in calls: each that is registered is a device of its user, which rings, takes calls and places them. */
import { numberAddress } from '@offhook/core';
import type { From } from '@offhook/core';
import { devices, writeNameAddr, writeUri } from '@offhook/sip';
import type { Binding, Remote, Response } from '@offhook/sip';
import { Buckets } from '../ports/bucket.ts';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import type { BlockBook } from '../ports/people.ts';
import type { SipPhone, SipPhoneNews } from '../ports/sip-phones.ts';
import type { Store } from '../ports.ts';
import { addressFor, dialledIn } from './addresses.ts';
import type { SipAgent } from './agent.ts';
import type { PhoneManner } from './bridged.ts';
import { isWebRtc } from './page-descriptions.ts';
import type { IncomingInvite } from './incoming.ts';
import { Lines } from './lines.ts';
import type { Course, Line, LinesDeps } from './lines.ts';
import { OutgoingInvite } from './outgoing.ts';
import { PhoneRings } from './rings.ts';
import type { UserCallService } from './service.ts';

export interface UserCallsDeps extends LinesDeps {
  readonly agent: SipAgent;
  readonly store: Pick<Store, 'user'>;
  readonly blocks: Pick<BlockBook, 'of'>;
  /** Where phones are. */
  readonly register: {
    /** The latest first. */
    flows(device: string): readonly Binding[];
    onNews(listener: (news: SipPhoneNews) => void): void;
  };
  /** A number as people dial it; absent: the telephone network is not reached. */
  readonly dialled?: ((text: string) => string | undefined) | undefined;
  /** The host part of addresses of users. */
  readonly domain: string;
  /** Absent: no phone goes on in meetings. */
  readonly door?: Pick<MeetingDoor, 'follow'> | undefined;
}

/** Calls of one phone, as people make them. */
const calling = { perSecond: 0.5, burst: 10 };

export class UserCalls implements UserCallService {
  readonly #deps: UserCallsDeps;
  readonly #lines: Lines;
  /** Phones that are being brought in. */
  readonly #opening = new Map<string, Promise<Line | undefined>>();
  readonly #rate = new Buckets(calling);

  constructor(deps: UserCallsDeps) {
    this.#deps = deps;
    this.#lines = new Lines(deps, {
      course: (from) => (deps.register.flows(from.device).length > 0 ? this.#course(from) : undefined),
      stays: ({ device }) => deps.register.flows(device).length > 0,
      means: (dialled) => this.#means(dialled),
      moving: ({ person }, call, meeting) => {
        deps.door?.follow(call, person.address, meeting).catch((error: unknown) =>
          // Whoever asks hears nothing of it there, and stays.
          deps.log.warn('meeting', { call, meeting, error: String(error) }),
        );
      },
    });
    deps.register.onNews(({ phone, state }) => {
      this.#turned(phone, state).catch((error: unknown) => deps.log.error('sip', { error: String(error) }));
    });
  }

  /** Calls at phones. */
  get size(): number {
    return this.#lines.size;
  }

  async serve(invite: IncomingInvite, phone: SipPhone): Promise<void> {
    const { clock } = this.#deps;
    const dialled = dialledIn(invite.request.uri);
    if (dialled === undefined) return invite.refuse(404);
    const isFree = isHelp(this.#deps.dialled?.(dialled));
    if (!isFree && !this.#rate.take(phone.device, clock.now())) return invite.refuse(503, { 'Retry-After': 5 });
    const to = await this.#means(dialled);
    // Not before: one without calls may have been left meanwhile.
    const line = await this.#line(phone);
    if (line === undefined) return invite.refuse(403);
    if (invite.isOver) return;
    invite.progress(100);
    this.#lines.newCall(line, this.#deps.newId(), this.#course(line.from)).place(invite, to);
  }

  /** Ends the calls of a server before this one, of numbers as well. To be called once the engine knows them. */
  start(): void {
    this.#lines.start();
  }

  /** Ends all calls, and rings no phone any more. */
  close(): void {
    this.#lines.close();
  }

  async #turned(phone: SipPhone, state: SipPhoneNews['state']): Promise<void> {
    if (state === 'here') return void (await this.#line(phone));
    const line = this.#lines.get(phone.device);
    if (line === undefined) return;
    if (state === 'more') return line.calls.forEach((call) => call.ringMore());
    if (state === 'gone') for (const call of line.calls.values()) call.hangUp();
    this.#lines.leave(line);
  }

  /** The phone as a device of its user; undefined where there is no such user. */
  #line(phone: SipPhone): Promise<Line | undefined> {
    const known = this.#lines.get(phone.device);
    if (known !== undefined) return Promise.resolve(this.#lines.again(known));
    const before = this.#opening.get(phone.device);
    if (before !== undefined) return before;
    const opening = this.#open(phone).finally(() => this.#opening.delete(phone.device));
    this.#opening.set(phone.device, opening);
    return opening;
  }

  async #open(phone: SipPhone): Promise<Line | undefined> {
    const { blocks, store } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(phone.user), blocks.of(phone.user)]);
    return user && this.#lines.open(user, { id: phone.device, name: phone.name }, blocked);
  }

  /** A user has an address before a number has it that reads the same, but for those of help: nobody takes calls away from it. */
  async #means(dialled: string): Promise<string> {
    const number = this.#deps.dialled?.(dialled);
    if (isHelp(number)) return numberAddress(number);
    if ((await this.#deps.store.user(dialled)) !== undefined) return dialled;
    return number === undefined ? dialled : numberAddress(number);
  }

  #course({ device }: From): Course {
    const { agent, clock, domain, register } = this.#deps;
    return {
      // What comes by WebSocket speaks WebRTC, unless it offers something else (RFC 7118 §1).
      isDirect: ({ transport }, offer) => (offer === undefined ? transport === 'ws' || transport === 'wss' : isWebRtc(offer)),
      manner,
      rings: (carry, { peer, transferredBy: by }, seconds, events) => {
        const from = addressFor(peer, domain);
        // A phone that hears nothing more stops by itself (RFC 3261 §13.3.1).
        const fields = { Expires: seconds, ...(by && { 'Referred-By': writeNameAddr(addressFor(by, domain)) }) };
        return new PhoneRings(
          {
            devices: () => devices(register.flows(device), clock.now()),
            nameOf: ({ instance, contact }) => instance ?? writeUri(contact.uri),
            media: ({ flow }) => carry(flow, manner(flow)),
            invite: ({ contact, flow, path }, offer, heard) =>
              new OutgoingInvite(agent, { target: contact.uri, to: [flow], from, routes: path, offer, fields }, heard),
            hasFailed: isFlowDead,
          },
          events,
        );
      },
    };
  }
}

/** Keys are for those whose words nobody else reads (RFC 4568 §7). */
function manner({ transport }: Remote): PhoneManner {
  return { srtp: transport === 'tls' ? 'offered' : 'off' };
}

/** An emergency number is dialled as it is, without a country. */
function isHelp(number: string | undefined): number is string {
  return number?.startsWith('+') === false;
}

/** RFC 5626 §5.3: the device has not been asked. Whoever has answered has done so for all of its flows. */
function isFlowDead(status: number, response: Response | undefined): boolean {
  return status === 430 || (response === undefined && (status === 408 || status === 503));
}
