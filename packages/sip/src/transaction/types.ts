/** What transactions are told and what they tell. */
import type { ByteString } from '../bytes.ts';
import type { Instant, Timed } from './deadlines.ts';
import type { Request, Response } from '../message/message.ts';

export type { Instant } from './deadlines.ts';

/** Where a message comes from or goes to. */
export interface Remote {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  /** An IP address, IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  /** Names the connection, in the words of whoever has them. Answers go back on it while it is there. */
  readonly connection?: string | undefined;
  /** By TLS: who has to be there, as the certificate says (RFC 5922 §4): the host of the URI that led here. None for an address. */
  readonly domain?: string | undefined;
}

export function isReliable({ transport }: Remote): boolean {
  return transport !== 'udp';
}

/** How a request has come. */
export interface Come {
  /** Where its answers go. */
  readonly remote: Remote;
  /** Its bytes. */
  readonly size: number;
}

/** Names a transaction, until its `ended`. */
export type TransactionId = string;

export type Output =
  /** To be written to the transport. If that fails, `failed(transaction)` is to be said. */
  | {
      readonly type: 'send';
      readonly to: Remote;
      readonly text: ByteString;
      /** None for what is sent outside of any: answers to what cannot be read, ACK to a 2xx. */
      readonly transaction?: TransactionId | undefined;
    }
  /** A new request, once. Answer it by `respond`. */
  | { readonly type: 'request'; readonly transaction: TransactionId; readonly request: Request; readonly from: Remote }
  /** An ACK that belongs to no transaction: it is for a 2xx, and its dialog knows it (§13.3.1.4). */
  | { readonly type: 'ack'; readonly request: Request; readonly from: Remote }
  /** An INVITE that has no final answer yet shall have none of success: answer it 487 (§9.2). The CANCEL itself has been answered. */
  | { readonly type: 'cancel'; readonly transaction: TransactionId; readonly request: Request }
  /** An answer to a request of ours: several provisional ones, one final one; to an INVITE further 2xx, repeated or of other branches. */
  | { readonly type: 'response'; readonly transaction: TransactionId; readonly response: Response; readonly from: Remote }
  /** Nobody has answered (treat it as 408), or, where it was ours to answer, nobody has acknowledged that. */
  | { readonly type: 'timeout'; readonly transaction: TransactionId }
  /** What was to be sent could not be (treat it as 503, §8.1.3.1). */
  | { readonly type: 'unreachable'; readonly transaction: TransactionId }
  | { readonly type: 'ended'; readonly transaction: TransactionId };

/** All times of a transaction follow from these, in milliseconds (§17.1.1.1, table 4). */
export interface Timing {
  /** An estimate of the way there and back. */
  readonly t1: number;
  /** The longest interval between repetitions. */
  readonly t2: number;
  /** How long a message may stay in the network. */
  readonly t4: number;
  /** After this an INVITE that is not answered is answered 100 (§17.2.1). */
  readonly trying: number;
}

export const timing: Timing = { t1: 500, t2: 4000, t4: 5000, trying: 200 };

/** What the layer drives: one of the four machines. */
export interface Transaction extends Timed {
  readonly id: TransactionId;
  readonly isOver: boolean;
  tick(now: Instant): readonly Output[];
  /** The transport could not send. */
  fail(): readonly Output[];
}
