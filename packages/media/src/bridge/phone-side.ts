/** The phone's side of a bridge: its ports, and what was agreed on. */
import { isIPv6 } from 'node:net';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { UdpTransport } from '../transport/udp.ts';
import type { UdpDeps, UdpEvents, UdpOptions, UdpSection } from '../transport/udp.ts';
import { readPhone, writePhone } from './phone-description.ts';
import type { PhoneDescription } from './phone-description.ts';
import { described, keysFor, wayIn } from './sound.ts';
import type { Sound, Way } from './sound.ts';

/** Port of nobody (RFC 863). */
const discard = 9;

export class PhoneSide {
  readonly #options: UdpOptions;
  readonly #deps: UdpDeps;
  readonly #events: UdpEvents;
  readonly #opened: (isOpen: boolean) => void;
  #transport: UdpTransport | undefined;
  #family: UdpSection['family'] = 'IP4';
  /** Of the phone, where its sound is encrypted. */
  #key = '';
  #sound: Sound | undefined;
  #way: Way | undefined;
  #offered: readonly ForwardedCodec[] | undefined;
  #version = 0;
  #isClosed = false;
  /** An address of the phone: that its descriptions come from. */
  #at: string | undefined;

  /** `opened`: whether it is to be sent anything. */
  constructor(options: UdpOptions, deps: UdpDeps, events: UdpEvents, opened: (isOpen: boolean) => void) {
    this.#options = options;
    this.#deps = deps;
    this.#events = events;
    this.#opened = opened;
  }

  get sound(): Sound | undefined {
    return this.#sound;
  }

  get way(): Way | undefined {
    return this.#way;
  }

  /** `at`: an address of the phone, for which one of ours is chosen. @throws NoPortError */
  async offer(codecs: readonly ForwardedCodec[], at: string | undefined): Promise<string> {
    this.#at = at;
    this.#family = at !== undefined && isIPv6(at) ? 'IP6' : 'IP4';
    this.#transport ??= await this.#towards(at);
    this.#offered = codecs;
    return this.#write([...codecs, ...keysFor(codecs)]);
  }

  /** @throws NegotiationError, NoPortError; nothing has changed then */
  async answer(text: string, among: readonly ForwardedCodec[], at: string | undefined): Promise<string> {
    const said = readPhone(text);
    const way = wayIn(said.sound, among);
    const key = keyIn(said);
    // With other keys it is another one (RFC 4568 §7.1.4).
    if (this.#transport === undefined || said.family !== this.#family || key !== this.#key) {
      const before = this.#transport;
      this.#transport = await this.#open({ ...said, published: undefined });
      before?.close();
    }
    this.#at = at;
    this.#family = said.family;
    this.#key = key;
    this.#offered = undefined;
    this.#take(said, way);
    return this.#write(described(way), said);
  }

  /** @throws NegotiationError */
  accept(text: string): void {
    if (this.#offered === undefined) throw new NegotiationError('nothing was offered');
    const said = readPhone(text);
    const way = wayIn(said.sound, this.#offered);
    this.#offered = undefined;
    this.#take(said, way);
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
  async #towards(address: string | undefined): Promise<UdpTransport> {
    const rtp = address === undefined ? undefined : { address, port: discard };
    const security = undefined;
    const section = { family: this.#family, remote: { rtp, rtcp: undefined }, isMuxed: false, security, published: undefined };
    const transport = await this.#open(section);
    transport.agree({ rtp: undefined, rtcp: undefined }, new Set());
    return transport;
  }

  async #open(section: UdpSection): Promise<UdpTransport> {
    const transport: UdpTransport = await UdpTransport.open(this.#options, section, this.#deps, {
      onPacket: (bytes) => {
        if (this.#transport === transport) this.#events.onPacket(bytes);
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

  #take(said: PhoneDescription, way: Way): void {
    this.#sound = said.sound;
    this.#way = way;
    const { theirs, keys } = way;
    const payloadTypes = new Set([theirs.payloadType, ...(keys === undefined ? [] : [keys.payloadType])]);
    this.#transport?.agree(said.remote, payloadTypes, this.#at);
    this.#opened(said.receives);
  }

  #write(codecs: Parameters<typeof writePhone>[0]['codecs'], offered?: PhoneDescription): string {
    if (this.#transport === undefined) throw new Error('used before it was opened');
    return writePhone({ local: this.#transport.local, family: this.#family, version: ++this.#version, codecs, offered });
  }
}

function keyIn({ security }: PhoneDescription): string {
  if (security === undefined) return '';
  const { suite, key, salt } = security.remote;
  return `${suite.name} ${key.toString('base64')} ${salt.toString('base64')}`;
}
