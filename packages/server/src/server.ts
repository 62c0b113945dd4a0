/**
 * The only wiring: what the server is made of and in which order it comes up and goes down. `main.ts` gives it the settings;
 * tests and benchmarks start it in their own process.
 */
import type { Address, Ice } from '@offhook/core';
import { mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { OpenAccounts } from './accounts/open.ts';
import { openRoutes } from './accounts/routes.ts';
import { LocalBus } from './bus/local.ts';
import { isLoopback } from './config.ts';
import type { Config } from './config.ts';
import { Engine } from './engine/engine.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { isHostAllowed, isOriginAllowed, networkAddress } from './http/where.ts';
import type { OriginOptions } from './http/where.ts';
import { iceServers } from './ice/servers.ts';
import { createLog } from './log.ts';
import { Registry } from './metrics.ts';
import type { Log, Store } from './ports.ts';
import { Signaling } from './signaling/signaling.ts';
import { WebSockets } from './signaling/websockets.ts';
import { openSqliteStore } from './store/sqlite/store.ts';
import { SystemClock } from './system/clock.ts';
import { SystemHash } from './system/hash.ts';
import { SystemRandom } from './system/random.ts';

export interface RunningServer {
  readonly port: number;
  readonly store: Store;
  /** Tells everybody to go, answers what was asked, stores everything and closes. Takes at most ten seconds. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly log?: Log;
  /** A file that exists while the web phone is being built. */
  readonly phoneBuilding?: string | undefined;
}

/** How long what was asked may take to be answered while the server goes down. */
const drainMs = 5_000;
/** How long sockets may take to close after that. */
const closeMs = 2_500;

export async function createServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel, 'json', process.stdout);
  const clock = new SystemClock();
  const random = new SystemRandom();
  const metrics = new Registry();

  const store = await openSqliteStore({ path: databaseIn(config.dataDir) });
  const hash = new SystemHash(await store.secret('signing', () => random.token(256)));
  const bus = new LocalBus(log);
  const engine = new Engine({ store, bus, clock, log, outbox: config.webhookUrl !== undefined });
  await engine.start();
  metrics.gauge('calls', () => engine.liveCalls);

  const { limits } = config;
  const ice = (user: Address): Ice =>
    iceServers(
      { urls: config.iceServers, turnSecret: config.turnSecret, turnTtlMs: config.turnTtl * 1000 },
      { clock, hash },
      user,
    );
  const signaling = new Signaling({
    store,
    bus,
    clock,
    random,
    hash,
    log,
    metrics,
    ice,
    switchboard: engine,
    messageRate: { perSecond: limits.messagesPerSecond, burst: limits.messageBurst },
    inviteRate: { perSecond: limits.invitesPerMinute / 60, burst: limits.inviteBurst },
  });

  const where: OriginOptions = {
    origins: config.origins,
    proxies: config.trustProxy,
    onlyLocalNames: isLoopback(config.host) && !config.open && !config.lan,
  };
  const from = (request: IncomingMessage): string => networkAddress(request, config.trustProxy);
  let isStopping = false;
  const app = await createApp({
    log,
    where,
    tls: undefined,
    phone: config.phoneDir === undefined ? undefined : { dir: config.phoneDir, building: options.phoneBuilding },
    routes: (routes) => {
      openRoutes(routes, {
        accounts: new OpenAccounts({ store, clock, random, hash }),
        clock,
        rate: { perSecond: limits.claimsPerMinute / 60, burst: limits.claimBurst },
        networkAddress: from,
      });
    },
    unready: async () => (isStopping ? 'draining' : undefined),
    metrics: () => metrics.toString(),
  });
  const sockets = new WebSockets({
    signaling,
    clock,
    refusal: (request) =>
      isHostAllowed(request, where) ? (isOriginAllowed(request, where) ? undefined : 'origin_refused') : 'forbidden',
    networkAddress: from,
    socketsPerAddress: limits.socketsPerAddress,
    socketRate: { perSecond: limits.socketsPerAddressPerSecond, burst: limits.socketBurstPerAddress },
  });
  app.server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const listening = await listen({ server: app.server, addresses: addressesOf(config), port: config.port, isTls: false });

  return {
    port: listening.port,
    store,
    async stop() {
      isStopping = true;
      await signaling.drain(drainMs);
      await listening.stop(closeMs);
      await app.close();
      await engine.close();
      await bus.close();
      await store.close();
    },
  };
}

/** Nobody but the owner may read what is kept. */
function databaseIn(dataDir: string): string {
  if (dataDir === ':memory:') return dataDir;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return join(dataDir, 'offhook.db');
}

function addressesOf({ host, lan }: Config): string[] {
  if (lan) return ['::', '0.0.0.0'];
  return host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}
