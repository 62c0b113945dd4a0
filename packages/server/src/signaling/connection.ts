import type { Address, DeviceId, From, Instant, PersonPresence } from '@offhook/core';
import { Bucket } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { Pass } from '../ports.ts';
import { Answers } from './answers.ts';
import type { Envelope } from './application.ts';
import { Backlog } from './backlog.ts';
import type { Link } from './link.ts';
import type { Occupant } from './hub.ts';

/** Whom an application message comes from; as it stands, its receiver may answer to it. */
export interface Stamp {
  readonly user: Address;
  readonly device: DeviceId;
}

/**
 * The logical connection of one tab. It keeps its id, its numbered events and its sides of calls over the loss of a socket. Most
 * connections only wait, so whatever an idle one does not need is made at first use.
 */
export class Connection {
  readonly id: string;
  readonly occupant: Occupant;
  readonly device: DeviceId;
  deviceName: string;
  /** When its device was last seen, as far as that is stored. */
  seenAt: Instant;
  /** What it may do, and for how long. */
  pass: Pass;
  link: Link | undefined = undefined;
  /** When the last link was lost. */
  detachedAt: Instant = 0;
  /** Whether it has asked about conversations: it is told of them from then on. */
  followsConversations = false;
  /** Whom it watches. */
  watching: ReadonlySet<Address> | undefined = undefined;
  /** Changes of presence which were not sent yet. */
  pending: Map<Address, PersonPresence> | undefined = undefined;
  /** Nobody has used the device for a while, as the page says. */
  isIdle = false;
  /** What its application messages begin with. */
  envelope: Envelope | undefined = undefined;
  #seq = 0;
  /** The last number before the ping that is on its way. */
  #pinged = 0;
  #backlog: Backlog | undefined = undefined;
  #answers: Answers | undefined = undefined;
  #bucket: Bucket | undefined = undefined;
  #stamp: Stamp | undefined = undefined;
  #from: From | undefined = undefined;

  constructor(id: string, occupant: Occupant, pass: Pass) {
    this.id = id;
    this.occupant = occupant;
    this.device = pass.device.id;
    this.deviceName = pass.device.name;
    this.pass = pass;
    this.seenAt = pass.device.seenAt;
  }

  /** Who speaks here, for the engine. */
  get from(): From {
    const { address, name } = this.occupant.user;
    if (this.#from?.person.name !== name || this.#from.deviceName !== this.deviceName)
      this.#from = { person: { address, name }, device: this.device, deviceName: this.deviceName, connection: this.id };
    return this.#from;
  }

  get stamp(): Stamp {
    this.#stamp ??= { user: this.occupant.user.address, device: this.device };
    return this.#stamp;
  }

  get answers(): Answers {
    this.#answers ??= new Answers();
    return this.#answers;
  }

  /** Numbers an event (the JSON of an object with at least one member), keeps it for a resume, and sends it. */
  event(json: string): void {
    this.#seq += 1;
    this.#backlog ??= new Backlog();
    this.#backlog.add(this.#seq, json);
    this.send(...numbered(this.#seq, json));
  }

  /** False when nobody is there to hear it. */
  send(...pieces: readonly string[]): boolean {
    return this.link !== undefined && !this.link.isGreeting && this.link.send(...pieces);
  }

  /** The number of the newest event. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** The page has seen the events up to this one. */
  seen(seq: number): void {
    this.#backlog?.trim(seq);
    if (this.#backlog?.isEmpty === true) this.#backlog = undefined;
  }

  ping(): void {
    this.#pinged = this.#seq;
    this.link?.ping();
  }

  /** A WebSocket keeps the order: what was sent before the ping has arrived. */
  ponged(): void {
    this.seen(this.#pinged);
  }

  /** What a page that has seen the events up to `seq` has missed; undefined when that is no longer known. */
  missed(seq: number): string[] | undefined {
    if (seq === this.#seq) return [];
    return this.#backlog?.after(seq, this.#seq)?.map((event) => numbered(event.seq, event.json).join(''));
  }

  /**
   * The page begins anew and will be told the full state: what was kept for the old one is void. Numbers go on, leaving one out
   * after the last that the page has seen: should the full state be lost on its way, it must not look as if nothing was missed.
   */
  restart(seen: number | undefined): void {
    this.#seq = Math.max(this.#seq, seen === undefined ? 0 : seen + 1);
    this.#pinged = 0;
    this.#backlog = undefined;
    this.#answers = undefined;
    this.pending = undefined;
    this.isIdle = false;
    this.followsConversations = false;
  }

  /** What remains in the bucket of messages after one that counts as `cost`. */
  spend(rate: Rate, now: Instant, cost: number): number {
    this.#bucket ??= new Bucket(rate, now);
    return this.#bucket.take(rate, now, cost);
  }
}

/** An event with its number, in pieces: its JSON is not copied, as others get it, too. */
function numbered(seq: number, json: string): [string, string] {
  return [`{"seq":${seq},`, json.slice(1)];
}
