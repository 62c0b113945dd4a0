/** In the web phone: what stands on the screen of a call, in the bar that it is made to, and what remains when it is over. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, call, phones, receives, row, says } from './harness/phones.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones();

/** Anna and Bo see each other. */
async function seeEachOther(anna: Page, bo: Page, Bo: string): Promise<void> {
  await call(anna, Bo, 'Video call');
  await button(bo, 'Accept').click();
  await Promise.all([receives(anna, 'frames'), receives(bo, 'frames')]);
}

/** How visible something is, as its ancestors let it be, also those around the shadow it stands in. */
function opacity(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      let seen = 1;
      for (
        let at: Element | null = element;
        at !== null;
        at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host ?? null
      )
        seen *= Number(getComputedStyle(at).opacity);
      return seen;
    });
}

it('keeps the clock in sight while the controls fade, and lets nothing fade beside a panel', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await seeEachOther(anna, bo, Bo);
  await anna.locator('main.stage').click({ position: { x: 640, y: 400 } });
  await anna.locator('main.resting').waitFor();
  await expect.poll(() => opacity(anna, 'offhook-call footer')).toBe(0);
  expect(await opacity(anna, 'offhook-call header [role=timer]')).toBe(1);
  await anna.mouse.move(600, 380);
  await anna.locator('main.resting').waitFor({ state: 'detached' });

  await anna.clock.install();
  await button(anna.locator('offhook-call'), 'More').click();
  await anna.getByRole('menuitem', { name: 'About this call' }).click();
  await anna.getByRole('dialog', { name: 'About this call' }).waitFor();
  await anna.mouse.click(640, 400);
  await anna.clock.runFor(10_000);
  expect(await anna.locator('main.resting').count()).toBe(0);
  await button(anna.getByRole('dialog', { name: 'About this call' }), 'Close').click();
  await anna.mouse.click(600, 380);
  await anna.clock.runFor(10_000);
  await anna.locator('main.resting').waitFor();
});

it('shows the other in the bar of a call, and keeps it small over a reload', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await seeEachOther(anna, bo, Bo);
  await button(anna, 'Make the call small').click();
  const picture = anna.locator('offhook-call-bar').getByLabel(`Picture of ${Bo}`);
  await moves(picture);
  expect(await picture.evaluate((video) => (video as HTMLVideoElement).muted)).toBe(true);
  expect(await faultsFor(anna)).toEqual([]);

  await anna.reload();
  await receives(anna, 'frames');
  await moves(picture);
  expect(await anna.locator('offhook-call').count()).toBe(0);
  await anna.getByText('Show the call with').click();
  await anna.getByRole('main', { name: `Call with ${Bo}` }).waitFor();
  await anna.reload();
  await receives(anna, 'frames');
  await anna.getByRole('main', { name: `Call with ${Bo}` }).waitFor();

  await button(bo, 'Turn your camera off').click();
  await button(anna, 'Make the call small').click();
  await anna.locator('offhook-call-bar offhook-avatar').waitFor();
});

/** Frames are drawn, one after the other. */
async function moves(picture: ReturnType<Page['locator']>): Promise<void> {
  const drawn = (): Promise<number> =>
    picture.evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
  await expect.poll(drawn).toBeGreaterThan(0);
  const before = await drawn();
  await expect.poll(drawn).toBeGreaterThan(before);
}

it('says in the bar how far a call is, beside the name', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna] = [await person(Anna), await person(Bo)];
  await call(anna, Bo);
  await says(anna, `${Bo}’s phone is ringing`);
  await anna.keyboard.press('Escape');
  await expect.poll(() => anna.locator('offhook-call-bar .second').textContent()).toBe('Ringing…');
});

it('leads from a call that was not to disturb to the conversation', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await button(bo, new RegExp(`^You: ${Bo}`)).click();
  await bo.getByRole('menuitemradio', { name: 'Do not disturb' }).click();
  await row(anna, Bo).filter({ hasText: 'Do not disturb' }).waitFor();
  await call(anna, Bo);
  await says(anna, `${Bo} does not want to be disturbed`);
  await button(anna.locator('offhook-call'), 'Call again').waitFor();
  expect(await faultsFor(anna)).toEqual([]);
  await button(anna.locator('offhook-call'), 'Message').click();
  await anna.locator('offhook-call').waitFor({ state: 'detached' });
  await anna.getByRole('textbox', { name: 'Message' }).fill('Later, then');
  await anna.keyboard.press('Enter');
  await anna.getByRole('log', { name: 'Messages' }).getByText('Later, then').waitFor();
});

it('says whose connection was lost', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await call(anna, Bo);
  await button(bo, 'Accept').click();
  await receives(anna, 'energy');
  await bo.close();
  await says(anna, `${Bo}’s connection was lost`);
  expect(await anna.getByText('Check your connection').count()).toBe(0);
  await button(anna.locator('offhook-call'), 'Message').waitFor();
});
