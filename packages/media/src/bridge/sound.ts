/** What the two sides of a bridge can say to each other: codecs, and keys (RFC 4733). */
import type { Codec, Section } from '@offhook/sdp';
import { codecs } from '@offhook/sdp';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { forwarded, forwardedAs } from '../negotiation/codecs.ts';
import type { SharedCodec } from '../negotiation/plain.ts';
import { lawOf } from './noise.ts';

export interface Sound {
  /** In the order in which it likes them. */
  readonly codecs: readonly SharedCodec[];
  /** `telephone-event`, of each clock rate. */
  readonly keys: readonly Codec[];
  /** Comfort noise (RFC 3389). */
  readonly noise: Codec | undefined;
}

/** What one side speaks from now on, with its own payload types. */
export interface Way {
  readonly codec: ForwardedCodec;
  readonly theirs: Codec;
  readonly keys: Codec | undefined;
  readonly noise?: Codec | undefined;
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
    noise: all.find(({ name, clockRate }) => name.toLowerCase() === 'cn' && clockRate === 8_000),
  };
}

/**
 * The first of these codecs that it has; of those behind them, where it has none of the first. Keys of another clock rate than the sound are
 * better than none. @throws NegotiationError
 */
export function wayIn({ codecs: all, keys, noise }: Sound, ...among: readonly (readonly ForwardedCodec[])[]): Way {
  for (const these of among) {
    const found = all.find(({ ours }) => these.includes(ours));
    if (found === undefined) continue;
    const { ours: codec, theirs } = found;
    const way = { codec, theirs, keys: keys.find(({ clockRate }) => clockRate === codec.clockRate) ?? keys[0] };
    return lawOf(codec.name) === undefined || noise === undefined ? way : { ...way, noise };
  }
  throw new NegotiationError('no codec that is known here');
}

/** What of a way is described, in an answer. */
export function described({ theirs, keys, noise }: Way): readonly Codec[] {
  return [{ ...theirs, feedback: [] }, ...(noise === undefined ? [] : [noise]), ...(keys === undefined ? [] : [keys])];
}
