/** What the server says to callers: files that were made of their texts, and those of the host in their place. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOggOpus } from '@offhook/media';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { decoded, hears, readPrompts } from '../support/spoken.ts';
import { tone } from '../support/tone-file.ts';
import type { PromptName } from '../../packages/server/src/ports/prompts.ts';
import { openPrompts, PromptsError } from '../../packages/server/src/prompts/open.ts';
import { promptTexts } from '../../packages/server/src/prompts/texts.ts';

const sounds = fileURLToPath(new URL('../../packages/server/src/prompts/sounds/', import.meta.url));
const names = Object.keys(promptTexts) as PromptName[];
const wav = tone(900, 1, { rate: 16_000, channels: 1 });

beforeAll(readPrompts);

describe('the prompts that come with the server', () => {
  it('were made of their texts, and are all that there is', () => {
    const script = fileURLToPath(new URL('../../scripts/prompts.ts', import.meta.url));
    expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
    expect(readdirSync(sounds).toSorted()).toEqual([...names.map((name) => `${name}.ogg`), 'made.json'].toSorted());
  });

  it('are small', () => {
    const bytes = names.map((name) => readFileSync(join(sounds, `${name}.ogg`)).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(300_000);
  });

  it.each(names)('%s is speech, as long as its text takes', async (name) => {
    const { packets = [], durationMs = 0 } = readOggOpus(readFileSync(join(sounds, `${name}.ogg`))) ?? {};
    const samples = await decoded(name);
    // Packets of 20 ms.
    expect(samples.length).toBe(packets.length * 960);
    const perCharacter = durationMs / promptTexts[name].length;
    expect(perCharacter).toBeGreaterThan(40);
    expect(perCharacter).toBeLessThan(100);
    const loud = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    expect(20 * Math.log10(loud)).toBeGreaterThan(-26);
    expect(20 * Math.log10(loud)).toBeLessThan(-18);
    // It says itself, and not what another one says. PIN and passcode are asked for in nearly the same words.
    expect(hears({ samples, rate: 48_000 }, name)).toBe(true);
    expect(hears({ samples, rate: 48_000 }, name.startsWith('meeting-p') ? 'voicemail-greeting' : 'meeting-pin')).toBe(false);
  });
});

describe('prompts of the host', () => {
  let [data, dir] = ['', ''];

  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-prompts-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    [data, dir] = [join(folder, 'data'), join(folder, 'own')];
    for (const one of [data, dir]) mkdirSync(one);
  });

  it.each([['kept with the data'], ['kept nowhere']])(
    'take the place of ours, which stay where there are none (%s)',
    async (where) => {
      writeFileSync(join(dir, 'meeting-pin.wav'), wav);
      writeFileSync(join(dir, 'LICENSE.txt'), 'who has spoken them');
      const own = await openPrompts(dir, where === 'kept nowhere' ? undefined : data);
      onTestFinished(() => own[Symbol.asyncDispose]());
      const pin = own.prompts('meeting-pin');
      const file = 'file' in pin ? pin.file : '';
      expect(file.startsWith(sounds)).toBe(false);
      expect(readOggOpus(readFileSync(file))?.durationMs).toBeCloseTo(1_000, -2);
      expect(own.prompts('meeting-full')).toEqual({ file: join(sounds, 'meeting-full.ogg') });
    },
  );

  it('are forgotten by a server that starts without them', async () => {
    writeFileSync(join(dir, 'meeting-pin.wav'), wav);
    await openPrompts(dir, data);
    expect(readdirSync(join(data, 'prompts'))).toEqual(['meeting-pin.ogg']);
    const { prompts } = await openPrompts(undefined, data);
    expect(readdirSync(data)).toEqual([]);
    expect(prompts('meeting-pin')).toEqual({ file: join(sounds, 'meeting-pin.ogg') });
  });

  it.each([
    ['is neither WAV nor Opus', 'meeting-pin.ogg', 'no sound at all'],
    ['is longer than a minute', 'meeting-pin.wav', tone(900, 61, { rate: 8_000, channels: 1 })],
    ['has the names voicemail-greeting, .*, not that of', 'meeting-pim.wav', wav],
  ])('are refused, with what is wrong: it %s', async (why, name, bytes) => {
    writeFileSync(join(dir, name), bytes);
    const opening = openPrompts(dir, data);
    await expect(opening).rejects.toThrow(PromptsError);
    await expect(opening).rejects.toThrow(new RegExp(`--prompts.*${why}.*${name}`));
    expect(readdirSync(data)).toEqual([]);
  });

  it('are refused that are there twice, or in a folder that cannot be read', async () => {
    for (const name of ['meeting-pin.wav', 'meeting-pin.webm']) writeFileSync(join(dir, name), wav);
    await expect(openPrompts(dir, data)).rejects.toThrow(/--prompts.*twice/);
    await expect(openPrompts(join(dir, 'nowhere'), data)).rejects.toThrow(/--prompts.*cannot be read: .*nowhere/);
  });
});
