/** A registry with its store, and phones that speak to it by real messages. */
import type { AddedPhone } from '@offhook/core';
import { DigestClient, fieldsOf, isRequest, parseMessage, Request, writeMessage } from '@offhook/sip';
import type { FieldValues, Remote, Response } from '@offhook/sip';
import { ManualClock } from '../engine/engine.fixture.ts';
import type { Log, Store } from '../ports.ts';
import type { SipPhoneNews } from '../ports/sip-phones.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { SystemRandom } from '../system/random.ts';
import { digestHash } from './gate.ts';
import { PhoneBook } from './phone-book.ts';
import { SipRegistry } from './registry.ts';

export const here: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };
const server = { host: 'sip.example.org', port: 5060, url: 'wss://sip.example.org/sip' };

export class Site {
  readonly clock = new ManualClock();
  readonly store: Store;
  readonly registry: SipRegistry;
  readonly book: PhoneBook;
  readonly news: string[] = [];
  readonly logged: string[] = [];
  readonly counts = new Map<string, number>();
  readonly disk: MemoryDisk;

  constructor(disk = new MemoryDisk(), fails = (): boolean => false) {
    this.disk = disk;
    this.store = new MemoryStore({ disk, fails });
    const say = (event: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void this.logged.push([event, ...Object.values(fields)].join(' '));
    const log: Log = { info: () => undefined, warn: say, error: say };
    const metrics = {
      count: (name: string) => void this.counts.set(name, (this.counts.get(name) ?? 0) + 1),
      observe: () => undefined,
      gauge: () => undefined,
      counter: () => undefined,
    };
    const [random, hash] = [new SystemRandom(), new SystemHash('key')];
    const deps = { store: this.store, clock: this.clock, log, metrics, random, hash };
    this.registry = new SipRegistry(deps);
    this.registry.onNews(({ phone, state }: SipPhoneNews) => this.news.push(`${phone.name} ${state}`));
    this.book = new PhoneBook({ ...deps, registry: this.registry, server: () => server });
  }

  /** Somebody's phone, as it stands there once its login was typed in. */
  async phone(user = 'anna', name = 'Desk', from: Remote = here): Promise<Phone> {
    return new Phone(this, await this.book.add(user, name), from);
  }

  /** The same data under a server that has started anew. */
  async restarted(): Promise<Site> {
    await this.registry.close();
    await this.store.close();
    const site = new Site(this.disk);
    await site.registry.start();
    return site;
  }
}

export class Phone {
  readonly login: string;
  readonly device: string;
  readonly #site: Site;
  readonly #password: string;
  readonly #from: Remote;
  #client: DigestClient;
  #cseq = 0;

  constructor(site: Site, { phone, password }: Pick<AddedPhone, 'phone' | 'password'>, from: Remote) {
    this.login = phone.login;
    this.device = phone.id;
    this.#site = site;
    this.#password = password;
    this.#from = from;
    this.#client = this.digest();
  }

  digest(username = this.login, password = this.#password): DigestClient {
    return new DigestClient({ hash: digestHash, random: () => 'a1b2c3d4', login: () => ({ username, password }) });
  }

  /** The other side starts anew, or the same phone speaks from elsewhere; its digest goes on. */
  at(site: Site, from: Remote = this.#from): Phone {
    const phone = { id: this.device, name: '', login: this.login, registered: false, createdAt: 0 };
    const same = new Phone(site, { phone, password: this.#password }, from);
    same.#client = this.#client;
    same.#cseq = this.#cseq;
    return same;
  }

  get contact(): string {
    return `<sip:${this.login}@${this.#from.address}:${this.#from.port}>`;
  }

  request(method = 'REGISTER', fields: FieldValues = {}, target = 'sip:sip.example.org'): Request {
    const aor = `<sip:${this.login}@sip.example.org>`;
    return new Request(
      method,
      target,
      fieldsOf({
        Via: `SIP/2.0/UDP ${this.#from.address};branch=z9hG4bK${++this.#cseq}`,
        'Max-Forwards': 70,
        From: `${aor};tag=1`,
        To: aor,
        'Call-ID': 'call@phone',
        CSeq: `${this.#cseq} ${method}`,
        ...fields,
      }),
    );
  }

  /** As it passes the wire. */
  async send(request: Request): Promise<Response> {
    const read = parseMessage(writeMessage(request));
    if (!isRequest(read)) throw new Error('not a request');
    const response = await this.#site.registry.serve(read, this.#from);
    const answered = parseMessage(writeMessage(response));
    if (isRequest(answered)) throw new Error('not a response');
    return answered;
  }

  /** Until it is answered otherwise than by the question who it is. */
  async register(fields: FieldValues = { Contact: this.contact, Expires: 600 }, client = this.#client): Promise<Response> {
    const request = this.request('REGISTER', fields);
    client.authorize(request);
    const response = await this.send(request);
    return response.status === 401 && client.learn(request, response) ? this.register(fields, client) : response;
  }
}
