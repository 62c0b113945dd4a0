/** Who makes the calls of a phone, or of somebody outside, as its calls know them. */
import type { EndpointInput, ErrorCode, From, Person } from '@offhook/core';
import type { Remote, Request } from '@offhook/sip';
import type { CallAdministration } from '../ports/calls.ts';
import type { Clock, Log, Switchboard } from '../ports.ts';
import type { About } from '../ports/invite.ts';
import type { PhoneCall } from './phone-call.ts';
import type { PhoneMedia } from './phone-media.ts';
import type { PhoneRequests } from './requests.ts';
import type { Rings, RingsEvents } from './rings.ts';

/** Whose call rings. */
export interface Calling {
  readonly peer: Person;
  /** Who has led them here. */
  readonly transferredBy?: Person | undefined;
}

/** What a call needs of its phone. */
export interface PhoneHost {
  readonly from: From;
  /** What is to be said of the calls that it makes. */
  readonly about?: About | undefined;
  readonly switchboard: Switchboard & { readonly administration: Pick<CallAdministration, 'pressed'> };
  readonly clock: Clock;
  readonly log: Log;
  readonly requests: PhoneRequests;
  /** What carries the sound between the phone at this place and whoever it talks to. `offer`: its first word. */
  media(call: PhoneCall, at: Remote, offer?: string): PhoneMedia;
  /** All that is reached by it is to ring, for a call from somebody, and for so many seconds at most. */
  rings(call: PhoneCall, from: Calling, seconds: number, events: RingsEvents): Rings;
  /** Taken, whoever has called. */
  answered(call: PhoneCall): void;
  /** It wants to lead the other side on (REFER): the status of the answer. */
  referred(call: PhoneCall, request: Request): number;
  /** The call has another id now. */
  renamed(call: PhoneCall): void;
  /** `error`: with which it was refused to begin. */
  over(call: PhoneCall, error?: ErrorCode): void;
}

/** Why nobody takes it. */
export type Refused = Exclude<Extract<EndpointInput, { type: 'reject' }>['reason'], 'joined'>;
