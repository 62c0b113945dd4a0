/**
 * Participants without a page of their own, whose media the server has brought to the worker: by plain RTP, or by a call. To the machine of
 * the session they are as any page, with a connection that has no socket.
 */
import { participantIn } from '@offhook/core';
import type { ErrorCode, From, ParticipantId, PublishedSection, SessionId, SessionInput, SessionState } from '@offhook/core';
import { MediaError } from '../ports/media.ts';
import { Refusal } from '../ports.ts';
import type { Outcome } from '../ports.ts';
import type { Entry } from './queues.ts';

export type CarriedEntry = Entry<SessionState, SessionInput>;
/** `mix`: by plain RTP, and it hears one sound. */
export type Carrier = 'rtp' | 'mix' | 'call';

export interface CarriedQueues {
  get(session: SessionId): CarriedEntry | undefined;
  feed(entry: CarriedEntry, input: SessionInput, respond?: (outcome: Outcome) => void): void;
}

/** In no id of a connection that has a socket. */
export function carriedConnection(carrier: Carrier, id: string): string {
  return `${carrier}:${id}`;
}

/** By what a connection is carried, if it is none of a page. */
export function carrierOf(connection: string): Carrier | undefined {
  return (['rtp', 'mix', 'call'] as const).find((carrier) => connection.startsWith(`${carrier}:`));
}

/** By plain RTP. */
export function isPlain(carrier: Carrier | undefined): boolean {
  return carrier === 'rtp' || carrier === 'mix';
}

/** By what a participant is there, if not by a page. */
export function carrierIn(state: SessionState, participant: ParticipantId): Carrier | undefined {
  const connection = participantIn(state, participant)?.here?.from.connection;
  return connection === undefined ? undefined : carrierOf(connection);
}

/** What is done for them. Rejects with a Refusal. */
export class Carried {
  readonly #queues: CarriedQueues;

  constructor(queues: CarriedQueues) {
    this.#queues = queues;
  }

  /** One that is open. @throws Refusal */
  entry(session: SessionId): CarriedEntry {
    const entry = this.#queues.get(session);
    if (entry === undefined || entry.state.kind !== 'open') throw new Refusal('session_not_found');
    return entry;
  }

  /** Comes in, publishes, and has left again where that is refused. `joined`: what is done between. Resolves with the answer. */
  async comeIn(
    entry: CarriedEntry,
    participant: ParticipantId,
    from: From,
    offer: string,
    streams: readonly PublishedSection[],
    joined?: () => void,
  ): Promise<string> {
    await this.join(entry, participant, from);
    try {
      joined?.();
      return await this.publish(entry, from, offer, streams);
    } catch (error) {
      this.gone(entry, from.connection);
      throw error;
    }
  }

  /** Comes in, and publishes nothing yet. */
  async join(entry: CarriedEntry, participant: ParticipantId, from: From): Promise<void> {
    await this.#ask(entry, { type: 'join', from, as: 'added', id: participant });
  }

  async publish(entry: CarriedEntry, from: From, offer: string, streams: readonly PublishedSection[]): Promise<string> {
    const ok = await this.#ask(entry, { type: 'publish', from, offer, streams: [...streams] });
    return String(ok['answer']);
  }

  async leave(entry: CarriedEntry, from: From): Promise<void> {
    await this.#ask(entry, { type: 'leave', from });
  }

  tell(entry: CarriedEntry, input: SessionInput): void {
    this.#queues.feed(entry, input);
  }

  gone(entry: CarriedEntry, connection: string): void {
    this.#queues.feed(entry, { type: 'gone', connection });
  }

  #ask(entry: CarriedEntry, input: SessionInput): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      this.#queues.feed(entry, input, (outcome) => {
        if ('error' in outcome) reject(new Refusal(outcome.error));
        else resolve(outcome.ok);
      });
    });
  }
}

const errorCodes: Partial<Record<MediaError['code'], ErrorCode>> = {
  bad_description: 'description_refused',
  stale: 'not_joined',
  no_port: 'rtp_full',
};

/** What the worker says, as a Refusal. */
export async function refusing<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new Refusal(errorCodes[error.code] ?? 'media_unavailable', error.message);
  }
}
