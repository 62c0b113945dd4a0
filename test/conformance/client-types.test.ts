/** The types beside `/client.js`, as a page without a bundler and without this project's packages uses them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Sdk from '@offhook/client';
import { buildClientTypes } from '../../scripts/client-types.ts';
import { run } from '../../scripts/run.ts';

const page = mkdtempSync(join(tmpdir(), 'offhook-page-'));
beforeAll(() => buildClientTypes(page, 'client.d.ts'), 60_000);
afterAll(() => rmSync(page, { recursive: true, force: true }));

/** What the compiler has to say of this script of a page, and of the declarations themselves. */
async function check(script: string, module = false): Promise<string[]> {
  const file = module ? 'page.mjs' : 'page.js';
  writeFileSync(join(page, file), `/// <reference path="./client.d.ts" />\n${script}`);
  const options = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--allowJs', '--checkJs', '--noEmit'];
  const target = ['--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', '--module', 'esnext', '--ignoreConfig'];
  const { output } = await run('tsc', [...options, ...target, join(page, file)], { output: 'keep' });
  return output.split('\n').filter(Boolean);
}

test('are those of a script that does what the SDK can do', { timeout: 30_000 }, async () => {
  const script = `
    const phone = await Offhook.connect({ url: 'https://calls.example.com', name: 'Anna' });
    phone.on('incoming', async (call) => {
      if (call.media.video && call.peer.name !== '') await call.answer({ video: true });
      call.on('state', (state) => state === 'ended' && console.log(call.causeText?.length));
    });
    phone.on('presence', (people) => people.map(({ presence }) => presence === 'on_call'));
    const { people, next } = await phone.people({ query: 'b' });
    const { entries } = await phone.history(next === undefined ? {} : { before: next });
    await phone.changeSettings({ doNotDisturb: !entries.some(({ missed }) => missed) });
    /** @type {Offhook.Call} */
    const call = await phone.call(people[0] ?? 'bo', { video: true });
    /** @type {HTMLVideoElement} */ (document.querySelector('video')).srcObject = call.remoteStream;
    try {
      await call.setCamera(true);
    } catch (error) {
      if (error instanceof Offhook.OffhookError && error.code === 'camera_refused') alert(error.message);
    }
    phone.send({ everyone: true }, 'acme.cursor', { x: phone.device.id });
    export {};`;
  expect(await check(script, true)).toEqual([]);
});

test('find what is wrong with a script', { timeout: 30_000 }, async () => {
  const wrong = {
    "(call) => call.state === 'talking'": 'have no overlap',
    "(call) => call.answer({ video: 'yes' })": "not assignable to type 'boolean",
    '(call) => call.hangUp()': "Did you mean 'hangup'?",
    '() => new Offhook.Call()': 'is protected',
  };
  const listeners = Object.keys(wrong).map((listener) => `phone.on('incoming', ${listener});`);
  const found = await check(`Offhook.connect({ name: 'Anna' }).then((phone) => {\n${listeners.join('\n')}\n});`);
  const errors = found.filter((line) => line.includes('error'));
  expect(errors).toEqual(Object.values(wrong).map((complaint) => expect.stringContaining(complaint)));
});

test('name everything that the script brings', { timeout: 30_000 }, async () => {
  const names = Object.keys(Sdk).toSorted();
  expect(await check(names.map((name) => `void Offhook.${name};`).join('\n'))).toEqual([]);
});
