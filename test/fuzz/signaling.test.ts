/** Drives the real server over real sockets with right, wrong, repeated, reordered and broken messages, and looks at everything it says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import { Chance } from '../sim/chance.ts';
import { ephemeralSamples, requestSamples } from '../support/samples.ts';
import { ServerProcess } from '../support/server-process.ts';
import { addDevice, claim } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';
import { anything, damage, mutate } from './mutate.ts';
import type { Json } from './mutate.ts';
import { Player } from './player.ts';
import type { Law } from './player.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const forMs = nightly ? 600_000 : 18_000;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);
const names = ['Anna', 'Bo', 'Cleo', 'Dora'];
const stepsPerRound = 200;
/** What the server's memory may grow by: bounded buffers of all tabs, and what V8 leaves to be collected. */
const growthBytes = 250 * 1024 * 1024;

/** How often what is done, as weights. */
const doings = {
  ask: 40,
  hint: 8,
  ephemeral: 14,
  application: 6,
  mutated: 30,
  repeated: 8,
  late: 8,
  anything: 6,
  damaged: 6,
  binary: 1,
  huge: 0.3,
  burst: 0.5,
  dropAndResume: 4,
  reload: 2,
  wrongHello: 1,
  bye: 0.7,
  http: 2,
} as const;
type Doing = keyof typeof doings;

test(`the server holds to the protocol whatever is said to it (seed ${seed})`, { timeout: forMs + 90_000 }, async () => {
  const chance = new Chance(seed);
  const folder = mkdtempSync(join(tmpdir(), 'offhook-fuzz-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // With the limits as they are most of it would be refused unread; every fourth seed leaves them.
  const limits = seed % 4 === 0 ? { ...defaults.limits } : { ...defaults.limits, messageBurst: 1e6, messagesPerSecond: 1e6 };
  const config = join(folder, 'offhook.json');
  const open = { inviteBurst: 1e6, socketsPerAddressPerSecond: 1e6, socketBurstPerAddress: 1e6, claimBurst: 1e6 };
  writeFileSync(config, JSON.stringify({ limits: { ...limits, ...open } }));
  const server = await ServerProcess.start(['--port', '0', '--data-dir', join(folder, 'data'), '--config', config]);
  onTestFinished(() => server.kill());

  const broken: string[] = [];
  const parties = new Map<string, Set<string>>();
  const heard: { user: string; call: string; what: string }[] = [];
  const law: Law = {
    broken: (rule, detail) => broken.push(`${rule}: ${JSON.stringify(detail)?.slice(0, 500)}`),
    heard: (one) => heard.push(one),
    invited(user, message, ok) {
      const own = parties.get(String(message['call'])) ?? new Set();
      for (const address of [user, String(message['to'])]) own.add(address);
      parties.set(String(message['call']), own);
      const merged = ok['merged'] as { call: string } | undefined;
      if (merged !== undefined) parties.get(merged.call)?.forEach((address) => own.add(address));
    },
  };
  const players = await enroll(server.port, law);
  const calls: string[] = [];
  const said: Json[] = [];
  const held: Json[] = [];
  const done = new Map<Doing, number>();
  const before = await metric(server.port, 'resident_memory_bytes');

  const until = Date.now() + forMs;
  for (let round = 0; Date.now() < until && broken.length === 0; round += 1) {
    for (let step = 0; step < stepsPerRound; step += 1) await act();
    await Promise.all(players.map((player) => player.settle(20_000)));
    for (const { user, call, what } of heard.splice(0)) {
      const own = parties.get(call);
      // An invite whose answer was lost with its socket is not known here.
      if (own !== undefined && !own.has(user))
        broken.push(`nobody hears of a call that is not theirs: ${user} ${what} ${call}`);
    }
    for (const player of players) if (!player.isOpen) await player.open();
  }

  const received = players.reduce((sum, player) => sum + player.received, 0);
  console.log(`seed ${seed}: ${received} messages came back; ${JSON.stringify(Object.fromEntries(done))}`);
  expect(broken, `seed ${seed}`).toEqual([]);
  expect(
    server.log.filter(({ level }) => level === 'error'),
    `seed ${seed}`,
  ).toEqual([]);
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  expect((await metric(server.port, 'resident_memory_bytes')) - before).toBeLessThan(growthBytes);
  expect(await server.stop()).toBe('0');

  async function act(): Promise<void> {
    const player = chance.pick(players);
    if (!player.isOpen) await player.open(player.resume === undefined ? {} : { resume: player.resume });
    const doing = chance.weighted(doings);
    done.set(doing, (done.get(doing) ?? 0) + 1);
    const say = (message: Json): void => {
      said.push(message);
      if (said.length > 500) said.shift();
      player.say(message);
    };
    switch (doing) {
      case 'ask':
        return say(request());
      case 'hint':
        return say({ ...request(), type: chance.pick(['accept', 'hangup', 'reject', 'update']) });
      case 'ephemeral':
        return say(ephemeral());
      case 'application':
        return say(application());
      case 'mutated':
        return say(mutate(chance.pick([request(), request(), ephemeral(), application()]), chance));
      case 'repeated':
        if (said.length > 0) player.say(chance.pick(said));
        return;
      case 'late':
        // Held back, to be said after others, by somebody else perhaps.
        if (held.length < 10) held.push(request());
        else say(held.splice(chance.between(0, held.length - 1), 1)[0] ?? null);
        return;
      case 'anything':
        return say(anything(chance));
      case 'damaged':
        return player.raw(damage(JSON.stringify(request()), chance));
      case 'binary':
        return player.binary(Buffer.from(JSON.stringify(request())));
      case 'huge':
        return player.raw(
          `{"type":"acme.huge","to":{"everyone":true},"data":"${'x'.repeat(chance.between(60_000, 200_000))}"}`,
        );
      case 'burst':
        for (let n = 0; n < 300; n += 1) player.say({ type: 'ping' });
        return;
      case 'dropAndResume': {
        const { resume, seq } = player;
        player.drop();
        const wrongSeq = chance.is(0.2);
        if (wrongSeq) player.forget();
        const said = wrongSeq ? chance.between(0, 1_000) : seq;
        await player.open({
          ...(resume !== undefined && { resume }),
          ...(said !== undefined && { seq: said }),
          calls: calls.slice(-5),
        });
        return;
      }
      case 'reload': {
        const { resume } = player;
        player.drop();
        player.forget();
        await player.open({ ...(resume !== undefined && { resume }), calls: calls.slice(-5) });
        return;
      }
      case 'wrongHello': {
        const { resume } = player;
        player.drop();
        player.forget();
        const wrong = [
          { token: 'wrong' },
          { token: 7 },
          { version: 2 },
          { resume: 'x.y' },
          { seq: -1 },
          { calls: [7] },
          { id: '' },
        ];
        const welcome = await player.open(chance.pick<Readonly<Record<string, unknown>>>(wrong));
        if (!welcome || resume === undefined) player.resume = undefined;
        return;
      }
      case 'bye':
        return player.say({ id: newId(), type: 'bye' });
      case 'http':
        await http();
    }
  }

  function newId(): string {
    return chance.token(72);
  }

  function aCall(): string {
    if (calls.length === 0 || chance.is(0.2)) calls.push(chance.token(128));
    if (calls.length > 40) calls.shift();
    return chance.pick(calls);
  }

  function request(): { readonly [key: string]: Json } {
    const samples = requestSamples(aCall());
    const sample = samples[chance.pick(Object.keys(samples) as (keyof typeof samples)[])];
    const own = sample as unknown as { readonly [key: string]: Json };
    return {
      id: newId(),
      ...own,
      ...('to' in own && { to: chance.pick([...names.map((name) => name.toLowerCase()), 'nobody']) }),
      ...('epoch' in own && { epoch: chance.between(1, 3) }),
      ...(own['type'] === 'rename' && { name: `${chance.pick(names)}${chance.pick(['', ' X', '\u202e'])}` }),
    };
  }

  function ephemeral(): Json {
    const samples = ephemeralSamples(aCall());
    return samples[chance.pick(Object.keys(samples) as (keyof typeof samples)[])] as unknown as Json;
  }

  function application(): Json {
    const user = chance.pick([...names.map((name) => name.toLowerCase()), 'nobody']);
    const to = chance.pick<Json>([{ user }, { user, device: 'x' }, { everyone: true }]);
    return { type: chance.pick(['acme.a', 'acme.b.c']), to, data: anything(chance) };
  }

  async function http(): Promise<void> {
    const path = chance.pick([
      '/v1/open/claim',
      '/v1/open/join',
      '/v1/open/link',
      '/v1/ws',
      '/',
      '/%00',
      '/metrics',
      '/readyz',
    ]);
    const method = chance.pick(['GET', 'POST', 'PUT', 'OPTIONS', 'DELETE']);
    const body =
      method === 'GET' ? {} : { body: chance.is(0.5) ? JSON.stringify(anything(chance)) : damage('{"name":"Anna"}', chance) };
    const headers = { 'content-type': chance.pick(['application/json', 'text/plain', 'x']), authorization: 'Bearer x' };
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers, ...body });
    await response.arrayBuffer();
    // 503: the web phone is not built here.
    if (response.status >= 500 && response.status !== 503) broken.push(`HTTP ${method} ${path}: ${response.status}`);
  }
});

async function enroll(port: number, law: Law): Promise<Player[]> {
  const players: Player[] = [];
  for (const name of names) {
    const first = await claim(port, name);
    const devices: Identity[] = [first, await addDevice(port, first, 'Second')];
    for (const device of [...devices, first]) {
      const player = new Player(device, port, law);
      await player.open();
      players.push(player);
    }
  }
  return players;
}

async function metric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^offhook_${name} (.*)$`, 'm').exec(text)?.[1]);
}
