/**
 * What the engine and the signalling need from the world. Each port has one contract suite in `test/contract`, which every
 * adapter passes. Adapters know this file and pure packages, never one another; only `main.ts` knows adapters.
 */
import type {
  Address,
  CallId,
  CallRecord,
  CallState,
  CallView,
  ConversationId,
  DeviceChange,
  DeviceId,
  Early,
  EndedCall,
  Ephemeral,
  ErrorCode,
  Event,
  From,
  Grants,
  HistoryEntry,
  Instant,
  Milliseconds,
  Person,
  PresenceState,
  Profile,
  RequestOf,
  Settings,
} from '@offhook/core';
import type { ConversationStore, ConversationWrite } from './ports/conversations.ts';
import type { EventStore, EventWrite } from './ports/events.ts';
import type { StoredFile } from './ports/files.ts';
import type { Invite, Leave } from './ports/invite.ts';
import type { AccountStore, AccountWrite } from './ports/accounts.ts';
import type { PeopleStore, PeopleWrite } from './ports/people.ts';
import type { PushStore, PushWrite } from './ports/push.ts';
import type { MeetingStore, MeetingWrite } from './ports/meetings.ts';
import type { RequestStore, RequestWrite } from './ports/requests.ts';
import type { SessionStore, SessionWrite } from './ports/sessions.ts';
import type { SipPhoneStore, SipPhoneWrite } from './ports/sip-phones.ts';
import type { NumberStore, NumberWrite } from './ports/numbers.ts';
import type { TrunkStore, TrunkWrite } from './ports/trunk-store.ts';
import type { VoicemailStore, VoicemailWrite } from './ports/voicemail.ts';
import type { WebhookStore, WebhookWrite } from './ports/webhooks.ts';

/** Time. `now` never runs backwards, also when the machine's clock is set. */
export interface Clock {
  now(): Instant;
  /** Runs `task` once after `delay`; the function returned takes it back. */
  schedule(delay: Milliseconds, task: () => void): () => void;
}

/** Unguessable values. */
export interface Random {
  /** A string of `[0-9A-Za-z_-]` with at least this many bits of entropy. */
  token(bits: number): string;
}

/** One-way functions. */
export interface Hash {
  /** SHA-256, base64url. */
  digest(value: string): string;
  /** HMAC-SHA-256 under the server's own key, base64url; for tokens that only this server can make. */
  sign(value: string): string;
  /** HMAC-SHA-1 under a given key, base64: what TURN servers check (draft-uberti-behave-turn-rest-00 §2.2). */
  turn(secret: string, username: string): string;
  /** Compares in a time that does not depend on where the strings differ. */
  equal(a: string, b: string): boolean;
}

// ── store ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface StoredUser extends Person {
  readonly settings: Settings;
  /** Somebody vouches for the person, so that the address tells people apart and two may have one name; absent in open mode. */
  readonly vouched?: true | undefined;
  readonly createdAt: Instant;
  /** What they say of themselves, if they have said something; stored apart, by `profile`. */
  readonly profile?: Profile | undefined;
  /** When they were last here, of those who tell it; stored apart, by `seen`. */
  readonly seenAt?: Instant | undefined;
}

export interface StoredDevice {
  readonly id: DeviceId;
  readonly user: Address;
  readonly name: string;
  /** Digest of the token that the device signs in with; empty for one that signs in with tokens of a host application. */
  readonly tokenDigest: string;
  readonly createdAt: Instant;
  /** When it was last connected, as far as that was stored. */
  readonly seenAt: Instant;
  /** It is a SIP phone, which signs in by a login of its own; stored apart, by `sip_phone`. */
  readonly phone?: true | undefined;
}

export type Write =
  /** The present state of a live call; an ended one is taken out of the live ones and keeps its record. */
  | { readonly type: 'call'; readonly state: CallState }
  /** The same for a call that was not here before: `call_exists` when one with its id was recorded, however long ago. */
  | { readonly type: 'new_call'; readonly state: CallState }
  | { readonly type: 'record'; readonly record: CallRecord }
  /** Somebody who was not here before: `name_taken` when the address or the name belongs to somebody. */
  | { readonly type: 'new_user'; readonly user: StoredUser }
  /** The present values of a user: `name_taken` when the name belongs to somebody else. */
  | { readonly type: 'user'; readonly user: StoredUser }
  | { readonly type: 'device'; readonly device: StoredDevice }
  /** Changes nothing where the device is gone. */
  | { readonly type: 'device_seen'; readonly device: DeviceId; readonly at: Instant }
  /** The same. */
  | { readonly type: 'device_named'; readonly device: DeviceId; readonly name: string }
  | { readonly type: 'device_gone'; readonly device: DeviceId }
  | ConversationWrite
  | AccountWrite
  | PeopleWrite
  | PushWrite
  | SessionWrite
  | EventWrite
  | MeetingWrite
  | RequestWrite
  | SipPhoneWrite
  | TrunkWrite
  | NumberWrite
  | VoicemailWrite
  | WebhookWrite
  | { readonly type: 'file'; readonly file: StoredFile }
  /** A message of this conversation shows it. */
  | { readonly type: 'file_said'; readonly file: string; readonly conversation: ConversationId }
  | { readonly type: 'file_gone'; readonly file: string };

/** What a store tells of devices once it holds. */
export type DeviceWrite = Extract<Write, { type: 'device_named' | 'device_gone' }>;

export interface PeoplePage {
  readonly people: readonly StoredUser[];
  readonly next?: string | undefined;
}

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly next?: string | undefined;
}

/** Thrown by `commit` when nothing of the group was stored (disk full, I/O error, a newer owner). */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'store_failed' | 'not_owner' | 'name_taken' | 'call_exists' | 'entry_exists' | 'invite_used';
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What outlives the process. Reads see every commit that has been confirmed. Two names are the same when their addresses are
 * (`addressOf`); a user owns the name in use, unless somebody vouches, and the one that belongs to their address. A cursor that this store did not make
 * reads as an empty page.
 */
export interface Store
  extends
    ConversationStore,
    AccountStore,
    PeopleStore,
    PushStore,
    SessionStore,
    MeetingStore,
    EventStore,
    RequestStore,
    SipPhoneStore,
    TrunkStore,
    NumberStore,
    VoicemailStore,
    WebhookStore {
  /**
   * Stores all of these writes or none, and resolves once they would survive a power cut. Groups are committed in the order
   * of the calls; several groups may share one transaction. A store opened later by another process owns the data from then
   * on: older owners get `not_owner` (each commit carries the owner's generation).
   * A group of no writes shows whether the store can be written.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Told of each device that is called otherwise or gone, whoever has done it, before its commit resolves. */
  onDevice(listener: (write: DeviceWrite) => void): void;
  /** Calls that were not over when the last owner stopped. */
  liveCalls(): Promise<readonly CallState[]>;
  /** How a call ended, if it is remembered. */
  record(call: CallId): Promise<CallRecord | undefined>;
  user(address: Address): Promise<StoredUser | undefined>;
  /** Users of exactly these addresses; unknown ones are left out. */
  users(addresses: readonly Address[]): Promise<readonly StoredUser[]>;
  /**
   * By name. With a query: those with a name, a later word of it, or an address that begins with it, whatever its case and
   * accents, by what matched. `after` is the cursor of the page before. Not those whose account was closed or has ended by `now`, nor guests whom nobody can ring,
   * nor telephone numbers.
   */
  people(query: string | undefined, after: string | undefined, limit: number, now: Instant): Promise<PeoplePage>;
  device(tokenDigest: string): Promise<StoredDevice | undefined>;
  devices(user: Address): Promise<readonly StoredDevice[]>;
  /** The calls of a user, newest first; `before` is the cursor of the page before. */
  history(user: Address, before: string | undefined, limit: number): Promise<HistoryPage>;
  /** Those of these files that are there. */
  files(ids: readonly string[]): Promise<readonly StoredFile[]>;
  /** The bytes of all files of somebody. */
  fileBytes(owner: Address): Promise<number>;
  /** Files that arrived before this and are in no message. */
  unsaidFiles(before: Instant): Promise<readonly StoredFile[]>;
  /** A value that belongs to this installation, made at the first asking (the signing key). */
  secret(name: string, make: () => string): Promise<string>;
  /** Stores what was committed, then lets go. */
  close(): Promise<void>;
}

// ── who signs in ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Who holds a token, where, and what they may do. */
export interface Pass {
  /** Whose it is; there is such a user. */
  readonly user: Address;
  readonly device: Pick<StoredDevice, 'id' | 'name' | 'seenAt'>;
  /** A token of this server's own, kept by one device; or one that a host application has minted. */
  readonly by: 'device' | 'token';
  /** The name that a minted token gives to the user. */
  readonly name?: string | undefined;
  readonly grants: Grants;
  /** When the token is no longer good; absent: when it is revoked. */
  readonly until?: Instant | undefined;
  /** The id of a minted token (RFC 7519 §4.1.7). */
  readonly jti?: string | undefined;
}

/** Why a token gives no pass. */
export interface Denial {
  readonly error: ErrorCode;
  readonly detail?: string | undefined;
}

/** How a page calls the browser it runs in. Whose it is, the token says. */
export interface DeviceHint {
  readonly id: string;
  readonly name?: string | undefined;
}

/** Tells who holds a token. Rejects only where the store fails. */
export interface Authenticator {
  authenticate(token: string, device?: DeviceHint): Promise<Pass | Denial>;
}

// ── bus ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An event on its way to the connections of a user, wherever they are. */
export interface Delivery {
  readonly event: Event;
  /** Only this connection. */
  readonly connection?: string | undefined;
  /** All connections of this device, but `except`. Neither `connection` nor `device`: all connections of the user. */
  readonly device?: DeviceId | undefined;
  readonly except?: string | undefined;
}

/** What is published to this address, which is nobody's, reaches everybody who is here. */
export const everybody = '*';

/** Carries events to whoever holds the connections of a user: in this process, or on another node. */
export interface Bus {
  /** In order per user. */
  publish(user: Address, delivery: Delivery): void;
  subscribe(user: Address, receive: (delivery: Delivery) => void): () => void;
  close(): Promise<void>;
}

// ── the engine, as signalling and the REST API see it ───────────────────────────────────────────────────────────────

/** The requests that are about a call; all others are answered outside the engine. */
export type CallRequestType =
  | 'invite'
  | 'reoffer'
  | 'accept'
  | 'answer'
  | 'reject'
  | 'hangup'
  | 'describe'
  | 'transfer'
  | 'move'
  | 'update';
export type CallRequest = RequestOf<CallRequestType>;
export type CallEphemeral =
  | Extract<Ephemeral, { type: 'candidates' | 'media' | 'quality' }>
  /** `early`: what is heard meanwhile, which no browser says. */
  | (Extract<Ephemeral, { type: 'ringing' }> & { readonly early?: Early });

export type Outcome<T = Record<string, unknown>> =
  | { readonly ok: T }
  | { readonly error: ErrorCode; readonly detail?: string | undefined };

export interface Switchboard {
  /**
   * A durable request about a call. `respond` is called exactly once: after what it did is stored, and before any event that
   * follows from it is published.
   */
  request(from: From, request: CallRequest | Invite | Leave, respond: (outcome: Outcome) => void): void;
  ephemeral(from: From, message: CallEphemeral): void;
  /**
   * Brings this user into memory, to stay there as long as a device or a call is there: `device` has to follow at once. Said again,
   * it brings what is known of the user up to date. `blocked`: from whom nothing comes in to them.
   */
  enter(user: StoredUser, blocked: ReadonlySet<Address>): void;
  /** From these nothing comes in to the user any more. */
  blocks(user: Address, blocked: ReadonlySet<Address>): void;
  /**
   * A device of the user: one of its sockets is open, and somebody uses it or nobody; the last one was lost or its page has left by itself, though a connection may be
   * resumed, none can be any more; or nothing rings there, whether it is open or not.
   */
  device(user: Address, device: DeviceId, state: DeviceChange): void;
  /** What was pushed of a call does not reach this device. */
  unpushed(call: CallId, device: DeviceId): void;
  /** The socket of one connection was lost, its page has left by itself, or it is back. */
  connection(user: Address, connection: string, state: 'away' | 'left' | 'back'): void;
  /** The live calls of a user as this connection sees them. */
  views(user: Address, connection: string): CallView[];
  /** How these calls of a user ended; those that live, or that nobody knows, are left out. */
  ended(user: Address, calls: readonly CallId[]): Promise<EndedCall[]>;
  settings(user: Address): Settings;
  change(
    user: StoredUser,
    change: RequestOf<'settings'>['change'],
    respond: (outcome: Outcome<{ settings: Settings }>) => void,
  ): void;
  presence(user: Address): PresenceState;
  /** Told of each change of presence of any user in memory. */
  onPresence(listener: (user: Address, presence: PresenceState) => void): void;
}

/** One line a transition; values are numbers, strings and booleans only. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Counters, gauges and histograms by name, for `/metrics`. Names are Prometheus names without the `offhook_` prefix. */
export interface Metrics {
  count(name: string, by?: number): void;
  observe(name: string, milliseconds: Milliseconds): void;
  /** A value that is read when somebody looks: one that rises and falls, or one that only grows. */
  gauge(name: string, read: () => number): void;
  counter(name: string, read: () => number): void;
}

/** Refuses a REST request; the server answers with the one shape of errors. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** Members beside `code` and `message`, such as suggestions. */
  readonly more: Readonly<Record<string, unknown>>;
  constructor(code: ErrorCode, detail?: string, more: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.more = more;
  }

  /** For the log. */
  override toString(): string {
    return this.detail === undefined ? super.toString() : `${super.toString()}: ${this.detail}`;
  }
}
