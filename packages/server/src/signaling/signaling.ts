/**
 * Signalling: what sockets say, checked, limited and handed to whom it concerns.
 *
 *      hello ────────────► hello.ts        signs in or resumes
 *      acme.cursor ──────► application.ts  forwarded as it is
 *      ringing, media … ─► the engine      no reply
 *      invite, say …    ─► requests.ts     one reply, once stored
 */
import { leftCode, serverLimits, unreachable } from '@offhook/core';
import { ephemerals, requests } from '@offhook/core/protocol';
import type { Address, ApplicationDelivery, DeviceId, ErrorCode, Ephemeral, Ice, RequestOf } from '@offhook/core';
import type { SignOutReason } from '../ports/accounts.ts';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { Conversations } from '../ports/conversations.ts';
import { areApart } from '../ports/people.ts';
import type { BlockBook, BlockLists } from '../ports/people.ts';
import type { Meetings } from '../ports/meetings.ts';
import type { Here } from '../ports/people-control.ts';
import type { Sessions } from '../ports/sessions.ts';
import { StoreError } from '../ports.ts';
import type {
  Authenticator,
  Bus,
  Clock,
  Denial,
  Hash,
  Log,
  Metrics,
  Pass,
  Random,
  Store,
  StoredUser,
  Switchboard,
} from '../ports.ts';
import { Announcer } from './announcer.ts';
import { forward, read, reopen, send } from './application.ts';
import type { Application } from './application.ts';
import type { Connection } from './connection.ts';
import { Devices } from './devices.ts';
import { Everyone } from './everyone.ts';
import { Expiry } from './expiry.ts';
import { hangUp } from './hang-up.ts';
import { greet } from './hello.ts';
import { Hub, Occupant } from './hub.ts';
import { Link } from './link.ts';
import { maySend, mayTalkIn } from './permission.ts';
import { Presence } from './presence.ts';
import type { PushSubscriptions } from '../ports/push.ts';
import type { SipPhones } from '../ports/sip-phones.ts';
import type { VoicemailBox } from '../ports/voicemail.ts';
import { rename } from './rename.ts';
import { replyText } from './replies.ts';
import { Requests } from './requests.ts';
import { Rounds } from './rounds.ts';
import type { Socket } from './socket.ts';

export interface SignalingDeps {
  readonly authenticator: Authenticator;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly switchboard: Switchboard;
  readonly conversations: Conversations;
  readonly sessions: Sessions;
  readonly meetings: Meetings;
  readonly blocks: BlockBook;
  /** Absent: nothing is pushed to devices that have no page open. */
  readonly push?: PushSubscriptions | undefined;
  /** Absent: nobody can leave a message. */
  readonly voicemail?: VoicemailBox | undefined;
  /** Absent: the server takes no SIP phones. */
  readonly sipPhones?: SipPhones | undefined;
  /** A telephone number as people dial it; absent, or undefined: none is reached. */
  readonly dialled?: ((text: string) => string | undefined) | undefined;
  /** The contents of these are no longer wanted by anybody. */
  readonly forgetFiles: (files: readonly string[]) => void;
  /** ICE servers for this user. */
  readonly ice: (user: Address) => Ice;
  readonly messageRate: Rate;
  readonly inviteRate: Rate;
}

/** With which browsers close the socket of a page that leaves (RFC 6455 §7.4.1). */
const goingAway = 1001;
/** How often the drain looks whether everything was answered. */
const drainPollMs = 20;

export class Signaling implements Here {
  readonly #deps: SignalingDeps;
  readonly #hub: Hub;
  readonly #presence: Presence;
  readonly #devices: Devices;
  readonly #requests: Requests;
  readonly #everyone: Everyone;
  readonly #rounds: Rounds;
  /** Messages by user, over all connections that there are and were. */
  readonly #messages: Buckets;
  readonly #announcer: Announcer;
  readonly #expiry: Expiry;
  #isDraining = false;
  /** Messages received, for metrics. */
  #received = 0;

  constructor(deps: SignalingDeps) {
    this.#deps = deps;
    this.#expiry = new Expiry(deps.clock);
    this.#hub = new Hub({ ...deps, forgotten: (connection) => this.#forgotten(connection) });
    this.#presence = new Presence({ ...deps, hub: this.#hub });
    this.#devices = new Devices({ ...deps, hub: this.#hub });
    this.#requests = new Requests({
      ...deps,
      hub: this.#hub,
      presence: this.#presence,
      devices: this.#devices,
      expiry: this.#expiry,
    });
    deps.blocks.onChange((changed) => this.#blocksChanged(changed));
    this.#everyone = new Everyone(this.#hub, deps.clock);
    this.#rounds = new Rounds(deps.clock, this.#hub);
    const { perSecond, burst } = deps.messageRate;
    this.#messages = new Buckets({
      perSecond: perSecond * serverLimits.messagesPerUser,
      burst: burst * serverLimits.messagesPerUser,
    });
    this.#announcer = new Announcer({ ...deps, hub: this.#hub });
    deps.metrics.gauge('sockets', () => this.#rounds.size);
    deps.metrics.gauge('users_here', () => this.#hub.size);
    deps.metrics.gauge('connections_detached', () => this.#hub.detached);
    deps.metrics.counter('messages_received', () => this.#received);
  }

  /** A socket has opened. */
  open(socket: Socket): Link {
    const link = new Link(socket, this.#deps.clock.now());
    this.#rounds.add(link);
    if (this.#isDraining) link.close('draining');
    return link;
  }

  /** It has closed, or failed. `code`: with which the other end closed it (RFC 6455 §7.4). */
  closed(link: Link, code?: number): void {
    link.isClosed = true;
    this.#rounds.remove(link);
    if (this.#isDraining) return;
    this.#hub.detach(link, code === leftCode || code === goingAway ? 'left' : 'away');
    if (link.connection !== undefined) this.#devices.seen(link.connection);
  }

  /** It has answered a ping. */
  pong(link: Link): void {
    link.heardAt = this.#deps.clock.now();
    if (link.connection?.link === link) link.connection.ponged();
  }

  /** It has said something. */
  message(link: Link, text: string): void {
    if (link.isClosed) return;
    const now = this.#deps.clock.now();
    link.heardAt = now;
    this.#received += 1;
    if (link.isGreeting) return link.hold(text);
    const { connection } = link;
    if (connection === undefined) return this.#first(link, parse(text));
    if (!this.#mayGoOn(link, connection, now)) return this.#fail(link, parse(text), 'rate_limited');
    const application = reopen(connection.envelope, text);
    if (application !== undefined) this.#forward(link, connection, application, now);
    else this.#next(link, connection, text, now);
  }

  /** A message in a binary frame. */
  binary(link: Link): void {
    if (link.isClosed) return;
    if (link.connection === undefined) return link.close('hello_expected');
    if (this.#mayGoOn(link, link.connection, this.#deps.clock.now()))
      link.error('bad_message', undefined, 'Messages are text, not binary.');
  }

  /** Tells everybody to go elsewhere, waits until what was asked is answered, at most so long, and closes all links. */
  async drain(forMs: number): Promise<void> {
    const until = this.#deps.clock.now() + forMs;
    this.#isDraining = true;
    for (const link of this.#rounds.links()) link.notice({ type: 'draining' });
    while (this.#requests.inFlight > 0 && this.#deps.clock.now() < until) {
      await new Promise<void>((resolve) => this.#deps.clock.schedule(drainPollMs, resolve));
    }
    this.#presence.close();
    this.#everyone.close();
    this.#announcer.close();
    this.#rounds.close();
    for (const link of this.#rounds.links()) link.close('draining');
  }

  /** Ends at once, with their calls, the connections whose pass fits. `because`: what they are told before. */
  async signOut(
    fits: (pass: Pass) => boolean,
    why: 'token_revoked' | 'signed_out' = 'token_revoked',
    because?: SignOutReason,
  ): Promise<void> {
    this.#hub.signOuts += 1;
    const ended = [...this.#hub.occupants()].flatMap(({ connections }) => connections.filter(({ pass }) => fits(pass)));
    for (const { link } of ended) {
      if (because !== undefined) link?.error(because);
      link?.close(why);
    }
    await Promise.all(ended.map((connection) => hangUp(this.#deps.switchboard, connection)));
    for (const connection of ended) this.#hub.forget(connection);
  }

  async rename(user: StoredUser, name: string): Promise<ErrorCode | undefined> {
    const occupant = this.#hub.occupant(user.address) ?? new Occupant(user);
    const renamed = await rename({ ...this.#deps, presence: this.#presence }, occupant, name, '');
    return typeof renamed === 'string' ? renamed : undefined;
  }

  async removeDevice(user: Address, device: DeviceId): Promise<ErrorCode | undefined> {
    const outcome = await this.#devices.remove(user, device);
    if ('error' in outcome) return outcome.error;
    this.#devices.close(user, device);
    return undefined;
  }

  signal({ user, device }: Parameters<Here['signal']>[0], message: ApplicationDelivery): boolean {
    const occupant = this.#hub.occupant(user);
    if (occupant === undefined || areApart(occupant.blocks, message.from.user)) return false;
    return send(occupant, device, undefined, JSON.stringify(message));
  }

  #blocksChanged(changed: ReadonlyMap<Address, BlockLists>): void {
    for (const [user, lists] of changed) {
      const occupant = this.#hub.occupant(user);
      if (occupant !== undefined) occupant.blocks = lists;
      this.#deps.switchboard.blocks(user, lists.blocked);
    }
    for (const one of changed.keys()) for (const other of changed.keys()) this.#presence.changedFor(one, other);
  }

  #forgotten(connection: Connection): void {
    this.#presence.forget(connection);
    this.#expiry.forget(connection);
  }

  #first(link: Link, message: Parsed | undefined): void {
    const hello = requests.hello.safeParse(message);
    if (!hello.success) {
      const isHello = message?.type === 'hello';
      this.#fail(link, message, isHello ? 'bad_message' : 'hello_expected', isHello ? where(hello.error) : undefined);
      return link.close(isHello ? 'bad_message' : 'hello_expected');
    }
    link.greet();
    void this.#greet(link, hello.data);
  }

  async #greet(link: Link, hello: RequestOf<'hello'>): Promise<void> {
    try {
      const held = await greet({ ...this.#deps, hub: this.#hub, presence: this.#presence, expiry: this.#expiry }, link, hello);
      if ('error' in held) return this.#turnAway(link, hello, held);
      this.#rounds.signedIn(link);
      if (link.connection !== undefined) this.#devices.seen(link.connection);
      for (const text of held) this.message(link, text);
    } catch (error) {
      this.#deps.log.error('hello', { error: String(error) });
      this.#turnAway(link, hello, { error: error instanceof StoreError ? 'store_failed' : 'internal' });
    }
  }

  #turnAway(link: Link, hello: RequestOf<'hello'>, { error, detail }: Denial): void {
    link.send(replyText(hello.id, { error }, detail));
    link.close(error);
  }

  /** Counts a message. False when it is one too many; a connection that does not slow down after that is let go. */
  #mayGoOn(link: Link, connection: Connection, now: number, cost = 1): boolean {
    const { messageRate } = this.#deps;
    const left = connection.spend(messageRate, now, cost);
    if (left <= -messageRate.burst) link.close('rate_limited');
    return left >= 0 && this.#messages.take(connection.occupant.user.address, now, cost);
  }

  #next(link: Link, connection: Connection, text: string, now: number): void {
    const message = parse(text);
    if (message === undefined) return link.error('bad_message', undefined, 'A message is one JSON object.');
    const { type } = message;
    if (typeof type !== 'string') return this.#fail(link, message, 'bad_message', 'type: a message has one');
    if (type.includes('.')) return this.#application(link, connection, type, message, text, now);
    if (Object.hasOwn(ephemerals, type)) return this.#ephemeral(link, connection, type as keyof typeof ephemerals, message);
    if (!Object.hasOwn(requests, type)) return this.#fail(link, message, 'unknown_type');
    const request = requests[type as keyof typeof requests].safeParse(message);
    if (!request.success) return this.#fail(link, message, 'bad_message', where(request.error));
    if (request.data.type === 'hello') return this.#fail(link, message, 'hello_expected');
    if (request.data.seq !== undefined) connection.seen(request.data.seq);
    if (this.#isDraining) return this.#fail(link, message, 'draining');
    this.#requests.handle(link, connection, request.data);
  }

  #application(link: Link, connection: Connection, type: string, message: Parsed, text: string, now: number): void {
    const application = read(connection, type, message, text);
    if ('error' in application) this.#fail(link, message, application.error, application.detail);
    else this.#forward(link, connection, application, now);
  }

  #forward(link: Link, connection: Connection, application: Application, now: number): void {
    const { type, to, text } = application;
    if (!maySend(connection.pass.grants, to)) return link.error('destination_refused', type);
    const reachesNobody = (): void => link.error('not_delivered', type);
    if (to.everyone !== true) {
      if (typeof to.user === 'string' && areApart(connection.occupant.blocks, to.user)) return reachesNobody();
      if (!forward(this.#hub, connection, application)) reachesNobody();
      return;
    }
    const cost = Math.min(
      this.#hub.size / serverLimits.receiversPerMessage,
      this.#deps.messageRate.burst * serverLimits.everyoneShare,
    );
    const isTold = this.#mayGoOn(link, connection, now, cost) && this.#everyone.tell(connection, text, reachesNobody);
    if (!isTold) link.error('rate_limited', type);
  }

  #ephemeral(link: Link, connection: Connection, type: keyof typeof ephemerals, message: Parsed): void {
    const parsed = ephemerals[type].safeParse(message);
    if (!parsed.success) return this.#fail(link, message, 'bad_message', where(parsed.error));
    const ephemeral: Ephemeral = parsed.data;
    if (ephemeral.seq !== undefined) connection.seen(ephemeral.seq);
    switch (ephemeral.type) {
      case 'ping':
        return link.notice({ type: 'pong' });
      case 'ringing':
      case 'candidates':
      case 'media':
      case 'quality':
        return this.#deps.switchboard.ephemeral(connection.from, ephemeral);
      case 'session_look':
      case 'session_data':
        return this.#deps.sessions.ephemeral(connection.from, ephemeral);
      case 'activity':
        return this.#hub.activity(connection, ephemeral.active);
      case 'typing':
        if (mayTalkIn(connection.pass.grants, ephemeral.in)) this.#deps.conversations.typing(connection.from, ephemeral);
        return;
      default:
        return unreachable(ephemeral);
    }
  }

  /** Requests that can be told apart get the error as their answer, everything else as a notice. */
  #fail(link: Link, message: Parsed | undefined, code: ErrorCode, detail?: string): void {
    const { id, type } = message ?? {};
    const answerable = typeof id === 'string' && id !== '' && id.length <= serverLimits.idLength;
    const isRequest = typeof type === 'string' && !type.includes('.') && !Object.hasOwn(ephemerals, type);
    if (answerable && isRequest) link.send(replyText(id, { error: code }, detail));
    else link.error(code, nameable(type), detail);
  }
}

/** A type as it may be repeated in an error. */
function nameable(type: unknown): string | undefined {
  return typeof type === 'string' && type.length <= serverLimits.typeLength ? type : undefined;
}

interface Parsed {
  readonly id?: unknown;
  readonly type?: unknown;
}

/** The object that a text stands for. */
function parse(text: string): Parsed | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The path of the first field that is wrong, and why. */
function where(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = error.issues;
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`.slice(0, 256);
}
