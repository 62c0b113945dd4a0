/**
 * Participants that a program carries by plain RTP: they join, publish, receive what they are subscribed to, and count as lost when their
 * media are.
 */
import { participantIn } from '@offhook/core';
import type { From, ParticipantId, RtpAnswer, RtpState, SessionState } from '@offhook/core';
import type { PublishedStream } from '../ports/media.ts';
import type { RtpMedia, RtpOrder, SessionRtp } from '../ports/rtp.ts';
import { Refusal } from '../ports.ts';
import type { Hash } from '../ports.ts';
import { Carried, carriedConnection, carrierIn, isPlain, refusing } from './carried.ts';
import type { CarriedEntry, CarriedQueues, Carrier } from './carried.ts';
import { nameOf, whose } from './media-names.ts';

export interface SessionRtpDeps {
  readonly hash: Hash;
  readonly newId: () => string;
  /** Absent: this server takes no plain RTP. */
  readonly rtp?: RtpMedia | undefined;
}

type Known = Extract<SessionState, { kind: 'open' }>['participants'][ParticipantId];

export class RtpDesk implements SessionRtp {
  readonly #deps: SessionRtpDeps;
  readonly #carried: Carried;

  constructor(deps: SessionRtpDeps, queues: CarriedQueues) {
    this.#deps = deps;
    this.#carried = new Carried(queues);
  }

  async attach(session: string, participant: ParticipantId, order: RtpOrder): Promise<RtpAnswer> {
    const { offer, name, at, streams, mix } = order;
    const { entry, known, rtp } = this.#found(session, participant);
    // Before anybody hears of it: what is refused changes nothing.
    const sent = await this.#sent(rtp, known, offer);
    const asked = streams ?? sent;
    const from = this.#from(participant, name, mix === true ? 'mix' : 'rtp');
    const comesIn = this.#carried.comeIn(entry, participant, from, offer, asked, () => {
      if (at !== undefined) rtp.saysFrom(session, nameOf(participant, entry.state), at);
    });
    const answer = await toldProgram(comesIn, entry, participant);
    return { answer, streams: sent.filter(({ mid }) => asked.some((one) => one.mid === mid)) };
  }

  async offer(session: string, participant: ParticipantId, { name, at }: { name?: string; at: string }): Promise<string> {
    const { entry, known, rtp } = this.#found(session, participant);
    const from = this.#from(participant, name, 'mix');
    await this.#carried.join(entry, participant, from);
    try {
      const sends = known.publish.includes('audio');
      return await refusing(() => rtp.offerPlain(session, nameOf(participant, entry.state), { at, sends }));
    } catch (error) {
      this.#carried.gone(entry, from.connection);
      throw error;
    }
  }

  async answered(session: string, participant: ParticipantId, answer: string): Promise<void> {
    const { entry, known, rtp } = this.#found(session, participant);
    const sent = await this.#sent(rtp, known, answer);
    if (known.here === undefined || !isPlain(carrierIn(entry.state, participant))) throw notAttached(entry, participant);
    await toldProgram(this.#carried.publish(entry, known.here.from, answer, sent), entry, participant);
  }

  #found(
    session: string,
    participant: ParticipantId,
  ): { readonly entry: CarriedEntry; readonly known: Known; readonly rtp: RtpMedia } {
    const { rtp } = this.#deps;
    if (rtp === undefined) throw new Refusal('rtp_unavailable');
    const entry = this.#carried.entry(session);
    const known = participantIn(entry.state, participant);
    if (known === undefined || known.guest === true) throw new Refusal('participant_not_found');
    return { entry, known, rtp };
  }

  /** What of a description is sent, if it may be. */
  async #sent(rtp: RtpMedia, { publish }: Known, description: string): Promise<readonly PublishedStream[]> {
    const sent = await refusing(() => rtp.read(description, ['audio', 'video']));
    if (sent.some(({ kind }) => !publish.includes(kind))) throw new Refusal('publish_refused');
    return sent;
  }

  async detach(session: string, participant: ParticipantId): Promise<void> {
    const entry = this.#carried.entry(session);
    if (!isPlain(carrierIn(entry.state, participant))) throw notAttached(entry, participant);
    const here = participantIn(entry.state, participant)?.here;
    if (here !== undefined) await this.#carried.leave(entry, here.from);
  }

  async state(session: string, participant: ParticipantId): Promise<RtpState> {
    const entry = this.#carried.entry(session);
    const { state } = entry;
    const { rtp } = this.#deps;
    if (rtp === undefined || !isPlain(carrierIn(state, participant))) throw notAttached(entry, participant);
    const asked = refusing(() => rtp.attached(session, nameOf(participant, state)));
    const { sections, refused } = await toldProgram(asked, entry, participant);
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

  /** Its address is of no user, and the same whenever it comes again, so that it takes its own place. */
  #from(participant: ParticipantId, name: string | undefined, carrier: Carrier): From {
    const { hash, newId } = this.#deps;
    const address = `rtp.${hash.digest(participant).slice(0, 16).toLowerCase()}`;
    const connection = carriedConnection(carrier, newId());
    return { person: { address, name: name ?? 'RTP' }, device: 'rtp', deviceName: 'RTP', connection };
  }
}

/** What is missing: the session, the participant, or its RTP. */
function notAttached({ state }: CarriedEntry, participant: ParticipantId): Refusal {
  if (state.kind !== 'open') return new Refusal('session_not_found');
  return new Refusal(participantIn(state, participant) === undefined ? 'participant_not_found' : 'rtp_not_attached');
}

/** A page is told to join the session, or that it has none; a program, what has become of its participant meanwhile. */
async function toldProgram<T>(asked: Promise<T>, entry: CarriedEntry, participant: ParticipantId): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const isAbsent = error instanceof Refusal && (error.code === 'not_joined' || error.code === 'session_not_found');
    throw isAbsent ? notAttached(entry, participant) : error;
  }
}

/** The worker has them by other names. */
function named<T extends { readonly participant: string }>(one: T): T {
  return { ...one, participant: whose(one.participant).participant };
}
