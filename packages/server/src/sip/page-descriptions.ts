/** What is changed in the descriptions of pages that speak WebRTC, so that somebody else may come in the place of whom they talk with. */
import {
  attribute,
  DescriptionError,
  direction,
  fingerprint,
  mirrored,
  parseDescription,
  setup,
  writeDescription,
} from '@offhook/sdp';
import type { Attribute, Description, Section, Setup } from '@offhook/sdp';
import { Refusal } from '../ports.ts';

/** Whether a description is one of WebRTC (RFC 8827): keys by DTLS, ways by ICE. */
export function isWebRtc(sdp: string): boolean {
  return /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m.test(sdp) && /^a=fingerprint:/m.test(sdp);
}

/** @throws Refusal */
export function readable(sdp: string): Description {
  try {
    return parseDescription(sdp);
  } catch (error) {
    if (error instanceof DescriptionError) throw new Refusal('description_refused', error.message);
    throw error;
  }
}

/** By which certificate a peer connection is known, however often it describes itself anew; undefined: that cannot be read. */
export function certificateIn(sdp: string): string | undefined {
  return ofFirst(sdp, (section, description) => fingerprint(section, description)?.value);
}

/** Which role in DTLS the one has who describes this; undefined: that cannot be read. */
export function roleIn(sdp: string): Setup | undefined {
  return ofFirst(sdp, setup);
}

/**
 * An offer of somebody who begins the handshake (RFC 5763 §5). Chromium (156) goes over to a new transport with the first that is heard on
 * it; where it is to speak first itself, it does so to the old one, until that has been silent for seconds.
 */
export function beginning(offer: string): string {
  return offer.replaceAll('a=setup:actpass', 'a=setup:active');
}

/** An offer of sound, with the sections that are there already: their order and names stay (RFC 8829 §5.2.2). @throws Refusal */
export function laidOut(offer: string, known: string): string {
  const [ours, theirs] = [readable(offer), readable(known)];
  const [sound, place] = [ours.sections.find(isSound), theirs.sections.find(isSound)];
  const mid = place && attribute('mid', place);
  if (sound === undefined || mid === undefined) return offer;
  const sections = theirs.sections.map((one) => (one === place ? named(sound, mid) : left(one)));
  const others = ours.attributes.filter(({ name }) => name !== 'group');
  return writeDescription({ ...ours, attributes: [{ name: 'group', value: `BUNDLE ${mid}` }, ...others], sections });
}

/** An answer in the directions that the offer leaves (RFC 3264 §6.1). @throws Refusal */
export function answering(offer: string, answer: string): string {
  const [asked, said] = [readable(offer), readable(answer)];
  const sections = said.sections.map((one, n) => {
    const of = asked.sections[n];
    return of === undefined ? one : directed(one, of, asked);
  });
  return writeDescription({ ...said, sections });
}

/**
 * The answer to an offer that nobody hears any more: what was said to this side last, by which nothing changes. `role`: that of whoever has
 * said it. @throws Refusal
 */
export function asBefore(offer: string, last: string, role: Setup): string {
  const [asked, said] = [readable(offer), readable(last)];
  const sections = asked.sections.map((of, n) => {
    const one = said.sections[n];
    if (one === undefined || one.port === 0 || of.port === 0) return left(of);
    const attributes = one.attributes.map((each) => (each.name === 'setup' ? { name: 'setup', value: role } : each));
    return directed(withFormats({ ...one, attributes }, of.formats), of, asked);
  });
  const mids = sections.flatMap((one) => (one.port === 0 ? [] : (attribute('mid', one) ?? [])));
  const others = said.attributes.filter(({ name }) => name !== 'group' && name !== 'setup');
  const group = mids.length === 0 ? [] : [{ name: 'group', value: `BUNDLE ${mids.join(' ')}` }];
  return writeDescription({ ...said, attributes: [...group, ...others], sections });
}

/** All sections in use go by the transport of the first. */
function ofFirst<T>(sdp: string, read: (section: Section, description: Description) => T | undefined): T | undefined {
  try {
    const description = parseDescription(sdp);
    const first = description.sections.find(({ port }) => port !== 0);
    return first && read(first, description);
  } catch (error) {
    if (error instanceof DescriptionError) return undefined;
    throw error;
  }
}

function isSound({ kind, port }: Section): boolean {
  return kind === 'audio' && port !== 0;
}

function named(section: Section, mid: string): Section {
  return { ...section, attributes: [{ name: 'mid', value: mid }, ...section.attributes.filter(({ name }) => name !== 'mid')] };
}

/** Not used (any more), in its place (RFC 3264 §6). */
function left({ attributes, ...section }: Section): Section {
  const kept = attributes.filter(({ name }) => name === 'mid');
  return { ...section, port: 0, attributes: [...kept, { name: 'inactive' }] };
}

const directions = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

/** In the direction that a section of an offer leaves. */
function directed(section: Section, of: Section, offer: Description): Section {
  if (section.port === 0) return section;
  const others = section.attributes.filter(({ name }) => !directions.has(name));
  return { ...section, attributes: [...others, { name: mirrored(direction(of, offer)) }] };
}

/** With those formats alone that the offer has as well. */
function withFormats(section: Section, formats: readonly string[]): Section {
  const kept = section.formats.filter((one) => formats.includes(one));
  const isKept = ({ name, value = '' }: Attribute): boolean => {
    const [format = ''] = value.split(' ');
    return !['rtpmap', 'fmtp', 'rtcp-fb'].includes(name) || format === '*' || kept.includes(format);
  };
  return kept.length === 0 ? section : { ...section, formats: kept, attributes: section.attributes.filter(isKept) };
}
