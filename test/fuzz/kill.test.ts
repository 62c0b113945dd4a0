import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CallView, HistoryEntry, ReplyOf } from '@offhook/core';
import { Chance } from '../sim/chance.ts';
import { ServerProcess } from '../support/server-process.ts';
import { answer, audio, claim, offer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000);
const rounds = process.env['OFFHOOK_NIGHTLY'] === undefined ? 4 : 60;
const pairs = 3;

/** What was acknowledged about one call. */
interface Promised {
  readonly call: string;
  readonly between: readonly [number, number];
  stage: 'ringing' | 'active' | 'ended';
  /** Asked for and not answered when the server died: it may have happened or not. */
  pending: 'ringing' | 'active' | 'ended' | undefined;
}

const order = ['ringing', 'active', 'ended'];

/** People call one another faster here than people do. */
function writeLimits(): string {
  const file = join(folder, 'offhook.json');
  const limits = { inviteBurst: 1e6, invitesPerMinute: 1e6, messageBurst: 1e6, messagesPerSecond: 1e6, claimBurst: 1e3 };
  writeFileSync(file, JSON.stringify({ limits: { ...limits, socketBurstPerAddress: 1e6, socketsPerAddressPerSecond: 1e6 } }));
  return file;
}

async function historyOf(wire: Wire): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let before: string | undefined = ''; before !== undefined;) {
    const { ok }: Message = await wire.request({ type: 'history', limit: 200, ...(before !== '' && { before }) });
    const page = ok as unknown as ReplyOf<'history'>;
    entries.push(...page.entries);
    before = page.next;
  }
  return entries;
}

/**
 * Pairs of people call each other, each call through all its stages, as fast as the server answers. At a random moment the server is
 * killed. What it had acknowledged is there after the restart; what it had not may be there or not, but nothing in between.
 */
test(`SIGKILL at random moments loses nothing that was acknowledged (seed ${seed})`, { timeout: 30_000 * rounds }, async () => {
  const chance = new Chance(seed);
  const dataDir = join(folder, 'data');
  const flags = ['--data-dir', dataDir, '--config', writeLimits()];
  let server = await ServerProcess.start([...flags, '--port', '0']);
  const people: Identity[] = [];
  for (let n = 0; n < 2 * pairs; n += 1) people.push(await claim(server.port, `Person ${n}`));
  const promised: Promised[] = [];
  let calls = 0;
  let ended = 0;

  async function talk(from: number, to: number, wires: readonly SignedIn[]): Promise<void> {
    const [caller, callee] = [wires[from], wires[to]];
    const address = people[to]?.user.address;
    if (caller === undefined || callee === undefined) throw new Error('nobody there');
    for (;;) {
      calls += 1;
      const call = `call-${String(seed)}-${String(calls).padStart(12, '0')}`;
      const promise: Promised = { call, between: [from, to], stage: 'ringing', pending: 'ringing' };
      promised.push(promise);
      const step = async (
        wire: SignedIn,
        stage: Promised['stage'],
        message: Readonly<Record<string, unknown>>,
      ): Promise<void> => {
        promise.pending = stage;
        const { error } = await wire.request({ ...message, call });
        if (error !== undefined) throw new Error(`${String(message['type'])}: ${error.code}`);
        promise.stage = stage;
        promise.pending = undefined;
      };
      await step(caller, 'ringing', { type: 'invite', to: address, media: audio, offer });
      await callee.take((event) => event.type === 'incoming');
      if (chance.is(0.8)) await step(callee, 'active', { type: 'accept', epoch: 1, answer });
      if (chance.is(0.9)) await step(chance.pick([caller, callee]), 'ended', { type: 'hangup' });
      else return;
    }
  }

  for (let round = 0; round < rounds; round += 1) {
    const wires = await Promise.all(people.map((identity) => Wire.signIn(server.port, identity)));
    const talks = Array.from({ length: pairs }, (_, n) =>
      talk(2 * n, 2 * n + 1, wires).catch((error: unknown) => String(error)),
    );
    await new Promise((resolve) => setTimeout(resolve, chance.between(50, 750)));
    await server.kill();
    for (const result of await Promise.all(talks)) if (result !== undefined) expect(result).toMatch(/closed with 1006/);

    server = await ServerProcess.start([...flags, '--port', '0']);
    const views = new Map<number, CallView[]>();
    const histories = new Map<number, HistoryEntry[]>();
    for (const [n, identity] of people.entries()) {
      const wire = await Wire.signIn(server.port, identity);
      views.set(n, wire.welcome.calls);
      histories.set(n, await historyOf(wire));
      wire.socket.terminate();
    }
    for (const promise of promised.splice(0)) {
      const where = `round ${round}, seed ${seed}: ${JSON.stringify(promise)}`;
      const stages = promise.between.map((n) => {
        const live = views.get(n)?.find(({ call }) => call === promise.call);
        const over = histories.get(n)?.filter(({ call }) => call === promise.call) ?? [];
        expect(over.length, where).toBeLessThan(2);
        if (over.length === 1) {
          expect(live, where).toBeUndefined();
          return 'ended';
        }
        return live?.stage ?? 'unknown';
      });
      expect(stages[0], where).toBe(stages[1]);
      const [found = 'unknown'] = stages;
      const allowed: string[] = [promise.stage, promise.pending ?? promise.stage];
      if (promise.pending === 'ringing') allowed.push('unknown');
      expect(allowed, where).toContain(found);
      expect(order.indexOf(found), where).toBeGreaterThanOrEqual(
        promise.pending === 'ringing' ? -1 : order.indexOf(promise.stage),
      );
      if (found === 'ended') ended += 1;
    }
    // Calls that were left over would fill their people's lines.
    for (const [n, identity] of people.entries()) {
      const wire = await Wire.signIn(server.port, identity);
      for (const { call } of views.get(n) ?? []) await wire.request({ type: 'hangup', call });
      await wire.request({ type: 'bye' });
    }
  }
  await server.stop();
  expect(ended).toBeGreaterThan(rounds);
});
