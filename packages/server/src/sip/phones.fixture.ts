/** Phones of users on a wire that loses nothing, and the engine behind it; what is said on the wire is kept. */
import { nameAddr, parseMessage, Request, responseTo, sipUri } from '@offhook/sip';
import type { Binding, Remote, Response } from '@offhook/sip';
import { quiet, settled, World } from '../engine/engine.fixture.ts';
import type { BridgeEvent, BridgeMedia, BridgeSide, Meanwhile, PhoneTerms } from '../ports/bridge.ts';
import { MediaError } from '../ports/media.ts';
import type { SipPhone, SipPhoneNews } from '../ports/sip-phones.ts';
import type { WaitingMessages } from '../ports/waiting.ts';
import type { MemoryDisk } from '../store/memory-disk.ts';
import type { From } from '@offhook/core';
import { ConversationDesk } from '../conversations/conversations.ts';
import { Blocks } from '../people/blocks.ts';
import { Refusal } from '../ports.ts';
import type { Outcome } from '../ports.ts';
import { SystemHash } from '../system/hash.ts';
import { SipAgent } from './agent.ts';
import { DialIn } from './dial-in.ts';
import { looping } from './inside.ts';
import { NumberCalls } from './number-calls.ts';
import type { NumberCallsDeps } from './number-calls.ts';
import { OutsideCalls } from './outside-calls.ts';
import type { OutsideCallsDeps } from './outside-calls.ts';
import { SipService } from './service.ts';
import { PhoneTexts } from './texts.ts';
import { UserCalls } from './user-calls.ts';
import { MessageWaiting } from './waiting.ts';
import { Phone, serverAt } from './phone.fixture.ts';

/** The media worker, of which nothing is wanted here but what it was asked. */
class BridgeBook implements BridgeMedia {
  readonly asked: string[] = [];
  /** What was said of phones, each time. */
  readonly terms: PhoneTerms[] = [];
  /** What the browser is offered once the phone has described something anew. */
  leads: string | undefined;
  /** What it describes to browsers, in the place of a word for it. */
  described: string | undefined;
  /** Nobody can carry anything. */
  isGone = false;
  /** What begins like this cannot be taken. */
  refused: string | undefined;
  /** Happens while something is being accepted. */
  meanwhile: (() => void) | undefined;
  readonly #listeners: ((event: BridgeEvent) => void)[] = [];
  #bridge = '';
  readonly #known = new Set<string>();

  offer(bridge: string, side: BridgeSide, terms?: PhoneTerms): Promise<string> {
    if (terms !== undefined) this.terms.push(terms);
    return this.#note(bridge, `offer ${side}`, (side === 'browser' && this.described) || `offer to ${side}`);
  }
  answerOffer(bridge: string, side: BridgeSide, offer: string, terms?: PhoneTerms): Promise<string> {
    if (terms !== undefined) this.terms.push(terms);
    return this.#note(bridge, `answer ${side}`, (side === 'browser' && this.described) || `answer to ${side} ${offer.length}`);
  }
  async accept(bridge: string, side: BridgeSide, answer: string, isEarly = false): Promise<void> {
    await this.#note(bridge, `accept ${side} ${answer}${isEarly ? ' so far' : ''}`, '');
    this.meanwhile?.();
    for (let n = 0; n < 3 && this.meanwhile !== undefined; n++) await settled();
  }
  lead(): Promise<string | undefined> {
    return Promise.resolve(this.leads);
  }
  press(_bridge: string, side: BridgeSide, digit: string): void {
    this.asked.push(`press ${digit} for ${side}`);
  }
  playMeanwhile(_bridge: string, what: Meanwhile | undefined): void {
    this.asked.push(`play ${what ?? 'nothing'}`);
  }
  endBridge(): void {
    this.asked.push('end');
  }
  onBridge(listener: (event: BridgeEvent) => void): void {
    this.#listeners.push(listener);
  }
  /** Of the bridge that was spoken of last. */
  tell(
    event:
      | { type: 'media'; side: BridgeSide; state: 'connected' | 'disconnected' }
      | { type: 'digit'; side: BridgeSide; digit: string }
      | { type: 'lost' },
  ): void {
    for (const listener of this.#listeners) listener({ ...event, bridge: this.#bridge });
  }
  /** All of them, at once. */
  lose(): void {
    for (const bridge of this.#known) for (const listener of this.#listeners) listener({ type: 'lost', bridge });
  }
  #note(bridge: string, what: string, answer: string): Promise<string> {
    this.#bridge = bridge;
    this.#known.add(bridge);
    this.asked.push(what);
    if (this.refused !== undefined && what.startsWith(this.refused))
      return Promise.reject(new MediaError('bad_description', 'cannot be taken'));
    return this.isGone ? Promise.reject(new MediaError('unavailable', 'no worker')) : Promise.resolve(answer);
  }
}

export class PhoneWorld {
  readonly world: World;
  readonly media: BridgeBook = new BridgeBook();
  /** `from>to INVITE` and `from>to 180`, in order; ACK as well. */
  readonly said: string[] = [];
  readonly messages: (Request | Response)[] = [];
  /** Who is to go on in which meeting, from which call. */
  readonly followed: string[] = [];
  /** Nobody is let into it. */
  isShut = false;
  readonly calls: UserCalls;
  readonly conversations: ConversationDesk;
  readonly waiting: MessageWaiting;
  readonly agent: SipAgent;
  /** Messages that do not arrive, once each, by how they stand in `said`. */
  readonly lost: Set<string> = new Set();
  /** Addresses to which nothing can be sent, and those where nothing that is sent arrives. */
  readonly unreachable: Set<string> = new Set();
  readonly silent: Set<string> = new Set();
  readonly #agents = new Map<string, { readonly name: string; readonly agent: SipAgent }>();
  readonly #bindings = new Map<string, readonly Binding[]>();
  readonly #phones = new Map<string, SipPhone>();
  readonly #listeners: ((news: SipPhoneNews) => void)[] = [];
  #count = 0;

  /** Phones say that they understand what waits, without having asked. */
  understands = false;
  /** Given: the telephone network is reached by its trunks. */
  readonly outside: OutsideCalls | undefined;
  readonly numbers: NumberCalls | undefined;

  constructor(
    disk?: MemoryDisk,
    voicemail?: WaitingMessages,
    network?: Pick<OutsideCallsDeps, 'trunks'> & Pick<NumberCallsDeps, 'numbers' | 'toVoicemail'>,
  ) {
    this.world = new World(disk, undefined, {
      reach: async (...asked) => this.outside?.reach(...asked),
      inside: async (...asked) => this.numbers?.inside(...asked),
    });
    const { world } = this;
    const phones = {
      dialled: () => Promise.resolve(undefined),
      comeIn: () => Promise.resolve(''),
      offer: () => Promise.resolve(''),
      answered: () => Promise.resolve(),
      leave: () => undefined,
      onLeft: () => undefined,
    };
    const register = {
      serve: (request: Request) => Promise.resolve(responseTo(request, 403, { toTag: 'nobody' })),
      authenticate: (request: Request) => {
        const { uri } = request.from;
        const phone = this.#phones.get('user' in uri ? String(uri.user) : '');
        return Promise.resolve(phone === undefined ? { refusal: responseTo(request, 401, { toTag: 'nobody' }) } : { phone });
      },
      flows: (device: string) => this.#bindings.get(device) ?? [],
      onNews: (listener: (news: SipPhoneNews) => void) => void this.#listeners.push(listener),
      understands: () => this.understands,
    };
    const rate = { perSecond: 1e6, burst: 1e6 };
    this.conversations = new ConversationDesk({
      store: world.store,
      bus: world.bus,
      blocks: new Blocks(world.store),
      clock: world.clock,
      log: quiet,
      sayRate: rate,
      searchRate: rate,
      link: (file) => ({ url: file, ttlMs: 1 }),
      forget: () => undefined,
    });
    this.agent = this.#agent('server', serverAt, (...asked) => service.serve(...asked));
    const deps = {
      agent: this.agent,
      store: world.store,
      blocks: new Blocks(world.store),
      bus: world.bus,
      switchboard: world.engine,
      media: this.media,
      clock: world.clock,
      log: quiet,
      newId: () => `server-id-${String(++this.#count).padStart(6, '0')}`,
    };
    const dialled = network && ((text: string) => network.trunks.dialled(text));
    const door = {
      follow: (...asked: readonly string[]): Promise<void> => {
        this.followed.push(asked.join(' '));
        return this.isShut ? Promise.reject(new Refusal('forbidden')) : Promise.resolve();
      },
    };
    this.calls = new UserCalls({ ...deps, register, domain: 'offhook.example', dialled, door });
    this.outside = network && new OutsideCalls({ ...deps, ...network });
    this.numbers = network && this.outside && new NumberCalls({ ...deps, ...network, outside: this.outside });
    const outside = network && this.numbers && { trunks: network.trunks, calls: this.numbers };
    const texts = new PhoneTexts({
      agent: this.agent,
      store: world.store,
      bus: world.bus,
      conversations: this.conversations,
      clock: world.clock,
      hash: new SystemHash('key'),
      register,
      domain: 'offhook.example',
    });
    this.waiting = new MessageWaiting({
      agent: this.agent,
      store: world.store,
      bus: world.bus,
      clock: world.clock,
      log: quiet,
      register,
      domain: 'offhook.example',
      voicemail,
    });
    const dialIn = new DialIn({ log: quiet, clock: world.clock, phones });
    const service = new SipService(this.agent, {
      log: quiet,
      dialIn,
      users: { register, calls: this.calls, texts, waiting: this.waiting },
      outside,
    });
  }

  /** A phone of somebody, which registers unless said otherwise. */
  async phone(
    user: string,
    {
      isHere = true,
      at = `192.0.2.${10 + this.#agents.size}`,
      transport = 'udp',
    }: { readonly isHere?: boolean; readonly at?: string; readonly transport?: Remote['transport'] } = {},
  ): Promise<Phone> {
    const login = `${user}-desk`;
    const phone: SipPhone = { device: `${login}-1`, user, name: `${user}'s desk`, login };
    this.#phones.set(login, phone);
    const made = new Phone(login, (serve) => this.#agent(login, at, serve));
    if (isHere) {
      const flow: Remote = { transport, address: at, port: 5060 };
      const contact = nameAddr(sipUri(at, { user: login, port: 5060 }));
      const binding = { contact, flow, path: [], callId: login, cseq: 1, expiresAt: Infinity, changedAt: 0 };
      this.#bindings.set(phone.device, [binding]);
      this.#tell({ phone, state: 'here' });
    }
    await settled();
    return made;
  }

  /** It is registered, with no contact so far. */
  register(login: string): void {
    const phone = this.#phones.get(login)!;
    this.#bindings.set(phone.device, []);
    this.#tell({ phone, state: 'here' });
  }

  /** A further contact under its login: another device, or another flow to one (RFC 5626). It is the one that has registered last. */
  async contact(login: string, at: string, outbound?: { readonly instance: string; readonly flowId: number }): Promise<Phone> {
    const phone = this.#phones.get(login)!;
    const known = this.#bindings.get(phone.device)!;
    const made = new Phone(login, (serve) => this.#agent(at, at, serve));
    const flow: Remote = { transport: 'udp', address: at, port: 5060 };
    const contact = nameAddr(sipUri(at, { user: login, port: 5060 }));
    const common = { path: [], callId: login, cseq: 1, expiresAt: Infinity };
    this.#bindings.set(phone.device, [...known, { ...common, ...outbound, contact, flow, changedAt: known.length }]);
    this.#tell({ phone, state: 'more' });
    await settled();
    return made;
  }

  /** Of its contacts only the first so many are left; nobody is told. */
  keepContacts(login: string, count: number): void {
    const { device } = this.#phones.get(login)!;
    this.#bindings.set(device, this.#bindings.get(device)!.slice(0, count));
  }

  /** Its registration has run out, or its login is no longer. */
  async turn(login: string, state: 'away' | 'gone'): Promise<void> {
    const phone = this.#phones.get(login)!;
    this.#bindings.delete(phone.device);
    this.#tell({ phone, state });
    await settled();
  }

  #tell(news: SipPhoneNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  /** Somebody writes to somebody, in a page. */
  async write(
    from: From,
    user: string,
    text: string,
    id = `written-${String(++this.#count).padStart(12, '0')}`,
  ): Promise<Outcome> {
    const said = { type: 'say', id, in: { user }, entry: id, text } as const;
    const outcome = await new Promise<Outcome>((resolve) => this.conversations.request(from, said, resolve));
    await this.settle();
    return outcome;
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 5; n++) await settled();
  }

  #agent(name: string, at: string, serve: ConstructorParameters<typeof SipAgent>[0]['serve']): SipAgent {
    const source: Remote = { transport: 'udp', address: at, port: 5060 };
    const agent: SipAgent = new SipAgent({
      clock: this.world.clock,
      random: () => `${name}${++this.#count}`,
      sentBy: () => ({ host: at, port: 5060 }),
      send: looping(
        (to, text, failed) => {
          if (this.unreachable.has(to.address)) return failed();
          const other = this.#agents.get(to.address);
          const message = parseMessage(text);
          const line = `${name}>${other?.name ?? to.address} ${message instanceof Request ? message.method : message.status}`;
          this.said.push(line);
          this.messages.push(message);
          if (!this.lost.delete(line) && !this.silent.has(to.address)) queueMicrotask(() => other?.agent.receive(text, source));
        },
        (text, from) => agent.receive(text, from),
        (_from, receive) => receive(),
      ),
      serve,
    });
    this.#agents.set(at, { name, agent });
    return agent;
  }
}
