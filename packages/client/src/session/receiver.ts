/** What this page receives: one peer connection, on which the server offers. */
import type { EventOf, ParticipantId, SessionId, StreamRef } from '@offhook/core';
import { OffhookError } from '../errors.ts';
import { receiveBytes } from './data.ts';
import type { Arrival } from './data.ts';
import { Latest, openPeer } from './peers.ts';
import type { PhoneLink } from '../part.ts';
import type { SessionPeer } from './peers.ts';

/** What a participant publishes under one alias, or without one. */
export interface RemoteStream {
  readonly participant: ParticipantId;
  readonly alias: string | undefined;
  /** For an element. Tracks come and go in it. */
  readonly stream: MediaStream;
  /** How wide its picture is seen, in CSS pixels, so that no more is sent than that needs; 0: not at all. Unsaid: as large as it is. */
  look(width: number): void;
}

interface Received extends RemoteStream {
  readonly tracks: Map<string, MediaStreamTrack>;
}

export interface ReceiverEvents {
  available(remote: RemoteStream): void;
  unavailable(remote: RemoteStream): void;
  bytes(from: ParticipantId, bytes: Uint8Array<ArrayBuffer>, how: Arrival): void;
  /** What is said of a stream; undefined: it is published no longer. */
  find(stream: StreamRef): { readonly alias?: string | undefined } | undefined;
}

/** A section of what is received. */
interface Section {
  readonly stream: StreamRef;
  readonly track: MediaStreamTrack;
}

type Offer = EventOf<'session_offer'>;

export class Receiver {
  readonly #link: PhoneLink;
  readonly #session: SessionId;
  readonly #events: ReceiverEvents;
  readonly #work = new Latest();
  readonly #streams = new Map<string, Received>();
  /** Of the last offer that was answered. */
  #sections: readonly Section[] = [];
  /** The offer with which the present connection began. */
  #taken = '';
  #peer: SessionPeer | undefined;
  /** Of the last offer; those before are void. */
  #revision = -1;
  /** Counts how often the server has begun anew. */
  #round = 0;

  constructor(link: PhoneLink, session: SessionId, events: ReceiverEvents) {
    this.#link = link;
    this.#session = session;
    this.#events = events;
  }

  get streams(): readonly RemoteStream[] {
    return [...this.#streams.values()];
  }

  offered(offer: Offer): void {
    if (offer.revision <= this.#revision) return;
    this.#revision = offer.revision;
    const round = this.#round;
    this.#work.run(() => (round === this.#round ? this.#answer(offer) : Promise.resolve()));
  }

  /** Asks for another way, as the present one is lost. */
  renew(): void {
    if (this.#peer === undefined) return;
    this.#link.connection.ask<'session_restart'>({ type: 'session_restart', session: this.#session }, () => undefined, true);
  }

  /** The server knows nothing any more of what this page has received: revisions begin again. */
  reset(): void {
    this.#round += 1;
    this.#revision = -1;
    this.#work.abandon();
    this.#peer?.close();
    this.#peer = undefined;
    this.#sections = [];
    this.changed();
  }

  async #answer({ revision, offer, streams }: Offer): Promise<void> {
    const round = this.#round;
    const peer = this.#peerFor(offer);
    try {
      await peer.setRemoteDescription({ type: 'offer', sdp: offer });
      await peer.setLocalDescription();
      if (round !== this.#round) return;
      const tracks = new Map(peer.getTransceivers().map(({ mid, receiver }) => [mid, receiver.track] as const));
      const sections = streams.flatMap(({ participant, mid, section }): Section[] => {
        const track = tracks.get(section);
        return track === undefined ? [] : [{ stream: { participant, mid }, track }];
      });
      const answer = peer.localDescription?.sdp ?? '';
      await this.#link.connection.request('session_answer', { session: this.#session, revision, answer });
      if (round !== this.#round) return;
      this.#sections = sections;
      this.changed();
    } catch (error) {
      // A later offer follows, or the session begins anew.
      const isOvertaken = error instanceof OffhookError && overtaken.has(error.code);
      if (!isOvertaken && round === this.#round) this.#link.platform.report(error);
    }
  }

  /** Another certificate is another transport, which not every browser takes on a connection that is there. */
  #peerFor(offer: string): SessionPeer {
    const before = this.#peer;
    if (before !== undefined && fingerprint(offer) === fingerprint(this.#taken)) return before;
    before?.close();
    const peer = openPeer(this.#link, () => this.#peer === peer && this.renew());
    if (/^m=application /m.test(offer))
      receiveBytes(peer, (...arrived) => this.#peer === peer && this.#events.bytes(...arrived));
    this.#peer = peer;
    this.#taken = offer;
    return peer;
  }

  /** Compares what is received with what is published: by participant and alias, and in these by tracks. */
  changed(): void {
    const there = this.#sections.flatMap((section) => {
      const said = this.#events.find(section.stream);
      return said === undefined ? [] : { ...section, alias: said.alias };
    });
    const groups = Map.groupBy(there, ({ stream, alias }) => JSON.stringify([stream.participant, alias]));
    for (const [key, remote] of this.#streams) if (!groups.has(key)) this.#drop(key, remote);
    for (const [key, members] of groups) {
      const [first] = members;
      if (first === undefined) continue;
      const known = this.#streams.get(key);
      const remote = known ?? this.#remote(first.stream.participant, first.alias);
      fill(remote, new Map(members.map(({ stream, track }) => [stream.mid, track])));
      if (known !== undefined) continue;
      this.#streams.set(key, remote);
      this.#events.available(remote);
    }
  }

  #drop(key: string, remote: Received): void {
    this.#streams.delete(key);
    fill(remote, new Map());
    this.#events.unavailable(remote);
  }

  #remote(participant: ParticipantId, alias: string | undefined): Received {
    const tracks = new Map<string, MediaStreamTrack>();
    const look = (width: number): void => {
      for (const [mid, track] of tracks) {
        if (track.kind !== 'video') continue;
        const stream = { participant, mid };
        this.#link.connection.say({ type: 'session_look', session: this.#session, stream, width: Math.round(width) });
      }
    };
    return { participant, alias, stream: this.#link.platform.newStream(), tracks, look };
  }
}

const overtaken: ReadonlySet<string> = new Set([
  'stale_offer',
  'not_joined',
  'session_not_found',
  'media_unavailable',
  'closed',
]);

function fill({ stream, tracks }: Received, now: ReadonlyMap<string, MediaStreamTrack>): void {
  for (const [mid, track] of tracks) {
    if (now.get(mid) === track) continue;
    stream.removeTrack(track);
    tracks.delete(mid);
  }
  for (const [mid, track] of now) {
    if (tracks.has(mid)) continue;
    stream.addTrack(track);
    tracks.set(mid, track);
  }
}

/** Of a certificate (RFC 8122 §5). */
function fingerprint(sdp: string): string | undefined {
  return /^a=fingerprint:(.*)$/m.exec(sdp)?.[1];
}
