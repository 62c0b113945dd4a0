/** What a world has for phones: their network, their sound, and what each life of the server has for them. */
import { secretOf } from '@offhook/sip';
import { Chance } from '../chance.ts';
import { DialIn } from '../../../packages/server/src/sip/dial-in.ts';
import { digestHash } from '../../../packages/server/src/sip/gate.ts';
import { SipAgent } from '../../../packages/server/src/sip/agent.ts';
import type { BlockBook } from '../../../packages/server/src/ports/people.ts';
import { SipRegistry } from '../../../packages/server/src/sip/registry.ts';
import type { RegistryDeps } from '../../../packages/server/src/sip/registry.ts';
import { sipRealm } from '../../../packages/server/src/ports/sip-phones.ts';
import { SipService } from '../../../packages/server/src/sip/service.ts';
import { UserCalls } from '../../../packages/server/src/sip/user-calls.ts';
import type { UserCallsDeps } from '../../../packages/server/src/sip/user-calls.ts';
import type { FakePeer } from '../peer.ts';
import type { User, World } from '../world.ts';
import { Bridges } from './bridges.ts';
import { DeskCall } from './desk-call.ts';
import { DeskPhone } from './desk-phone.ts';
import { SipNetwork, sipPort } from './network.ts';
import type { Host, Link } from './network.ts';
import { Sound } from './sound.ts';

const serverAt = '192.0.2.9';

export type LifeDeps = RegistryDeps &
  Pick<UserCallsDeps, 'bus' | 'switchboard' | 'clock' | 'log' | 'newId' | 'store'> & { readonly blocks: BlockBook };

/** SIP in one life of the server, as `line.ts` puts it together. */
export interface SipLife {
  readonly registry: SipRegistry;
  readonly calls: UserCalls;
  readonly agent: SipAgent;
  readonly bridges: Bridges;
  start(): Promise<void>;
  close(): Promise<void>;
}

export class Telephony {
  readonly phones: DeskPhone[] = [];
  readonly sound: Sound = new Sound();
  readonly network: SipNetwork;
  readonly #world: World;
  readonly #chance: Chance;
  /** Of the present life of the server. */
  life: SipLife | undefined;
  /** Told of calls that ring at a phone. */
  rings: (call: DeskCall) => void = () => undefined;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'telephony');
    this.network = new SipNetwork({
      chance: this.#chance,
      world: world.scope,
      seen: (from, to, what) => world.trace.add(from, to, what),
    });
  }

  /** `like`: with the login of this one. */
  addPhone(user: User, device: string, link: Partial<Link> = {}, like?: DeskPhone): DeskPhone {
    const { server, time, trace } = this.#world;
    const login = like?.login ?? `${user.address}-${device}`;
    const password = like?.password ?? this.#chance.token(96);
    const address = `192.0.2.${10 + this.phones.length}`;
    const secret = (algorithm: 'MD5' | 'SHA-256'): string => secretOf(digestHash, algorithm, login, sipRealm, password);
    const id = like?.device ?? `${user.address}-${device}`;
    const at = time.now;
    if (like === undefined)
      server.disk.apply([
        { type: 'device', device: { id, user: user.address, name: device, tokenDigest: '', createdAt: at, seenAt: at } },
        {
          type: 'sip_phone',
          phone: { device: id, login, secrets: { MD5: secret('MD5'), 'SHA-256': secret('SHA-256') }, createdAt: at },
        },
      ]);
    const phone = new DeskPhone(
      {
        time,
        chance: this.#chance,
        network: this.network,
        sound: this.sound,
        server: serverAt,
        told: (one, what) => trace.add(one.name, one.name, what),
        rings: (call) => this.rings(call),
      },
      { user: user.address, device: id, name: device, login, password, address },
      { isOnline: true, delay: [5, 40], loss: 0, duplicate: 0, ...link },
    );
    this.phones.push(phone);
    return phone;
  }

  /** SIP for a server that starts. */
  open(deps: LifeDeps): SipLife {
    const { bus, switchboard, clock, log, newId, store, blocks } = deps;
    const bridges = new Bridges(this.#world, this.sound);
    const registry = new SipRegistry(deps);
    registry.onNews(() => this.#world.laws.news());
    let isClosing = false;
    const host: Host = {
      name: 'server',
      address: serverAt,
      link: undefined,
      receive: (text, from) => {
        if (this.life === life && !isClosing && !registry.shuns(from)) agent.receive(text, from);
      },
    };
    const agent: SipAgent = new SipAgent({
      clock,
      random: () => this.#chance.token(96),
      fraction: () => this.#chance.fraction(),
      sentBy: () => ({ host: serverAt, port: sipPort }),
      send: (to, text) => this.network.send(host, to, text),
      serve: (...asked) => service.serve(...asked),
    });
    const calls = new UserCalls({
      agent,
      store,
      blocks,
      bus,
      switchboard,
      media: bridges,
      clock,
      log,
      newId,
      register: registry,
      domain: 'sim',
    });
    const phones = {
      dialled: () => Promise.resolve(undefined),
      comeIn: () => Promise.resolve(''),
      offer: () => Promise.resolve(''),
      answered: () => Promise.resolve(),
      leave: () => undefined,
      onLeft: () => undefined,
    };
    const dialIn = new DialIn({ log, clock, phones });
    const service = new SipService(agent, { log, dialIn, users: { register: registry, calls } });
    this.network.add(host);
    const life: SipLife = {
      registry,
      calls,
      agent,
      bridges,
      start: async () => {
        this.life = life;
        calls.start();
        await registry.start();
      },
      close: async () => {
        isClosing = true;
        const served = service.close();
        dialIn.close();
        calls.close();
        await served;
        agent.close();
        await registry.close();
        this.serverDown();
      },
    };
    return life;
  }

  /** Whether the server believes that somebody is reached by a phone; undefined: they talk at one that is not registered. */
  isHere(user: string): boolean | undefined {
    const theirs = this.phones.filter((phone) => phone.user === user);
    if (theirs.some(({ device }) => this.life?.registry.flows(device).length !== 0)) return true;
    return theirs.some(({ calls }) => calls.length > 0) ? undefined : false;
  }

  /** Which call at a phone a peer connection of the worker has its sound from. */
  soundOf(peer: FakePeer): DeskCall | undefined {
    const bridge = this.life?.bridges.open.find((one) => one.peer === peer);
    const from = bridge && this.sound.arriving(bridge);
    return from instanceof DeskCall ? from : undefined;
  }

  /** It ends with the server, and the worker with it. */
  serverDown(): void {
    this.life?.bridges.end();
    this.life = undefined;
  }
}
