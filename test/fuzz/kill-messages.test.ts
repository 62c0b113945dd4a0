import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MessageEntry } from '@offhook/core';
import { Chance } from '../sim/chance.ts';
import { ServerProcess } from '../support/server-process.ts';
import { claim, Wire } from '../support/wire.ts';
import type { Identity, SignedIn } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-kill-messages-'));
afterAll(() => rmSync(folder, { recursive: true }));
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000);
const rounds = process.env['OFFHOOK_NIGHTLY'] === undefined ? 4 : 60;
const people = 4;

/** What one person has said under one id, and what the server has acknowledged of it. */
interface Promised {
  readonly author: number;
  readonly where: string;
  readonly entry: string;
  text: string;
  position: number | undefined;
  /** Asked for and not answered when the server died. */
  pending: string | undefined;
}

function settings(): string {
  const file = join(folder, 'offhook.json');
  const limits = { saysPerSecond: 1e6, sayBurst: 1e6, messageBurst: 1e6, messagesPerSecond: 1e6, claimBurst: 1e3 };
  writeFileSync(file, JSON.stringify({ limits: { ...limits, socketBurstPerAddress: 1e6, socketsPerAddressPerSecond: 1e6 } }));
  return file;
}

async function allEntries(wire: Wire, where: string): Promise<MessageEntry[]> {
  const entries: MessageEntry[] = [];
  for (;;) {
    const query = { type: 'entries', in: { conversation: where }, after: entries.length, limit: 100 };
    const { ok } = await wire.request(query);
    const page = (ok?.['entries'] ?? []) as MessageEntry[];
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

/**
 * People write, edit and repeat what was not answered, as fast as the server goes. At a random moment the server is killed. What it
 * had acknowledged is there after the restart, once and in its place; positions have no gaps.
 */
test(
  `SIGKILL loses no message that was acknowledged, and doubles none (seed ${seed})`,
  { timeout: 30_000 * rounds },
  async () => {
    const chance = new Chance(seed);
    const flags = ['--data-dir', join(folder, 'data'), '--config', settings()];
    let server = await ServerProcess.start([...flags, '--port', '0']);
    const identities: Identity[] = [];
    for (let n = 0; n < people; n += 1) identities.push(await claim(server.port, `Person ${n}`));
    const promised: Promised[] = [];
    let count = 0;

    async function write(author: number, wire: SignedIn): Promise<void> {
      const say = async (message: Promised): Promise<void> => {
        message.pending = message.text;
        const { entry, where, text } = message;
        const { ok, error } = await wire.request({ type: 'say', in: { conversation: where }, entry, text });
        if (error !== undefined) throw new Error(error.code);
        message.position = (ok?.['entry'] as MessageEntry | undefined)?.position;
        message.pending = undefined;
      };
      // What the last server did not answer is said again.
      for (const message of promised) if (message.author === author && message.position === undefined) await say(message);
      for (;;) {
        count += 1;
        const other = (author + chance.between(1, people - 1)) % people;
        const [a, b] = author < other ? [author, other] : [other, author];
        const where = chance.is(0.3) ? 'everyone' : `person-${a}~person-${b}`;
        const entry = `entry-${seed}-${String(count).padStart(12, '0')}`;
        const message: Promised = { author, where, entry, text: `text ${count}`, position: undefined, pending: undefined };
        promised.push(message);
        await say(message);
        if (!chance.is(0.2)) continue;
        message.pending = `${message.text}, changed`;
        const { position } = message;
        await wire.request({ type: 'edit', in: { conversation: where }, position, text: message.pending });
        message.text = message.pending;
        message.pending = undefined;
      }
    }

    for (let round = 0; round < rounds; round += 1) {
      const wires = await Promise.all(identities.map((identity) => Wire.signIn(server.port, identity)));
      const writers = wires.map((wire, n) => write(n, wire).catch((error: unknown) => String(error)));
      await new Promise((resolve) => setTimeout(resolve, chance.between(50, 750)));
      await server.kill();
      for (const result of await Promise.all(writers)) expect(result).toMatch(/closed with 1006/);

      server = await ServerProcess.start([...flags, '--port', '0']);
      const places = new Map<string, MessageEntry[]>();
      for (const [n, identity] of identities.entries()) {
        const wire = await Wire.signIn(server.port, identity);
        for (const where of new Set(promised.flatMap((message) => (message.author === n ? message.where : [])))) {
          places.set(where, await allEntries(wire, where));
        }
        wire.socket.terminate();
      }
      for (const [where, entries] of places) {
        expect(
          entries.map(({ position }) => position),
          where,
        ).toEqual(entries.map((_, at) => at + 1));
        expect(new Set(entries.map(({ id }) => id)).size, where).toBe(entries.length);
      }
      for (const message of promised) {
        const found = places.get(message.where)?.find(({ id }) => id === message.entry);
        const what = `round ${round}, seed ${seed}: ${JSON.stringify(message)}`;
        if (message.position === undefined) {
          if (found !== undefined) expect(found.text, what).toBe(message.text);
          continue;
        }
        expect(found?.position, what).toBe(message.position);
        expect([message.text, message.pending ?? message.text], what).toContain(found?.text);
        message.text = found?.text ?? message.text;
        message.pending = undefined;
      }
    }
    await server.stop();
    expect(promised.filter(({ position }) => position !== undefined).length).toBeGreaterThan(10 * rounds);
  },
);
