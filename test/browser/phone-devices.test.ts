/** In the web phone: devices are chosen before a call, and what is behind one is blurred where the system can do that. */
import { expect, it } from 'vitest';
import { button, call, phones, receives, row, says } from './harness/phones.ts';
import { faultsFor } from './harness/web-phone.ts';

const { person, names } = phones({ rich: true });

it('tries and chooses a microphone before a call, which is then made with it', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  await row(anna, Bo).click();
  await button(anna, 'More').click();
  await anna.getByRole('menuitem', { name: 'Microphone, camera and sound' }).click();
  const dialog = anna.getByRole('dialog', { name: 'Microphone, camera and sound' });
  await button(dialog, 'Try your microphone').click();
  await dialog.getByRole('meter').waitFor();
  await dialog.getByRole('combobox', { name: /^Microphone/ }).selectOption('Fake Audio Input 2');
  expect(await faultsFor(anna)).toEqual([]);
  await anna.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await call(anna, Bo);
  await button(bo, 'Accept').click();
  await receives(bo, 'energy');
  await button(anna.locator('offhook-call'), 'More').click();
  await anna.getByRole('menuitem', { name: 'Microphone, camera and sound' }).click();
  const beside = anna.locator('offhook-call-panel').getByRole('combobox', { name: /^Microphone/ });
  await expect
    .poll(() => beside.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.label))
    .toBe('Fake Audio Input 2');
});

/**
 * No browser blurs what a made-up camera shows, so its answers are made up here: what it says of its camera, and what it was told. The
 * constraint itself is that of W3C Media Capture Extensions §9.
 */
function canBlur(): void {
  // Pages that are not secure have none.
  const { mediaDevices } = navigator as Partial<Navigator>;
  if (mediaDevices === undefined) return;
  const supported = mediaDevices.getSupportedConstraints.bind(mediaDevices);
  mediaDevices.getSupportedConstraints = () => ({ ...supported(), backgroundBlur: true });
  const track = MediaStreamTrack.prototype;
  const [capabilities, apply] = [Reflect.get(track, 'getCapabilities'), Reflect.get(track, 'applyConstraints')];
  track.getCapabilities = function ask(this: MediaStreamTrack) {
    return { ...capabilities.call(this), ...(this.kind === 'video' && { backgroundBlur: [true, false] }) };
  };
  track.applyConstraints = function tell(this: MediaStreamTrack, { backgroundBlur, ...others }: Record<string, unknown> = {}) {
    if (backgroundBlur !== undefined) document.documentElement.dataset['blur'] = JSON.stringify(backgroundBlur);
    return apply.call(this, others);
  };
}

it('blurs what is behind one where the camera offers that, and offers it nowhere else', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna, canBlur), await person(Bo)];
  await call(anna, Bo, 'Video call');
  await button(bo, 'Accept').click();
  await Promise.all([receives(anna, 'energy'), receives(bo, 'frames')]);
  for (const page of [anna, bo]) {
    await button(page.locator('offhook-call'), 'More').click();
    await page.getByRole('menuitem', { name: 'Microphone, camera and sound' }).click();
    await says(page, 'Suppress noise');
  }
  expect(await bo.getByRole('switch', { name: 'Blur what is behind you' }).count()).toBe(0);
  const blur = anna.getByRole('switch', { name: 'Blur what is behind you' });
  const told = (): Promise<string | undefined> => anna.evaluate(() => document.documentElement.dataset['blur']);
  await blur.check();
  await expect.poll(told).toBe('true');
  await blur.uncheck();
  await expect.poll(told).toBe('false');
  await receives(bo, 'frames');
});
