/** The phone's side of a bridge: its ports, and what was agreed on. */
import { isIPv6 } from 'node:net';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { isSameKey, newKey, suites } from '../srtp/suites.ts';
import type { SuiteName } from '../srtp/suites.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { SecretKeys, UdpDeps, UdpEvents, UdpOptions, UdpSection } from '../transport/udp.ts';
import { readPhone, writePhone } from './phone-description.ts';
import type { PhoneDescription, TaggedKey } from './phone-description.ts';
import { described, keysFor, wayIn } from './sound.ts';
import type { Sound, Way } from './sound.ts';

/** What is known of a phone besides what it describes. */
export interface PhoneTerms {
  /** An address of it: one of ours is chosen for it, and its sound may come from there. */
  readonly at?: string | undefined;
  /** It is this server itself: it needs no way around by an address that others know. */
  readonly isLocal?: boolean | undefined;
  /**
   * What it is offered as long as nothing is agreed on. `required`: SRTP alone, also where the phone begins. `offered`: plain RTP with keys
   * beside, which it may take (RFC 8643). Default: plain RTP.
   */
  readonly srtp?: 'off' | 'offered' | 'required' | undefined;
  /** By their names, in the order in which they are offered, and no others. Default: all, first those of the other side. */
  readonly codecs?: readonly string[] | undefined;
  /** What it has described in this call before, to another bridge. */
  readonly before?: string | undefined;
  /** For `o=`: which session of ours it is, and which of its descriptions comes next: both go on within a dialog (RFC 3264 §8). */
  readonly origin?: { readonly id: number; readonly version: number } | undefined;
}

export interface PhoneEvents extends UdpEvents {
  /** Whether it is to be sent anything. */
  onOpen(isOpen: boolean): void;
}

/** What a phone is led to. */
export interface Choice {
  /** What the other side has, too; where nothing is known of it, all. */
  readonly shared: readonly ForwardedCodec[];
  readonly all: readonly ForwardedCodec[];
}

interface Offered extends Choice {
  readonly protocol: string;
  readonly keys: readonly TaggedKey[];
  readonly isMuxed: boolean;
}

interface Agreed {
  readonly said: PhoneDescription;
  readonly way: Way;
  readonly isMuxed: boolean;
  readonly keys: (SecretKeys & { readonly tag: number }) | undefined;
}

/** Port of nobody (RFC 863). */
const discard = 9;
/** That are offered, the best known first: some phones have the last alone. */
const offeredSuites: readonly SuiteName[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'];

export class PhoneSide {
  readonly #options: UdpOptions;
  readonly #deps: UdpDeps;
  readonly #events: PhoneEvents;
  #transport: UdpTransport | undefined;
  /** Of the transport. */
  #family: UdpSection['family'] = 'IP4';
  #offered: Offered | undefined;
  #agreed: Agreed | undefined;
  #origin: NonNullable<PhoneTerms['origin']>;
  #isClosed = false;
  /** An address of the phone: that its descriptions come from. */
  #at: string | undefined;

  constructor(options: UdpOptions, deps: UdpDeps, events: PhoneEvents) {
    this.#options = options;
    this.#deps = deps;
    this.#events = events;
    this.#origin = { id: deps.random(2 ** 32), version: 0 };
  }

  get sound(): Sound | undefined {
    return this.#agreed?.said.sound;
  }

  get way(): Way | undefined {
    return this.#agreed?.way;
  }

  /** @throws NoPortError, NegotiationError; nothing has changed then */
  async offer(choice: Choice, { at, isLocal, srtp = 'off', before, origin }: PhoneTerms): Promise<string> {
    const agreed = this.#agreed;
    const known = agreed?.said ?? (before === undefined ? undefined : readPhone(before));
    if (this.#transport === undefined) {
      const place = known?.remote.rtp?.address ?? at;
      const family = known?.family ?? (place !== undefined && isIPv6(place) ? 'IP6' : 'IP4');
      this.#transport = await this.#towards(family, place, isLocal);
      this.#family = family;
    }
    this.#at = at;
    this.#next(origin);
    const isSecret = known === undefined ? srtp !== 'off' : known.security !== undefined;
    const offered: Offered = {
      ...choice,
      protocol: known?.protocol ?? (srtp === 'required' ? 'RTP/SAVP' : 'RTP/AVP'),
      // The same keys as before go on with the same numbers (RFC 4568 §7.1.4).
      keys: agreed?.keys !== undefined ? [{ tag: agreed.keys.tag, key: agreed.keys.local }] : isSecret ? newKeys() : [],
      isMuxed: agreed?.isMuxed === true,
    };
    this.#offered = offered;
    const { all } = choice;
    return this.#write([...all, ...keysFor(all)], offered, known);
  }

  /** @throws NegotiationError, NoPortError; nothing has changed then */
  async answer(text: string, { shared, all }: Choice, { at, isLocal, srtp, origin }: PhoneTerms): Promise<string> {
    const said = readPhone(text);
    const way = wayIn(said.sound, shared, all);
    const { security, isMuxed } = said;
    if (security === undefined && srtp === 'required') throw new NegotiationError('only SRTP is taken');
    const before = this.#agreed?.keys;
    // With other keys it is another one (RFC 4568 §7.1.4).
    const isSame =
      security === undefined || before === undefined
        ? security === before
        : security.tag === before.tag && isSameKey(security.remote, before.remote);
    const goesOn = this.#transport !== undefined && said.family === this.#family && isSame;
    if (!goesOn) {
      const transport = await this.#open({ ...said, isLocal, from: at });
      this.#transport?.close();
      this.#transport = transport;
      this.#family = said.family;
    }
    const keys = goesOn ? before : security && { ...security, local: newKey(security.remote.suite) };
    this.#at = at;
    this.#next(origin);
    this.#offered = undefined;
    this.#take({ said, way, isMuxed, keys });
    const ours = keys === undefined ? [] : [{ tag: keys.tag, key: keys.local }];
    return this.#write(described(way), { protocol: said.protocol, keys: ours, isMuxed }, said, said);
  }

  /** `isEarly`: another answer may follow. @throws NegotiationError; nothing has changed then */
  accept(text: string, isEarly: boolean): void {
    const offered = this.#offered;
    if (offered === undefined) throw new NegotiationError('nothing was offered');
    const said = readPhone(text);
    const way = wayIn(said.sound, offered.shared, offered.all);
    if (said.protocol !== offered.protocol) throw new NegotiationError(`${offered.protocol} was offered, not ${said.protocol}`);
    const keys = taken(offered, said);
    if (!isEarly) this.#offered = undefined;
    this.#take({ said, way, isMuxed: said.isMuxed && offered.isMuxed, keys });
  }

  send(bytes: Buffer): boolean {
    return this.#transport?.send(bytes) === true;
  }

  sendControl(bytes: Buffer): void {
    this.#transport?.sendControl(bytes);
  }

  tick(now: number): void {
    this.#transport?.tick(now);
  }

  close(): void {
    this.#isClosed = true;
    this.#transport?.close();
    this.#transport = undefined;
  }

  /** Of a phone that is offered something: where it receives it will say. */
  async #towards(
    family: UdpSection['family'],
    address: string | undefined,
    isLocal: boolean | undefined,
  ): Promise<UdpTransport> {
    const rtp = address === undefined ? undefined : { address, port: discard };
    const transport = await this.#open({ family, remote: { rtp, rtcp: undefined }, isLocal });
    transport.agree({ remote: { rtp: undefined, rtcp: undefined }, isMuxed: false, payloadTypes: new Set() });
    return transport;
  }

  async #open({
    family,
    remote,
    isLocal,
    from,
  }: Pick<UdpSection, 'family' | 'remote' | 'isLocal' | 'from'>): Promise<UdpTransport> {
    // With a port for RTCP, which may be needed later, and keys once they are agreed on.
    const section = { family, remote, isLocal, from, isMuxed: false, security: undefined, published: undefined };
    const transport: UdpTransport = await UdpTransport.open(this.#options, section, this.#deps, {
      onPacket: (bytes) => {
        if (this.#transport === transport) this.#events.onPacket(bytes);
      },
      onOther: (bytes) => {
        if (this.#transport === transport) this.#events.onOther?.(bytes);
      },
      onState: (state) => {
        if (this.#transport === transport) this.#events.onState(state);
      },
    });
    if (this.#isClosed) {
      transport.close();
      throw new NegotiationError('it was closed meanwhile');
    }
    return transport;
  }

  #take(agreed: Agreed): void {
    this.#agreed = agreed;
    const { said, way, isMuxed, keys } = agreed;
    const payloadTypes = new Set([way.theirs, way.keys, way.noise].flatMap((one) => one?.payloadType ?? []));
    this.#transport?.agree({ remote: said.remote, isMuxed, payloadTypes, keys, from: this.#at });
    this.#events.onOpen(said.receives);
  }

  #next(origin: PhoneTerms['origin']): void {
    const { id, version } = this.#origin;
    this.#origin = origin ?? { id, version: version + 1 };
  }

  #write(
    codecs: Parameters<typeof writePhone>[0]['codecs'],
    { protocol, keys, isMuxed }: Pick<Offered, 'protocol' | 'keys' | 'isMuxed'>,
    known: PhoneDescription | undefined,
    way?: PhoneDescription,
  ): string {
    if (this.#transport === undefined) throw new Error('used before it was opened');
    const { local } = this.#transport;
    const [family, sections] = [this.#family, known?.sections];
    return writePhone({ local, family, origin: this.#origin, codecs, protocol, keys, isMuxed, way, sections });
  }
}

function newKeys(): readonly TaggedKey[] {
  return offeredSuites.flatMap((name, n) =>
    suites.filter((suite) => suite.name === name).map((suite) => ({ tag: n + 1, key: newKey(suite) })),
  );
}

/** @throws NegotiationError where keys are answered that were not offered */
function taken({ keys }: Offered, { security }: PhoneDescription): Agreed['keys'] {
  if (security === undefined || keys.length === 0) return undefined;
  const ours = keys.find(({ tag, key }) => tag === security.tag && key.suite === security.remote.suite);
  if (ours === undefined) throw new NegotiationError('keys that were not offered');
  return { tag: ours.tag, local: ours.key, remote: security.remote };
}
