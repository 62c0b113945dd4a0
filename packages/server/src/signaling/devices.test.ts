import { serverLimits } from '@offhook/core';
import type { Device } from '@offhook/core';
import { describe, expect, test } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { StoreError } from '../ports.ts';
import { Site } from './signaling.fixture.ts';
import type { Tab } from './signaling.fixture.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const answer = { type: 'answer', sdp: 'v=0' };
const media = { audio: true, video: false };
const call = 'call-0123456789abcdef';

async function devicesOf(tab: Tab): Promise<Device[]> {
  return (await tab.ask({ type: 'devices' }))?.ok?.['devices'] as Device[];
}

describe('the devices of somebody', () => {
  test('are shown to them, with those that are connected', async () => {
    const site = new Site();
    const bob = await site.signIn('bob-1');
    await site.signIn('alice-1');
    const now = site.clock.now();
    expect(await devicesOf(bob)).toEqual([
      { id: 'bob-device-1', name: 'Browser 1', connected: true, current: true, seenAt: now },
      { id: 'bob-device-2', name: 'Browser 2', connected: false, current: false, seenAt: 1_000_000 },
    ]);
  });

  test('are known to have been there, to the hour', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const seenAt = async (): Promise<number | undefined> => (await site.store.devices('alice'))[0]?.seenAt;
    const signedIn = site.clock.now();
    await site.clock.advance(serverLimits.seenMs - 1);
    alice.lose();
    await settled();
    expect(await seenAt()).toBe(signedIn);
    const back = await site.signIn('alice-1');
    await site.clock.advance(1);
    back.leave();
    await settled();
    expect(await seenAt()).toBe(signedIn + serverLimits.seenMs);
  });
});

describe('the name of a device', () => {
  test('can be changed from each device of its owner, and is said where a call was answered', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const first = await site.signIn('bob-1');
    const second = await site.signIn('bob-2');
    expect(await second.ask({ type: 'name_device', device: 'bob-device-1', name: ' Kitchen \u0007 tablet ' })).toMatchObject({
      ok: {},
    });
    expect((await devicesOf(first)).map(({ name }) => name)).toEqual(['Kitchen tablet', 'Browser 2']);
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    await first.ask({ type: 'accept', call, epoch: 1, answer });
    expect(second.received.at(-1)).toMatchObject({ type: 'ended', cause: 'answered_elsewhere', elsewhere: 'Kitchen tablet' });
    first.lose();
    const back = await site.signIn('bob-1');
    expect(back.welcome).toMatchObject({ device: { name: 'Kitchen tablet' } });
  });

  test.each([
    ['', 'bad_message'],
    ['   ', 'name_invalid'],
    ['x'.repeat(65), 'name_invalid'],
    [7, 'bad_message'],
  ])('is no %j: %s', async (name, code) => {
    const site = new Site();
    const bob = await site.signIn('bob-1');
    expect(await bob.ask({ type: 'name_device', device: 'bob-device-1', name })).toMatchObject({ error: { code } });
    expect((await devicesOf(bob))[0]?.name).toBe('Browser 1');
  });

  test.each(['alice-device-1', 'nothing'])('is changed of one’s own devices only, not of %s', async (device) => {
    const site = new Site();
    await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    expect(await bob.ask({ type: 'name_device', device, name: 'Mine' })).toMatchObject({ error: { code: 'device_not_found' } });
    expect((await site.store.devices('alice')).map(({ name }) => name)).not.toContain('Mine');
  });

  test('stays when that cannot be stored', async () => {
    const site = new Site();
    const bob = await site.signIn('bob-1');
    site.store.commit = () => Promise.reject(new StoreError('store_failed', 'disk'));
    expect(await bob.ask({ type: 'name_device', device: 'bob-device-1', name: 'Tablet' })).toMatchObject({
      error: { code: 'store_failed' },
    });
    expect((await devicesOf(bob))[0]?.name).toBe('Browser 1');
  });
});

describe('a device that is removed', () => {
  test('is signed out in all its tabs, and never signs in again', async () => {
    const site = new Site();
    const lost = await site.signIn('bob-1');
    const lostTab = await site.signIn('bob-1');
    const bob = await site.signIn('bob-2');
    expect(await bob.ask({ type: 'remove_device', device: 'bob-device-1' })).toMatchObject({ ok: {} });
    for (const tab of [lost, lostTab]) expect(tab.closedWith).toEqual({ code: 4401, reason: 'signed_out' });
    expect(bob.closedWith).toBeUndefined();
    expect((await devicesOf(bob)).map(({ id }) => id)).toEqual(['bob-device-2']);
    const again = site.open();
    expect(await again.ask({ type: 'hello', version: 1, token: 'bob-1', resume: lost.welcome.resume })).toMatchObject({
      error: { code: 'unauthorized' },
    });
  });

  test('is missed on the others at once, but for the one that has asked', async () => {
    const site = new Site();
    const lost = await site.signIn('bob-1');
    const [bob, tab] = [await site.signIn('bob-2'), await site.signIn('bob-2')];
    await bob.ask({ type: 'remove_device', device: 'bob-device-1' });
    const told = [lost, bob, tab].map(({ received }) => received.filter(({ type }) => type === 'devices').length);
    expect(told).toEqual([0, 0, 1]);
  });

  test('has its calls ended, and no longer rings', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const lost = await site.signIn('bob-1');
    const bob = await site.signIn('bob-2');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    await lost.ask({ type: 'accept', call, epoch: 1, answer });
    await bob.ask({ type: 'remove_device', device: 'bob-device-1' });
    expect(alice.received.at(-1)).toMatchObject({ type: 'ended', cause: 'hangup' });
    expect(site.engine.liveCalls).toBe(0);
  });

  test('may be the one that asks: it hears that it is done, then its socket is closed', async () => {
    const site = new Site();
    const bob = await site.signIn('bob-1');
    expect(await bob.ask({ type: 'remove_device', device: 'bob-device-1' })).toMatchObject({ ok: {} });
    expect(bob.closedWith).toEqual({ code: 4401, reason: 'signed_out' });
    expect(site.gauge('users_here')).toBe(0);
  });

  test('does not get in when it was found in the store just before', async () => {
    const site = new Site();
    const bob = await site.signIn('bob-2');
    const read = site.store.user.bind(site.store);
    let goOn: (() => void) | undefined;
    const lost = site.open();
    await bob.ask({ type: 'bye' });
    site.store.user = async (address) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      return read(address);
    };
    const hello = lost.ask({ type: 'hello', version: 1, token: 'bob-1' });
    await hello;
    site.store.user = read;
    const other = await site.signIn('bob-2');
    await other.ask({ type: 'remove_device', device: 'bob-device-1' });
    goOn?.();
    await settled();
    expect(lost.received.at(-1)).toMatchObject({ error: { code: 'unauthorized' } });
  });

  test.each(['alice-device-1', 'nothing'])('is one of those of whoever asks, not %s', async (device) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    expect(await bob.ask({ type: 'remove_device', device })).toMatchObject({ error: { code: 'device_not_found' } });
    expect(alice.closedWith).toBeUndefined();
    expect(await site.store.devices('alice')).toHaveLength(2);
  });

  test('stays when that cannot be stored', async () => {
    const site = new Site();
    const lost = await site.signIn('bob-1');
    const bob = await site.signIn('bob-2');
    site.store.commit = () => Promise.reject(new StoreError('store_failed', 'disk'));
    expect(await bob.ask({ type: 'remove_device', device: 'bob-device-1' })).toMatchObject({ error: { code: 'store_failed' } });
    expect(lost.closedWith).toBeUndefined();
  });
});
