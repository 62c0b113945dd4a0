/**
 * Participants that a program carries by plain RTP. To the machine of the session they are as any page, with a connection that has no
 * socket: they join, publish, receive what they are subscribed to, and count as lost when their media are.
 */
import type { ErrorCode, From, ParticipantId, RtpAnswer, RtpState, SessionInput, SessionState } from '@offhook/core';
import { MediaError } from '../ports/media.ts';
import type { RtpMedia, RtpOrder, SessionRtp } from '../ports/rtp.ts';
import { Refusal } from '../ports.ts';
import type { Hash, Outcome } from '../ports.ts';
import { nameOf, whose } from './media-names.ts';
import type { Entry } from './queues.ts';

type SessionEntry = Entry<SessionState, SessionInput>;

/** In no id of a connection that has a socket. */
const prefix = 'rtp:';

/** Whether a connection is one of these. */
export function isRtp(connection: string): boolean {
  return connection.startsWith(prefix);
}

/** By which of these connections a participant is there, if by one. */
export function rtpConnection(state: SessionState, participant: ParticipantId): string | undefined {
  const connection = state.kind === 'open' ? state.participants[participant]?.here?.from.connection : undefined;
  return connection !== undefined && isRtp(connection) ? connection : undefined;
}

export interface SessionRtpDeps {
  readonly hash: Hash;
  readonly newId: () => string;
  /** Absent: this server takes no plain RTP. */
  readonly rtp?: RtpMedia | undefined;
}

export interface RtpQueues {
  get(session: string): SessionEntry | undefined;
  feed(entry: SessionEntry, input: SessionInput, respond?: (outcome: Outcome) => void): void;
}

export class RtpDesk implements SessionRtp {
  readonly #deps: SessionRtpDeps;
  readonly #queues: RtpQueues;

  constructor(deps: SessionRtpDeps, queues: RtpQueues) {
    this.#deps = deps;
    this.#queues = queues;
  }

  async attach(session: string, participant: ParticipantId, { offer, name, streams }: RtpOrder): Promise<RtpAnswer> {
    const { rtp } = this.#deps;
    if (rtp === undefined) throw new Refusal('rtp_unavailable');
    const entry = this.#entry(session);
    const known = entry.state.kind === 'open' ? entry.state.participants[participant] : undefined;
    if (known === undefined || known.guest === true) throw new Refusal('participant_not_found');
    // Before anybody hears of it: what is refused changes nothing.
    const sent = await refusing(() => rtp.read(offer, ['audio', 'video']));
    if (sent.some(({ kind }) => !known.publish.includes(kind))) throw new Refusal('publish_refused');
    const from = this.#from(participant, name);
    await this.#ask(entry, { type: 'join', from, as: 'added', id: participant });
    try {
      const asked = streams ?? sent;
      const ok = await this.#ask(entry, { type: 'publish', from, offer, streams: [...asked] });
      const named = sent.filter(({ mid }) => asked.some((one) => one.mid === mid));
      return { answer: String(ok['answer']), streams: [...named] };
    } catch (error) {
      this.#queues.feed(entry, { type: 'gone', connection: from.connection });
      throw error;
    }
  }

  async detach(session: string, participant: ParticipantId): Promise<void> {
    const entry = this.#entry(session);
    if (rtpConnection(entry.state, participant) === undefined) throw new Refusal('not_joined');
    const { from } = (entry.state.kind === 'open' && entry.state.participants[participant]?.here) || {};
    if (from !== undefined) await this.#ask(entry, { type: 'leave', from });
  }

  async state(session: string, participant: ParticipantId): Promise<RtpState> {
    const { state } = this.#entry(session);
    const { rtp } = this.#deps;
    if (rtp === undefined || rtpConnection(state, participant) === undefined) throw new Refusal('not_joined');
    const { sections, refused } = await refusing(() => rtp.attached(session, nameOf(participant, state)));
    return {
      sections: sections.map(({ codecs, carries, remote, ...one }) => ({
        ...one,
        codecs: [...codecs],
        ...(remote !== undefined && { remote }),
        ...(carries !== undefined && { carries: named(carries) }),
      })),
      refused: refused.map(named),
    };
  }

  #entry(session: string): SessionEntry {
    const entry = this.#queues.get(session);
    if (entry === undefined || entry.state.kind !== 'open') throw new Refusal('session_not_found');
    return entry;
  }

  /** Its address is of no user, and the same whenever it comes again, so that it takes its own place. */
  #from(participant: ParticipantId, name = 'RTP'): From {
    const address = `rtp.${this.#deps.hash.digest(participant).slice(0, 16).toLowerCase()}`;
    return { person: { address, name }, device: 'rtp', deviceName: 'RTP', connection: `${prefix}${this.#deps.newId()}` };
  }

  #ask(entry: SessionEntry, input: SessionInput): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      this.#queues.feed(entry, input, (outcome) => {
        if ('error' in outcome) reject(new Refusal(outcome.error));
        else resolve(outcome.ok);
      });
    });
  }
}

/** The worker has them by other names. */
function named<T extends { readonly participant: string }>(one: T): T {
  return { ...one, participant: whose(one.participant).participant };
}

const errorCodes: Partial<Record<MediaError['code'], ErrorCode>> = {
  bad_description: 'description_refused',
  stale: 'not_joined',
};

async function refusing<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new Refusal(errorCodes[error.code] ?? 'media_unavailable', error.message);
  }
}
