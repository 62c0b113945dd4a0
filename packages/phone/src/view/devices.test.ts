import { expect, it } from 'vitest';
import { isHandheld, whereabouts } from './devices.ts';

const now = new Date(2027, 4, 20, 12).getTime();
const device = { id: 'd', name: 'Firefox on Linux', current: false, connected: false, seenAt: now };
const hour = 3_600_000;

it.each([
  [{ current: true, connected: true }, 'This browser'],
  [{ connected: true }, 'Connected now'],
  [{ seenAt: now - hour }, 'Last here today'],
  [{ seenAt: now - 20 * hour }, 'Last here yesterday'],
  [{ seenAt: now - 72 * hour }, 'Last here on Monday'],
  [{ seenAt: now - 30 * 24 * hour }, 'Last here on 20 April'],
])('says where a device is: %j', (change, text) => {
  expect(whereabouts({ ...device, ...change }, now)).toBe(text);
});

it('tells phones from other devices by their names', () => {
  expect(['Chrome on Android', 'Safari on iPhone', 'Firefox on Linux', 'Edge on Windows'].map(isHandheld)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
