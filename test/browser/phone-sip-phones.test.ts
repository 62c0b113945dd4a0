/** In the web phone: a SIP phone is added, baresip registers with what is shown, and is refused once it was removed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { program, skipped } from '../support/programs.ts';
import { button, phones, says } from './harness/phones.ts';
import { freePort, freePorts } from './harness/ports.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones({
  settings: async () => {
    const { first, last } = await freePorts(20);
    return { sipPort: await freePort(), rtpPorts: `${first}-${last}`, mediaPort: await freePort(), mediaWorkers: 1 };
  },
});

interface Shown {
  readonly server: string;
  readonly user: string;
  readonly password: string;
}

/** As it stands on the page, to be typed into a phone. */
async function shownOn(page: Page): Promise<Shown> {
  const [server = '', user = '', password = ''] = await Promise.all(
    ['Server', 'User name', 'Password'].map(
      async (label) => (await page.getByLabel(label, { exact: true }).textContent()) ?? '',
    ),
  );
  return { server, user, password: password.replaceAll(/\s/g, '') };
}

/** baresip with this login; what it has said so far, and its end. */
function baresip(
  { server, user, password }: Shown,
  transport: string,
): { readonly said: () => string; readonly stop: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-baresip-'));
  const config = [
    'sip_listen 127.0.0.1:0',
    'module_path /usr/lib/baresip/modules',
    'module_tmp account.so',
    'module g711.so',
    '',
  ];
  writeFileSync(join(folder, 'config'), config.join('\n'));
  writeFileSync(join(folder, 'accounts'), `<sip:${user}@${server};transport=${transport}>;auth_pass=${password};regint=60\n`);
  const child = spawn(program('baresip'), ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return { said: () => said, stop: () => child.kill('SIGTERM') };
}

async function addPhone(page: Page, name: string): Promise<Shown> {
  await page.getByLabel('Name of the phone').fill(name);
  await page.keyboard.press('Enter');
  await says(page, `Enter this in ${name}`);
  return shownOn(page);
}

it.skipIf(skipped.has('baresip')).each(['udp', 'tcp'])(
  'adds a phone, which registers over %s and is told to have; removed, it is refused',
  { timeout: 120_000 },
  async (transport) => {
    const { Anna } = names('Anna');
    const anna = await person(Anna);
    await button(anna, /^Settings/).click();
    const shown = await addPhone(anna, 'Desk');
    expect(shown.user).toMatch(/^anna\d-\w{6}$/);
    expect(shown.password).toHaveLength(16);
    await anna.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(anna, 'Copy: Password').click();
    await anna.getByRole('status').filter({ hasText: 'Copied: Password' }).waitFor();
    expect(await anna.evaluate(() => navigator.clipboard.readText())).toBe(shown.password);
    expect(await faultsFor(anna)).toEqual([]);

    const phone = baresip(shown, transport);
    await says(anna, 'It has registered, and rings from now on');
    await button(anna, 'Done').click();
    const row = anna.getByRole('listitem').filter({ hasText: 'Desk' });
    await row.getByText(`Registered · ${shown.user}`).waitFor();
    await anna.getByText(shown.password).waitFor({ state: 'detached' });

    // It takes itself off, and comes back.
    phone.stop();
    await row.getByText(`Not registered · ${shown.user}`).waitFor();
    const again = baresip(shown, transport);
    await row.getByText(`Registered · ${shown.user}`).filter({ hasNotText: 'Not' }).waitFor();
    expect(again.said()).not.toContain('401');

    await button(row, 'Remove Desk').click();
    expect(await faultsFor(anna)).toEqual([]);
    await button(row, 'Remove').click();
    await row.waitFor({ state: 'detached' });
    const refused = baresip(shown, transport);
    await expect.poll(refused.said, { timeout: 30_000 }).toMatch(/401 Unauthorized/);
    expect(await anna.getByText(/^Registered/).count()).toBe(0);
  },
);

it('says why no phone can be added, and shows what was added on another page', { timeout: 120_000 }, async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await button(anna, /^Settings/).click();
  for (let n = 1; n <= 10; n++) {
    await addPhone(anna, `Phone ${n}`);
    await button(anna, 'Done').click();
  }
  await anna.getByLabel('Name of the phone').fill('One more');
  await anna.keyboard.press('Enter');
  await anna.getByRole('alert').filter({ hasText: 'You have as many phones as you may have.' }).waitFor();
  expect(await anna.getByText('Not registered ·').count()).toBe(10);
  await anna.reload();
  await button(anna, /^Settings/).click();
  await expect.poll(() => anna.getByText('Not registered ·').count()).toBe(10);
  await button(anna, 'Remove Phone 1').click();
  await button(anna, 'Keep it').click();
  await expect.poll(() => button(anna, 'Remove Phone 1').evaluate((element) => element.matches(':focus'))).toBe(true);
  expect(await anna.getByText('Not registered ·').count()).toBe(10);
});
