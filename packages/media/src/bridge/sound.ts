/** What the two sides of a bridge can say to each other: codecs, and keys (RFC 4733). */
import type { Codec, Section } from '@offhook/sdp';
import { codecs } from '@offhook/sdp';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { forwarded, forwardedAs } from '../negotiation/codecs.ts';
import type { SharedCodec } from '../negotiation/plain.ts';

export interface Sound {
  /** In the order in which it likes them. */
  readonly codecs: readonly SharedCodec[];
  /** `telephone-event`, of each clock rate. */
  readonly keys: readonly Codec[];
}

/** What one side speaks from now on, with its own payload types. */
export interface Way {
  readonly codec: ForwardedCodec;
  readonly theirs: Codec;
  readonly keys: Codec | undefined;
}

/** All that a side may be offered. Opus first: it bears losses. */
export const sounds: readonly ForwardedCodec[] = forwarded.filter(({ kind }) => kind === 'audio');
/** What every telephone has (RFC 3551 §4.5.14): offered to one side while nothing is known of the other. */
export const ofAll: readonly ForwardedCodec[] = sounds.filter(({ name }) => name === 'PCMU' || name === 'PCMA');

/** The payload types are those that browsers have for them. */
export function keysFor(all: readonly ForwardedCodec[]): readonly Codec[] {
  return [...new Set(all.map(({ clockRate }) => clockRate))].map((clockRate) => ({
    payloadType: clockRate === 8_000 ? 126 : 110,
    name: 'telephone-event',
    clockRate,
    channels: 1,
    parameters: { '': '0-16' },
    feedback: [],
  }));
}

export function soundIn(section: Section): Sound {
  const all = codecs(section);
  return {
    codecs: all.flatMap((theirs) => {
      const ours = forwardedAs(theirs);
      return ours?.kind === 'audio' ? [{ ours, theirs }] : [];
    }),
    keys: all.filter(({ name }) => name.toLowerCase() === 'telephone-event'),
  };
}

/** The first of these codecs that it has. Keys of another clock rate than the sound are better than none. @throws NegotiationError */
export function wayIn({ codecs: all, keys }: Sound, among: readonly ForwardedCodec[]): Way {
  const found = all.find(({ ours }) => among.includes(ours));
  if (found === undefined) throw new NegotiationError('no codec that both sides have');
  const { ours: codec, theirs } = found;
  return { codec, theirs, keys: keys.find(({ clockRate }) => clockRate === codec.clockRate) ?? keys[0] };
}

/** What of a way is described, in an answer. */
export function described({ theirs, keys }: Way): readonly Codec[] {
  return [{ ...theirs, feedback: [] }, ...(keys === undefined ? [] : [keys])];
}
