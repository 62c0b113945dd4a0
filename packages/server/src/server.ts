/**
 * The only wiring: what the server is made of and in which order it comes up and goes down. `main.ts` gives it the settings;
 * tests and benchmarks start it in their own process.
 */
import { serverLimits, sessionLimits } from '@offhook/core';
import type { Address, Ice } from '@offhook/core';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { forgettingGuests } from './accounts/forgetting.ts';
import { KeyError } from './accounts/keys.ts';
import { createSignIn, signInOptions } from './accounts/sign-in.ts';
import type { SignIn } from './accounts/sign-in.ts';
import { allRoutes } from './api/all.ts';
import { EventFeed } from './api/feed.ts';
import { addApiRoutes } from './api/routes.ts';
import { dialling, openDoor, openPost } from './meetings/open.ts';
import { linkRoutes } from './meetings/routes.ts';
import { LocalBus } from './bus/local.ts';
import { isLoopback, isOpen } from './config-access.ts';
import { portsOf } from './config.ts';
import type { Config } from './config.ts';
import { ConversationDesk } from './conversations/conversations.ts';
import { openDataDir } from './data-dir.ts';
import { openFiles } from './files/open.ts';
import { fileRoutes } from './files/routes.ts';
import { BucketError } from './files/s3.ts';
import { Uploads } from './files/uploads.ts';
import { EchoLine } from './echo/line.ts';
import { openVoicemail } from './voicemail/open.ts';
import { AnsweringDesk } from './engine/answering.ts';
import { Engine } from './engine/engine.ts';
import { MeetingDesk } from './engine/meetings.ts';
import { NumberBook } from './numbers/book.ts';
import { PhoneDesk } from './engine/phone-desk.ts';
import { ring } from './engine/ring.ts';
import { SessionDesk } from './engine/sessions.ts';
import { Blocks } from './people/blocks.ts';
import { createApp } from './http/app.ts';
import { ownCertificate } from './http/certificate.ts';
import type { Certificate } from './http/certificate.ts';
import { listen, ListenError } from './http/listen.ts';
import { addressesOf, ownNames, urlsOf } from './http/network.ts';
import { clientOf, networkAddress, pagesAllowed, refusalAt } from './http/where.ts';
import type { OriginOptions } from './http/where.ts';
import { iceServers } from './ice/servers.ts';
import { createLog } from './log.ts';
import { HoldMusicError, openMedia } from './media/open.ts';
import { counted, observeProcess, Registry } from './metrics.ts';
import { StoreError } from './ports.ts';
import type { MeetingDoor } from './ports/meeting-phones.ts';
import { newPin } from './ports/pin.ts';
import { readApiKey } from './ports/api-keys.ts';
import { SocketGate } from './ports/socket-gate.ts';
import type { Log, Store } from './ports.ts';
import { openPrompts, PromptsError } from './prompts/open.ts';
import { openPush, pushOptions } from './push/open.ts';
import { pushRoutes } from './push/routes.ts';
import { DiskRecordings } from './recordings/disk.ts';
import { Signaling } from './signaling/signaling.ts';
import { WebSockets } from './signaling/websockets.ts';
import { SipError } from './sip/errors.ts';
import { measureSip, openSip, outsideOf } from './sip/line.ts';
import type { SipLine } from './sip/line.ts';
import { openPhones } from './sip/open-phones.ts';
import { holdFolder } from './store/sqlite/lock.ts';
import { storeProbe } from './store/probe.ts';
import { openSqliteStore } from './store/sqlite/store.ts';
import { SystemClock } from './system/clock.ts';
import { SystemHash } from './system/hash.ts';
import { SystemRandom } from './system/random.ts';
import { version } from './version.ts';
import { openWebhooks } from './webhooks/open.ts';

export interface RunningServer {
  readonly port: number;
  /** Where browsers reach it, the likeliest first. */
  readonly urls: readonly string[];
  /** Of the certificate that the server made itself, if it did. */
  readonly fingerprint: string | undefined;
  readonly store: Store;
  /** Everybody may take a name. */
  readonly isOpen: boolean;
  readonly revoke: SignIn['revoke'];
  /** The link by which the first administrator comes, while there is none. */
  readonly firstInvite: string | undefined;
  /** Tells everybody to go, answers what was asked, stores everything and closes. Takes at most ten seconds. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly log?: Log;
  /** A file that exists while the web phone is being built. */
  readonly phoneBuilding?: string | undefined;
}

/** Thrown with one sentence for people when something that the server needs is not to be had. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Errors that say to people what to do. */
const sentences = [ListenError, StoreError, KeyError, BucketError, SipError, HoldMusicError, PromptsError];
/** How much longer than they should the last sockets are waited for. */
const marginMs = 500;

export async function createServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  // Closed in reverse, at the end or as soon as something is not to be had.
  const opened = new AsyncDisposableStack();
  try {
    return await open(config, options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error instanceof Error && sentences.some((kind) => error instanceof kind)
      ? new StartError(error.message, { cause: error })
      : error;
  }
}

async function open(config: Config, options: ServerOptions, opened: AsyncDisposableStack): Promise<RunningServer> {
  const metrics = new Registry();
  const log = counted(options.log ?? createLog(config.logLevel, 'json', process.stdout), metrics);
  const clock = new SystemClock();
  const random = new SystemRandom();
  observeProcess(metrics);

  const folder = openDataDir(config.dataDir);
  if (folder !== undefined) opened.defer(holdFolder(folder));
  // One for all that speaks TLS here, with all names.
  const makeCertificate = (): Promise<Certificate> =>
    ownCertificate(folder, [...ownNames(), ...config.mediaAddresses], new Date());
  const certificate = config.lan ? await makeCertificate() : undefined;
  const store = await openSqliteStore({ path: folder === undefined ? ':memory:' : join(folder, 'offhook.db') });
  opened.defer(() => store.close());
  const hash = new SystemHash(await store.secret('signing', () => random.token(256)));
  const bus = new LocalBus(log);
  opened.defer(() => bus.close());
  const { limits, voicemail: standard } = config;
  const files = await openFiles(config, folder);
  const uploads = new Uploads({ store, files, clock, hash, log, bytesPerUser: limits.fileBytesPerUser });
  opened.defer(() => uploads.close());
  const blocks = new Blocks(store);
  const forgetFiles = (gone: readonly string[]): void =>
    void Promise.all(gone.map((file) => files.remove(file))).catch((error: unknown) =>
      log.warn('files', { error: String(error) }),
    );
  const conversations = new ConversationDesk({
    store,
    bus,
    blocks,
    clock,
    log,
    sayRate: { perSecond: limits.saysPerSecond, burst: limits.sayBurst },
    searchRate: { perSecond: limits.searchesPerSecond, burst: limits.searchBurst },
    link: (file) => uploads.link(file),
    forget: forgetFiles,
  });

  const webhooks = await openWebhooks(config, { store, clock, random, log, metrics });
  opened.defer(() => webhooks.close());

  const outbox = config.webhookUrl !== undefined || webhooks.size > 0 || config.apiKeys.length > 0;
  let publicUrl = config.publicUrl ?? '';
  const push = await openPush(pushOptions(config), {
    store,
    clock,
    hash,
    log,
    metrics,
    publicUrl: () => publicUrl,
    unpushed: (call, device) => engine.unpushed(call, device),
  });
  opened.defer(() => push.close());
  const engine: Engine = new Engine({
    store,
    blocks,
    push,
    commit: (writes) => conversations.commitCall(writes),
    bus,
    clock,
    log,
    newCallId: () => random.token(128),
    voicemail: () => voicemail && standard,
    outbox,
    outside: outsideOf(() => sip),
  });
  opened.defer(() => engine.close());
  await engine.start();
  await push.start();
  webhooks.start();
  opened.defer(forgettingGuests({ store, clock, log }));
  metrics.gauge('calls', () => engine.liveCalls);

  const signIn = await createSignIn(signInOptions(config, isOpen(config)), {
    store,
    bus,
    clock,
    random,
    hash,
    log,
    publicUrl: () => publicUrl,
    isMeeting: (id) => isMeeting(id),
    silence: (whom) => push.silence(whom),
    signOut: (fits, why, because) => signaling.signOut(fits, why, because),
  });

  const media = await openMedia(config, portsOf(config.rtpPorts), { log, metrics });
  opened.defer(async () => media?.stop());
  const { prompts } = opened.use(await openPrompts(config.prompts, folder));
  const rtp = config.rtpPorts === undefined ? undefined : media;
  const recordings = folder === undefined ? undefined : new DiskRecordings(resolve(folder, 'recordings'));
  const folderOf = recordings && ((recording: string): string => recordings.folder(recording));
  const newId = (): string => random.token(128);
  const shared = { store, bus, switchboard: engine, clock, log, newId, prompts, publicUrl: () => publicUrl };
  const sessions = new SessionDesk({ ...shared, hash, outbox, media, rtp, calls: media, meter: media, folderOf });
  opened.defer(() => sessions.close());
  const letters = await openPost({ url: config.smtpUrl, from: config.smtpFrom }, { store, clock, random, log, metrics, files });
  opened.defer(async () => letters?.close());
  const isMeeting = (id: string): boolean => meetings.meeting(id) !== undefined;
  const takesMessages = (): boolean => voicemail !== undefined;
  const numbers = new NumberBook({ store, clock, log, outbox, isMeeting, takesMessages });
  await numbers.start();
  const meetings: MeetingDesk = new MeetingDesk({
    ...shared,
    hash,
    sessions,
    talk: conversations,
    ring: (...whom) => ring(engine, random.token(128), ...whom),
    goOn: (...call) => engine.goOn(...call),
    dial: dialling(() => door),
    newPin: () => newPin(random),
    numbers: (meeting) => (door === undefined ? [] : numbers.into(meeting)),
    letters,
    outbox,
  });
  opened.defer(() => meetings.close());
  let door: MeetingDoor | undefined;
  await sessions.start();
  await meetings.start();
  letters?.post();
  metrics.gauge('sessions', () => sessions.live);
  metrics.gauge('meetings', () => meetings.standing);
  const answering = new AnsweringDesk({ bus, log, newId, engine, sessions: sessions.carried, media });
  const phones = new PhoneDesk({ store, hash, clock, sessions, rtp: sessions.rtp });
  const lines = media && openPhones(config, { store, clock, log, metrics, random, hash, outbox, pageUrl: () => publicUrl });
  opened.defer(async () => lines?.close());
  lines?.registry.onNews(({ phone }) => bus.publish(phone.user, { event: { type: 'devices' } }));
  const talking = { ...shared, media: media?.ivrs };
  const voicemail = await openVoicemail(folder, { ...talking, files, outbox, conversations, letters, push, standard });
  opened.defer(async () => voicemail?.close());
  door = await openDoor(media && lines && { ...shared, media: media.ivrs, phones: meetings.phones, answering });
  if (media !== undefined) await new EchoLine({ ...shared, media: media.echoes }).start();

  const iceOptions = { urls: config.iceServers, turnSecret: config.turnSecret, turnTtlMs: config.turnTtl * 1000 };
  const signaling = new Signaling({
    ...shared,
    authenticator: signIn.authenticator,
    random,
    hash,
    metrics,
    conversations,
    sessions,
    meetings,
    blocks,
    push: push.subscriptions,
    sipPhones: lines?.book,
    dialled: (text) => lines?.trunks.dialled(text),
    voicemail: voicemail?.desk,
    forgetFiles,
    ice: (user: Address): Ice => iceServers(iceOptions, { clock, hash }, user),
    messageRate: { perSecond: limits.messagesPerSecond, burst: limits.messageBurst },
    inviteRate: { perSecond: limits.invitesPerMinute / 60, burst: limits.inviteBurst },
  });

  const feed = new EventFeed({ store, clock, log });
  opened.defer(async () => feed.close());
  if (outbox) feed.start();

  const where: OriginOptions = {
    origins: config.origins,
    proxies: config.trustProxy,
    onlyLocalNames: isLoopback(config.host) && isOpen(config) && !config.open && !config.lan,
  };
  const from = (request: IncomingMessage): string => networkAddress(request, config.trustProxy);
  const gate = new SocketGate({
    clock,
    refusal: (request) => refusalAt(request, where),
    networkAddress: from,
    perAddress: limits.socketsPerAddress,
    rate: { perSecond: limits.socketsPerAddressPerSecond, burst: limits.socketBurstPerAddress },
  });
  let port = config.port;
  const bridging = media && { ...shared, media: media.bridges };
  const sip: SipLine | undefined = await openSip(config, {
    log,
    clock,
    random,
    phones,
    users: bridging && lines && { ...lines, ...bridging, ...voicemail?.phones, blocks, conversations, numbers, door, hash },
    ownCertificate: async () => certificate ?? (await makeCertificate()),
    web: { gate, port: () => port, client: (request) => clientOf(request, config.trustProxy) },
  });
  opened.defer(async () => sip?.close());
  await sip?.start();
  metrics.gauge('sip_phones', () => lines?.registry.size ?? 0);
  measureSip(metrics, sip);
  const trouble = storeProbe(store, folder, clock);
  let isStopping = false;
  const app = await createApp({
    log,
    where,
    tls: certificate,
    phone:
      config.phoneDir === undefined
        ? undefined
        : { dir: config.phoneDir, building: options.phoneBuilding, framedBy: pagesAllowed(where) },
    routes: (routes) => {
      signIn.addRoutes(routes, {
        clock,
        rate: { perSecond: limits.claimsPerMinute / 60, burst: limits.claimBurst },
        networkAddress: from,
      });
      fileRoutes(routes, { uploads, authenticator: signIn.authenticator, clock });
      const rate = { perSecond: limits.claimsPerMinute / 60, burst: limits.claimBurst };
      const about = {
        store,
        hash,
        random,
        clock,
        sessions,
        meetings,
        recordings,
        rtp: sessions.rtp,
        switchboard: engine,
        calls: engine.administration,
        answering,
        conversations,
        here: signaling,
        sipPhones: lines?.book,
        voicemail: voicemail?.desk,
        files,
        trunks: lines?.trunks.book,
        numbers,
        door,
        users: signIn.users,
        mint: signIn.mint,
      };
      const api = allRoutes({ ...about, feed, webhooks });
      addApiRoutes(routes, api, {
        keys: config.apiKeys.map(readApiKey),
        version: version(),
        hash,
        clock,
        rate: { perSecond: sessionLimits.apiRequestsPerSecond, burst: sessionLimits.apiRequestBurst },
        guessRate: rate,
        networkAddress: from,
      });
      linkRoutes(routes, { meetings, clock, rate, organizer: config.smtpFrom, networkAddress: from });
      pushRoutes(routes, { store, switchboard: engine, clock, hash, rate, networkAddress: from });
    },
    unready: async () => (isStopping ? 'draining' : trouble()),
    metrics: () => metrics.toString(),
  });
  opened.defer(() => app.close());
  const sockets = new WebSockets({ signaling, log, gate });
  app.server.on('upgrade', (request, socket, head) => {
    const isSip = sip !== undefined && request.url?.split('?')[0] === '/sip';
    (isSip ? sip : sockets).upgrade(request, socket, head);
  });

  const listening = await listen({
    server: app.server,
    addresses: addressesOf(config),
    port: config.port,
    isTls: certificate !== undefined,
    socketsPerAddress: config.trustProxy > 0 ? undefined : limits.socketsPerAddress,
  });
  ({ port } = listening);
  uploads.start();

  const urls = urlsOf(config, listening.port);
  publicUrl ||= urls[0] ?? '';
  const code = await signIn.firstInvite();
  return {
    port: listening.port,
    urls,
    fingerprint: certificate?.fingerprint,
    store,
    isOpen: isOpen(config),
    revoke: signIn.revoke,
    firstInvite: code === undefined ? undefined : `${publicUrl}/#invite=${code}`,
    async stop() {
      isStopping = true;
      feed.close();
      await signaling.drain(serverLimits.drainMs);
      await listening.stop(serverLimits.closeMs + marginMs);
      await opened.disposeAsync();
    },
  };
}
