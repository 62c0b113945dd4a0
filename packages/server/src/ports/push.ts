/** Where what rings is pushed to, and what is needed to do it. */
import type { Address, CallId, DeviceId, Instant, Milliseconds, Person, RingNotice } from '@offhook/core';

/** How a device that has no page open is reached. A device has one at most: a later one replaces it. */
export interface StoredPush {
  readonly device: DeviceId;
  readonly user: Address;
  /** `web`: by Web Push (RFC 8030), at a URL with keys (RFC 8291 §3); others: what the operator's relay knows by this name. */
  readonly provider: string;
  /** A URL, or the token by which the provider knows the device. */
  readonly endpoint: string;
  /** Of `web`: the public key of the browser, and what it shares with this server alone; base64url. */
  readonly keys?: PushKeys | undefined;
  /** What notifications are written in (BCP 47). */
  readonly language?: string | undefined;
  /** Of the token of a host application that the device has shown last, if it has one (RFC 7519 §4.1.7). */
  readonly jti?: string | undefined;
  readonly at: Instant;
}

export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

export const webPush = 'web';

export type PushWrite =
  | { readonly type: 'push_on'; readonly push: StoredPush }
  /** With an endpoint: changes nothing where the device has another one by now. */
  | { readonly type: 'push_off'; readonly device: DeviceId; readonly endpoint?: string | undefined }
  /** Stored with the end of a call, so that a device hears of it though the server dies just then; `push_told`: it was told. */
  | { readonly type: 'push_owed'; readonly owed: OwedPush }
  | { readonly type: 'push_told'; readonly device: DeviceId; readonly call: CallId };

/** What a device has yet to be told. */
export interface OwedPush {
  readonly user: Address;
  readonly device: DeviceId;
  readonly notice: RingNotice;
}

/** The part of the store that knows it. How a device is reached goes with the device. */
export interface PushStore {
  /** In the order of their devices' ids. */
  pushes(user: Address): Promise<readonly StoredPush[]>;
  /** Those whose device has shown this token last. */
  pushesByToken(jti: string): Promise<readonly StoredPush[]>;
  /** In the order of their devices' ids and their calls'. */
  owedPushes(): Promise<readonly OwedPush[]>;
}

/** Which devices of whom can be pushed to, as it is now. */
export interface PushBook {
  /** By device. At once where it is in memory. */
  of(user: Address): PushesByDevice | Promise<PushesByDevice>;
  /** Stores it, and tells those who listen once it holds. */
  change(user: Address, write: PushWrite): Promise<void>;
  /** A device is gone, and with it what was stored. */
  forget(user: Address): Promise<void>;
  onChange(listener: (user: Address, devices: ReadonlySet<DeviceId>) => void): void;
}

export type PushesByDevice = ReadonlyMap<DeviceId, StoredPush>;

/** Wakes a device. Never rejects; what does not get there is told to those who listen. */
export interface Waker {
  wake(user: Address, device: DeviceId, notice: RingNotice): void;
}

/** A message that a caller has left. */
export interface VoicemailNews {
  readonly voicemail: string;
  readonly from: Person;
  readonly durationMs: Milliseconds;
}

/** Tells all devices of somebody that are pushed to; a page in sight tells of it by itself. Never rejects. */
export interface PushNews {
  tellVoicemail(user: Address, news: VoicemailNews): void;
}

/** What a device says of how it is reached. */
export type AskedPush = Pick<StoredPush, 'endpoint' | 'keys' | 'language' | 'jti'> & { readonly provider?: string | undefined };

/** Which devices want to be pushed to, as signalling sees it. */
export interface PushSubscriptions {
  /** With which browsers subscribe: base64url. */
  readonly key: string;
  readonly book: PushBook;
  /** Why it cannot be, in words for developers; undefined once it is. */
  subscribe(user: Address, device: DeviceId, asked: AskedPush): Promise<string | undefined>;
  /** A page of it is there, and has shown this token, by its id. */
  shows(user: Address, device: DeviceId, jti: string | undefined): Promise<void>;
  unsubscribe(user: Address, device: DeviceId): Promise<void>;
  /** Rings it once after this time. */
  test(user: Address, device: DeviceId, afterMs: Milliseconds): void;
}

/** A message on its way to one device. */
export interface PushMessage {
  /** JSON, of at most `pushLimits.bodyBytes`. */
  readonly body: string;
  /** How long it is worth being kept for a device that is not to be reached. */
  readonly ttlMs: Milliseconds;
  /** A later one with the same topic takes the place of one that waits (RFC 8030 §5.4): at most 32 of `[\w-]`. */
  readonly topic: string;
}

/** Brings messages to devices. */
export interface Push {
  /** Does not reject. */
  send(to: StoredPush, message: PushMessage): Promise<PushOutcome>;
  /** Breaks off what is on its way. */
  close(): Promise<void>;
}

/**
 * `gone`: this subscription will never reach anything again. `failed`: this message does not get there. `retryMs`: perhaps after this
 * time.
 */
export type PushOutcome = 'sent' | 'gone' | 'failed' | { readonly retryMs: Milliseconds };
