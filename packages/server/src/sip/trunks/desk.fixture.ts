/** Trunks with their store, and what carriers send to them, by real messages. */
import type { OutgoingSetting, TrunkCreation } from '@offhook/core';
import { DigestClient, fieldsOf, isRequest, isSip, parseMessage, Request, writeMessage } from '@offhook/sip';
import type { FieldValues, Remote, Response } from '@offhook/sip';
import { ManualClock } from '../../engine/engine.fixture.ts';
import type { Log, Store } from '../../ports.ts';
import type { FromTrunk } from '../../ports/trunks.ts';
import { MemoryDisk } from '../../store/memory-disk.ts';
import { MemoryStore } from '../../store/memory.ts';
import { SystemHash } from '../../system/hash.ts';
import { SystemRandom } from '../../system/random.ts';
import { SipAgent } from '../agent.ts';
import { digestHash } from '../gate.ts';
import { SipRegistry } from '../registry.ts';
import { TrunkDesk } from './desk.ts';

export const carrier: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };
export const elsewhere: Remote = { transport: 'udp', address: '198.51.100.7', port: 5060 };

export class TrunkSite {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly disk: MemoryDisk;
  readonly registry: SipRegistry;
  readonly desk: TrunkDesk;
  readonly agent: SipAgent;
  /** What was sent, as `METHOD address`, with what the other end says to that; nothing: it cannot be reached. */
  readonly sent: string[] = [];
  answer: (request: Request, to: Remote) => Response | undefined = () => undefined;
  /** Names of which nobody can tell where they are. */
  readonly unknown: Set<string> = new Set();
  /** Of a name, where it has several. */
  readonly servers: Map<string, readonly string[]> = new Map();
  chance = 0;
  /** Errors, by their names. */
  readonly logged: string[] = [];

  private constructor(disk: MemoryDisk, clock: ManualClock) {
    this.disk = disk;
    this.clock = clock;
    this.store = new MemoryStore({ disk });
    const log: Log = { info: () => undefined, warn: () => undefined, error: (event) => void this.logged.push(event) };
    const metrics = { count: () => undefined, observe: () => undefined, gauge: () => undefined, counter: () => undefined };
    const deps = {
      log,
      metrics,
      store: this.store,
      clock: this.clock,
      random: new SystemRandom(),
      hash: new SystemHash('key'),
      outbox: true,
    };
    const random = (): string => deps.random.token(96);
    this.agent = new SipAgent({
      clock,
      random,
      sentBy: () => ({ host: '203.0.113.5', port: 5060 }),
      find: async (uri) => {
        if (!isSip(uri) || this.unknown.has(uri.host)) throw new Error('no such name');
        const hosts = this.servers.get(uri.host) ?? [uri.host];
        return hosts.map((address) => ({ transport: 'udp', address, port: uri.port ?? 5060 }));
      },
      send: (to, text, failed) => {
        const message = parseMessage(text);
        if (!isRequest(message)) return;
        const answer = this.answer(message, to);
        this.sent.push(`${message.method} ${to.address} ${answer?.status ?? 'lost'}`);
        if (answer === undefined) return failed();
        queueMicrotask(() => this.agent.receive(writeMessage(answer), to));
      },
      serve: () => undefined,
    });
    this.registry = new SipRegistry({ ...deps, trunk: (username) => this.desk.signedBy(username) });
    this.desk = new TrunkDesk({ ...deps, gate: this.registry.gate, country: 'DE', chance: () => this.chance });
  }

  /** `now`: when it is opened, of a clock of its own. */
  static async open(disk: MemoryDisk = new MemoryDisk(), now?: number): Promise<TrunkSite> {
    const clock = new ManualClock();
    await clock.advance((now ?? clock.now()) - clock.now());
    const site = new TrunkSite(disk, clock);
    await site.desk.start(site.agent);
    return site;
  }

  async trunk(creation: Partial<TrunkCreation> = {}): Promise<string> {
    return (
      await this.desk.book.create({ name: 'Carrier', host: 'sip.carrier.example', watchSeconds: 0, caps: {}, ...creation })
    ).trunk;
  }

  async allow(settings: OutgoingSetting = { rules: [{ prefix: '+', allow: true, international: true }] }): Promise<void> {
    await this.desk.book.setOutgoing({ userCaps: {}, ...settings });
  }

  /** What becomes of an INVITE: a call, the status of the refusal, nothing because it is not answered, or that it is of no trunk. */
  async incoming(request: Request, from: Remote = carrier): Promise<FromTrunk | number | 'silence' | 'no trunk'> {
    const heard = await this.desk.incoming(request, from);
    if (heard === undefined) return 'no trunk';
    return 'call' in heard ? heard.call : (heard.refused?.status ?? 'silence');
  }

  /** The INVITE again, with what the 401 asked for. The challenge is that of phones: nobody has said who is there. */
  async signed(username: string, password: string, from: Remote): Promise<Request> {
    const client = new DigestClient({
      hash: digestHash,
      random: () => 'c0ffee00c0ffee00',
      login: () => ({ username, password }),
    });
    const first = invite();
    const shown = await this.registry.authenticate(first, from);
    if ('refusal' in shown) client.learn(first, shown.refusal);
    const again = invite({ CSeq: '2 INVITE' });
    client.authorize(again);
    return again;
  }
}

/** As it arrives. */
export function invite(fields: FieldValues = {}, target = 'sip:+4930123450@offhook.example'): Request {
  const request = new Request(
    'INVITE',
    target,
    fieldsOf({
      Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asdhds',
      'Max-Forwards': 70,
      From: '"Bo" <sip:+4940654321@carrier.example>;tag=1',
      To: `<${target}>`,
      'Call-ID': 'one',
      CSeq: '1 INVITE',
      Contact: '<sip:192.0.2.1>',
      ...fields,
    }),
  );
  return parseMessage(writeMessage(request)) as Request;
}
