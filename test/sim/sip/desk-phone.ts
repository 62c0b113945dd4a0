/** A simulated desk phone: it registers by its login, rings, and does what its person does. It lives until it dies, and boots again. */
import { createHash } from 'node:crypto';
import {
  DigestClient,
  fieldsOf,
  isSip,
  nameAddr,
  Params,
  RegistrationClient,
  Request,
  responseTo,
  sipUri,
  writeNameAddr,
} from '@offhook/sip';
import type { Algorithm, RegistrationStep, Remote, TransactionId } from '@offhook/sip';
import type { Chance } from '../chance.ts';
import type { Scope, Time } from '../time.ts';
import { DeskCall } from './desk-call.ts';
import { sipPort } from './network.ts';
import type { Link, SipNetwork } from './network.ts';
import type { Sound } from './sound.ts';
import { Station } from './station.ts';

export interface DeskDeps {
  readonly time: Time;
  readonly chance: Chance;
  readonly network: SipNetwork;
  readonly sound: Sound;
  /** Where the server is reached. */
  readonly server: string;
  /** Told of what becomes of calls here. */
  readonly told: (phone: DeskPhone, what: string) => void;
  readonly rings: (call: DeskCall) => void;
}

export interface DeskLogin {
  readonly user: string;
  readonly device: string;
  /** What people call it. */
  readonly name: string;
  readonly login: string;
  readonly password: string;
  readonly address: string;
}

const names: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
/** Seconds that it registers for. */
const expires = 300;

export class DeskPhone {
  readonly name: string;
  readonly user: string;
  readonly device: string;
  readonly login: string;
  address: string;
  readonly domain = 'sim';
  readonly link: Link;
  readonly chance: Chance;
  readonly sound: Sound;
  readonly #deps: DeskDeps;
  /** As it was typed in. */
  password: string;
  #scope: Scope;
  #station: Station | undefined;
  #digest: DigestClient;
  #registration: RegistrationClient | undefined;
  #cancelRegistration: (() => void) | undefined;
  readonly #calls = new Set<DeskCall>();
  #ports = 4_000;
  /** When its network gave it another address last. */
  movedAt = 0;
  /** When it was switched on last. */
  onSince: number;

  constructor(deps: DeskDeps, { user, device, name, login, password, address }: DeskLogin, link: Link) {
    this.#deps = deps;
    this.name = `${user}/${name}`;
    this.user = user;
    this.device = device;
    this.login = login;
    this.password = password;
    this.address = address;
    this.link = link;
    this.chance = deps.chance;
    this.sound = deps.sound;
    this.#scope = deps.time.scope(this.name);
    this.#digest = this.#newDigest();
    this.onSince = deps.time.now;
  }

  get scope(): Scope {
    return this.#scope;
  }

  get station(): Station {
    if (this.#station === undefined) throw new Error(`${this.name} is off`);
    return this.#station;
  }

  get digest(): DigestClient {
    return this.#digest;
  }

  get isOn(): boolean {
    return this.#station !== undefined;
  }

  get isReachable(): boolean {
    return this.isOn && this.link.isOnline;
  }

  get isRegistered(): boolean {
    return this.#registration?.state === 'registered';
  }

  /** Transactions and dialogs that are open. */
  get open(): number {
    return this.#station?.open ?? 0;
  }

  get calls(): readonly DeskCall[] {
    return [...this.#calls];
  }

  /** Switches it on. It knows nothing of what was before. `registers`: as most do. */
  boot(registers = true): void {
    if (this.isOn) return;
    const { time, network, chance, told } = this.#deps;
    this.#scope = time.scope(this.name);
    this.#digest = this.#newDigest();
    this.onSince = time.now;
    this.#station = new Station({
      name: this.name,
      address: this.address,
      link: this.link,
      network,
      scope: this.#scope,
      random: () => chance.token(96),
      serve: (transaction, request) => this.#serve(transaction, request),
    });
    told(this, 'is switched on');
    if (registers) this.#begin();
  }

  /** A registration of where it is now. */
  #begin(): void {
    const { chance } = this.#deps;
    this.#registration = new RegistrationClient({
      user: sipUri(this.domain, { user: this.login }),
      registrar: sipUri(this.domain),
      contact: nameAddr(sipUri(this.address, { user: this.login, port: sipPort })),
      expires,
      callId: chance.token(96),
      fromTag: chance.token(48),
      digest: this.#digest,
      fraction: () => chance.fraction(),
    });
    this.#register(this.#registration.start());
  }

  /** Its power is cut: nobody hears a word. */
  die(): void {
    if (!this.isOn) return;
    this.#deps.told(this, 'dies');
    this.#scope.end();
    this.#station = undefined;
    this.#registration = undefined;
    for (const call of this.#calls) {
      call.state = 'over';
      this.sound.remove(call);
    }
    this.#calls.clear();
  }

  /** Its network gives it another address, which it tells those with whom it talks, and the registrar. */
  moveTo(address: string): void {
    if (!this.isOn) return;
    this.#deps.told(this, `moves to ${address}`);
    this.address = address;
    this.movedAt = this.#scope.now();
    this.station.moveTo(address);
    for (const call of this.#calls) call.moved();
    this.#begin();
  }

  /** Asks where it is registered: `told` of how many places. */
  query(told: (contacts: number) => void): void {
    const request = this.#registerless();
    this.#digest.authorize(request);
    this.station.ask(request, this.#server, (response) => {
      if (response !== 'nobody' && response.status === 200) told(response.contacts.length);
    });
  }

  /** Takes its registration back. */
  signOff(): void {
    if (this.#registration === undefined) return;
    this.#deps.told(this, 'signs off');
    this.#register(this.#registration.stop());
  }

  /** Registers, where it has not yet, or has taken that back. */
  signOn(): void {
    if (!this.isOn) return;
    if (this.#registration === undefined) this.#begin();
    else if (this.#registration.state === 'idle') this.#register(this.#registration.start());
  }

  /** `isLate`: it leaves the first word about sound to the other side. */
  call(to: string, isLate = false): DeskCall | undefined {
    if (!this.isOn) return undefined;
    this.#deps.told(this, `calls ${to}`);
    const call = this.#newCall(to, false);
    call.place(isLate);
    return call;
  }

  /** A call has another state. */
  news(call: DeskCall): void {
    this.#deps.told(this, call.state);
  }

  over(call: DeskCall): void {
    this.#calls.delete(call);
    this.#deps.told(this, `ended${call.refused === undefined ? '' : ` ${call.refused}`}`);
  }

  get #server(): Remote {
    return { transport: 'udp', address: this.#deps.server, port: sipPort };
  }

  #newCall(peer: string, isIncoming: boolean): DeskCall {
    this.#ports += 2;
    const call = new DeskCall(this, this.#ports, this.#server, peer, isIncoming);
    this.#calls.add(call);
    return call;
  }

  #serve(transaction: TransactionId, request: Request): void {
    if (request.method !== 'INVITE') {
      const status = request.method === 'OPTIONS' ? 200 : 405;
      return this.station.respond(transaction, responseTo(request, status, { toTag: this.station.random() }));
    }
    const { uri } = request.from;
    const call = this.#newCall(isSip(uri) ? (uri.user ?? '') : '', true);
    call.ring(transaction, request);
    this.#deps.told(this, 'ringing');
    this.#deps.rings(call);
  }

  /** A REGISTER that changes nothing (RFC 3261 §10.2.3). */
  #registerless(): Request {
    const { chance } = this.#deps;
    const user = sipUri(this.domain, { user: this.login });
    return new Request(
      'REGISTER',
      sipUri(this.domain),
      fieldsOf({
        'Max-Forwards': 70,
        From: writeNameAddr(nameAddr(user, { params: Params.of({ tag: chance.token(48) }) })),
        To: writeNameAddr(nameAddr(user)),
        'Call-ID': chance.token(96),
        CSeq: '1 REGISTER',
      }),
    );
  }

  #register({ send }: RegistrationStep): void {
    const registration = this.#registration;
    const { scope } = this;
    if (registration === undefined) return;
    if (send !== undefined)
      this.station.ask(send, this.#server, (response) => {
        const now = scope.now();
        if (response !== 'nobody' && response.status < 200) return;
        const step = response === 'nobody' ? registration.failed(now) : registration.heard(response, now);
        // There is one server.
        this.#register(step.elsewhere === true ? registration.gaveUp(now) : step);
      });
    this.#cancelRegistration?.();
    const at = registration.deadline;
    if (at === undefined) return;
    this.#cancelRegistration = scope.schedule(at - scope.now(), () => this.#register(registration.tick(scope.now())));
  }

  #newDigest(): DigestClient {
    return new DigestClient({
      hash: (algorithm, text) => createHash(names[algorithm]).update(Buffer.from(text, 'latin1')).digest('hex'),
      random: () => this.chance.token(96),
      login: () => ({ username: this.login, password: this.password }),
    });
  }
}
