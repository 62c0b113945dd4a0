/** Calls that ring where no page is open, pushed by the real server to a push service that decrypts what it gets. */
import { pushLimits, serverLimits } from '@offhook/core';
import { createECDH } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { firstAdmin, guest } from '../support/accounts.ts';
import { PushService } from '../support/push-service.ts';
import type { Received, Subscription } from '../support/push-service.ts';
import { holding, mint, secret } from '../support/tokens.ts';
import { addDevice, answer, audio, callId, claim, offer, post, startServer, Wire } from '../support/wire.ts';
import type { Identity, SignedIn } from '../support/wire.ts';

let service: PushService;
let server: RunningServer;
let anna: Identity;
let bo: Identity;
let caller: SignedIn;

beforeAll(async () => {
  service = await PushService.start();
  server = await startServer({ pushAllow: [service.origin], publicUrl: 'https://calls.example' });
  [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
});
afterAll(async () => {
  await server.stop();
  await service.stop();
});
beforeEach(async () => {
  caller = await Wire.signIn(server.port, anna);
});
afterEach(async () => {
  await caller.request({ type: 'bye' });
  // What rang is over, and all of that was pushed.
  const wire = await Wire.signIn(server.port, bo);
  await wire.request({ type: 'push_unsubscribe' });
  await wire.request({ type: 'bye' });
  service.received.length = 0;
  service.answers.length = 0;
});

/** A device subscribes, and its only page is closed. */
async function subscribed(identity = bo, more: Partial<Subscription> & { language?: string } = {}): Promise<Subscription> {
  const wire = await Wire.signIn(server.port, identity);
  const subscription = { ...service.subscribe(), ...more };
  const { ok, error } = await wire.request({ type: 'push_subscribe', ...subscription });
  if (ok === undefined) throw new Error(JSON.stringify(error));
  await wire.request({ type: 'bye' });
  return subscription;
}

async function ring(media = audio): Promise<string> {
  const call = callId();
  const { ok } = await caller.request({ type: 'invite', call, to: 'bo', media, offer });
  expect(ok).toEqual({ call });
  return call;
}

/** A call that nobody takes; how many were missed by then, as it is told. */
async function missed(): Promise<number | undefined> {
  const call = await ring();
  expect((await service.take('ring')).message.app_badge).toBeUndefined();
  await caller.request({ type: 'hangup', call });
  return (await service.take('over')).message.app_badge;
}

/** As a service worker says it. */
function told({ message }: Received, change: Record<string, unknown> = {}): Record<string, unknown> {
  const { call, user, device, token } = message.notification.data;
  return { call, user, device, token, ...change };
}

const ask = async (path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await post(server.port, `/v1/push/${path}`, body);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const code = ({ body }: { body: Record<string, unknown> }): unknown => (body['error'] as { code?: string } | undefined)?.code;

describe('a device that has no page open', () => {
  it('is told who calls, for as long as it rings, encrypted for it alone and signed by this server', async () => {
    await subscribed();
    const key = (await caller.request({ type: 'push_key' })).ok?.['key'];
    const call = await ring();
    const { headers, claims, message, bytes } = await service.take('ring');
    expect(headers).toMatchObject({
      urgency: 'high',
      'content-encoding': 'aes128gcm',
      topic: expect.stringMatching(/^[\w-]{32}$/),
    });
    const ttl = Number(headers['ttl']);
    expect(ttl).toBeGreaterThan(40);
    expect(ttl).toBeLessThanOrEqual(45);
    expect(claims).toMatchObject({ key, sub: 'https://calls.example' });
    expect(bytes).toBeLessThan(pushLimits.bodyBytes);
    const { notification, ...outer } = message;
    expect(outer).toEqual({ web_push: 8030, mutable: true });
    expect(notification).toMatchObject({
      title: 'Anna',
      body: 'Incoming call',
      tag: call,
      lang: 'en',
      dir: 'ltr',
      navigate: 'https://calls.example/?as=bo',
      requireInteraction: true,
      silent: false,
    });
    expect(notification.data).toMatchObject({
      offhook: 1,
      type: 'ring',
      call,
      user: 'bo',
      device: bo.device.id,
      caller: { address: 'anna', name: 'Anna' },
      video: false,
    });
    expect(Number(notification.data['until']) - Date.now()).toBeGreaterThan(40_000);
  });

  it('says that it rings, and a page that it opens answers', async () => {
    await subscribed();
    const call = await ring();
    const pushed = await service.take('ring');
    const { status, body } = await ask('rings', told(pushed));
    expect([status, Number(body['ringMs']) > 40_000]).toEqual([200, true]);
    expect(await caller.take('ringing')).toMatchObject({ call });
    const page = await Wire.signIn(server.port, bo);
    expect(page.welcome.calls).toMatchObject([{ call, stage: 'ringing' }]);
    expect((await page.request({ type: 'accept', call, epoch: 1, answer })).ok).toEqual({});
    await caller.take('accepted');
    expect(code(await ask('rings', told(pushed)))).toBe('call_ended');
    await page.request({ type: 'hangup', call });
    await page.request({ type: 'bye' });
    // The page that took it puts the notification away: nothing more is pushed there.
    expect(service.received).toEqual([]);
  });

  it('declines without a page', async () => {
    await subscribed();
    const call = await ring();
    const pushed = await service.take('ring');
    expect((await ask('decline', told(pushed))).status).toBe(200);
    expect(await caller.take('ended')).toMatchObject({ call, cause: 'declined' });
    expect((await service.take('over')).message.notification.data).toMatchObject({ call, cause: 'declined' });
    expect(code(await ask('decline', told(pushed)))).toBe('call_ended');
  });

  it('hears that the call was missed, and keeps that for a day', async () => {
    await subscribed();
    const call = await ring({ audio: true, video: true });
    const { message, headers } = await service.take('ring');
    expect(message.notification.body).toBe('Incoming video call');
    await caller.request({ type: 'hangup', call });
    const over = await service.take('over');
    expect(over.message.notification).toMatchObject({ title: 'Anna', body: 'Missed call', tag: call });
    expect(over.message.notification.data).toMatchObject({ call, cause: 'cancelled' });
    expect(over.headers).toMatchObject({ topic: headers['topic'], ttl: '86400' });
  });

  it('hears how many were missed since a page of it was there, for browsers that show that by themselves', async () => {
    await subscribed();
    expect([await missed(), await missed()]).toEqual([1, 2]);
    await subscribed();
    expect(await missed()).toBe(1);
  });

  it('hears where the call was answered instead, and by whom it was forwarded in its own language', async () => {
    await subscribed(bo, { language: 'ar-EG' });
    const desktop = await Wire.signIn(server.port, await addDevice(server.port, bo, 'Desktop'));
    const carla = await Wire.signIn(server.port, await claim(server.port, 'Carla'));
    await carla.request({ type: 'settings', change: { forward: { always: 'bo' } } });
    await caller.request({ type: 'invite', call: callId(), to: 'carla', media: audio, offer });
    const { message } = await service.take('ring');
    expect(message.notification).toMatchObject({ lang: 'ar', dir: 'rtl', body: 'مكالمة واردة · محوّلة من Carla' });
    expect(message.notification.data).toMatchObject({ forwardedFrom: { address: 'carla', name: 'Carla' } });
    const incoming = (await desktop.take('incoming'))['view'] as { call: string };
    await desktop.request({ type: 'accept', call: incoming.call, epoch: 1, answer });
    const over = await service.take('over');
    expect(over.message.notification.data).toMatchObject({ cause: 'answered_elsewhere', elsewhere: 'Desktop' });
    expect(over.message.notification.body).toBe('تم الرد على Desktop');
    await desktop.request({ type: 'bye' });
    await carla.request({ type: 'settings', change: { forward: null } });
    await carla.request({ type: 'bye' });
  });

  it('fits into a message, however long the names are', async () => {
    const long = '👩‍👩‍👧‍👦'.repeat(9).slice(0, 90);
    const name = `${'W'.repeat(20)}${long}`;
    const other = await Wire.signIn(server.port, await claim(server.port, [...name].slice(0, 64).join('')));
    await subscribed();
    const call = callId();
    await other.request({ type: 'invite', call, to: 'bo', media: audio, offer });
    expect((await service.take('ring')).bytes).toBeLessThan(pushLimits.bodyBytes);
    await other.request({ type: 'bye' });
  });

  it('is not pushed to while a page of it says that it rings, and is when none does', async () => {
    await subscribed();
    const page = await Wire.signIn(server.port, bo);
    const call = await ring();
    await page.take('incoming');
    page.send({ type: 'ringing', call });
    await caller.take('ringing');
    await caller.request({ type: 'hangup', call });
    await page.take('ended');
    expect(service.received).toEqual([]);
    // Frozen: it hears, and does nothing.
    const next = await ring();
    const pushed = await service.take('ring');
    expect(pushed.message.notification.tag).toBe(next);
    await caller.request({ type: 'hangup', call: next });
    await service.take('over');
    await page.request({ type: 'bye' });
  });
});

describe('somebody who is not to be disturbed', () => {
  const always = { timeZone: 'Asia/Tokyo', days: Array.from({ length: 7 }, () => ({ from: 0, to: 0 })) };

  it.each([
    ['said so', { doNotDisturb: true }, { doNotDisturb: false }],
    ['has quiet hours', { quietHours: always }, { quietHours: null }],
  ])('as they %s, is pushed nothing: no call, nor that it was missed', async (_, quiet, usual) => {
    await subscribed();
    await change(quiet);
    const call = await ring();
    expect(await caller.take('ended')).toMatchObject({ call, cause: 'do_not_disturb' });
    await change(usual);
    // Had anything been pushed, it would have come before this.
    const next = await ring();
    expect((await service.take('ring')).message.notification.tag).toBe(next);
    await caller.request({ type: 'hangup', call: next });
    await service.take('over');
    expect(service.received).toEqual([]);
  });
});

describe('what does not get there', () => {
  it('is told to the call, which rings nowhere then, and a subscription that is gone is forgotten', async () => {
    await subscribed();
    service.answers.push({ status: 410 });
    const call = await ring();
    expect(await caller.take('ended', 9_000)).toMatchObject({ call, cause: 'unreachable' });
    // It was forgotten: nothing is to be reached any more.
    expect((await caller.request({ type: 'invite', call: callId(), to: 'bo', media: audio, offer })).ok).toBeDefined();
    expect(await caller.take('ended')).toMatchObject({ cause: 'unreachable' });
    expect(service.received).toEqual([]);
  }, 20_000);

  it('is sent once more where the service has no time', async () => {
    await subscribed();
    service.answers.push({ status: 429, headers: { 'retry-after': '1' } });
    const call = await ring();
    expect((await service.take('ring')).message.notification.tag).toBe(call);
  });

  it('is not sent to a device that was signed out', async () => {
    const phone = await addDevice(server.port, bo, 'Phone');
    await subscribed(phone);
    const page = await Wire.signIn(server.port, bo);
    expect((await page.request({ type: 'remove_device', device: phone.device.id })).ok).toEqual({});
    await page.request({ type: 'bye' });
    await ring();
    expect(await caller.take('ended', 9_000)).toMatchObject({ cause: 'unreachable' });
    expect(service.received).toEqual([]);
  }, 20_000);
});

/** A point on P-256, base64url, in both of its forms. */
const pair = createECDH('prime256v1');
const point = pair.generateKeys('base64url');
const compressed = pair.getPublicKey('base64url', 'compressed');

describe('what a service worker says', () => {
  const wrong: Record<string, Record<string, unknown>> = {
    'a token that is made up': { token: 'x'.repeat(43) },
    'a token of another call': { call: 'another-call-0123' },
    'a token of another device': { device: 'another-device' },
    'a token of somebody else': { user: 'anna' },
  };

  it.each(Object.keys(wrong))('%s changes nothing', async (which) => {
    await subscribed();
    const call = await ring();
    const pushed = await service.take('ring');
    for (const path of ['rings', 'decline']) {
      const answered = await ask(path, told(pushed, wrong[which]));
      expect([answered.status, code(answered)]).toEqual([401, 'unauthorized']);
    }
    expect(caller.received).toEqual([]);
    await caller.request({ type: 'hangup', call });
  });

  it('with the token of the call before changes nothing, nor after the end', async () => {
    await subscribed();
    const before = await ring();
    const old = await service.take('ring');
    await caller.request({ type: 'hangup', call: before });
    await Promise.all([caller.take('ended'), service.take('over')]);
    const call = await ring();
    const pushed = await service.take('ring');
    for (const path of ['rings', 'decline']) {
      expect(code(await ask(path, told(old)))).toBe('call_ended');
      expect(code(await ask(path, told(old, { call })))).toBe('unauthorized');
    }
    expect(caller.received).toEqual([]);
    // Said again it says the same, and declines once.
    for (let times = 0; times < 3; times += 1) expect((await ask('rings', told(pushed))).status).toBe(200);
    expect((await ask('decline', told(pushed))).status).toBe(200);
    expect(code(await ask('decline', told(pushed)))).toBe('call_ended');
    expect(await caller.take('ended')).toMatchObject({ call, cause: 'declined' });
    await service.take('over');
  });

  it.each(['call', 'user', 'device', 'token'])('without %s it is refused', async (field) => {
    const right = { call: 'a-call-0123456789', user: 'bo', device: 'device', token: 'token' };
    for (const value of [undefined, 7, '', null, 'x'.repeat(5_000)]) {
      const answered = await ask('rings', { ...right, [field]: value });
      expect([answered.status, code(answered)]).toEqual([400, 'bad_message']);
    }
  });

  it('of a device that was signed out since, is refused', async () => {
    const phone = await addDevice(server.port, bo, 'Phone');
    await subscribed(phone);
    const call = await ring();
    const pushed = await service.take('ring');
    const page = await Wire.signIn(server.port, bo);
    await page.request({ type: 'remove_device', device: phone.device.id });
    expect(code(await ask('decline', told(pushed)))).toBe('unauthorized');
    await caller.request({ type: 'hangup', call });
    await page.request({ type: 'bye' });
  });
});

describe('subscribing', () => {
  it.each([
    ['a page of the server itself', { endpoint: 'http://127.0.0.1:1/x' }, 'endpoint: is no https: URL'],
    ['an address of this machine', { endpoint: 'https://127.0.0.1/x' }, 'endpoint: is not on the public internet'],
    ['one that looks different', { endpoint: 'https://0x7f.1/x' }, 'endpoint: is not on the public internet'],
    ['the local network', { endpoint: 'https://192.168.1.1/x' }, 'endpoint: is not on the public internet'],
    ['where clouds tell secrets', { endpoint: 'https://169.254.169.254/x' }, 'endpoint: is not on the public internet'],
    ['IPv6 of this machine', { endpoint: 'https://[::1]/x' }, 'endpoint: is not on the public internet'],
    ['IPv4 in IPv6', { endpoint: 'https://[::ffff:127.0.0.1]/x' }, 'endpoint: is not on the public internet'],
    ['another protocol', { endpoint: 'file:///etc/passwd' }, 'endpoint: is no https: URL'],
    ['no URL', { endpoint: 'nowhere' }, 'endpoint: is no URL'],
    ['a user', { endpoint: 'https://a:b@push.example/x' }, 'endpoint: names a user'],
    ['no keys', { keys: undefined }, 'keys: Web Push needs them'],
    ['a key that is no point', { keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) } }, 'keys.p256dh: is no point on P-256'],
    ['a key that is compressed', { keys: { p256dh: compressed, auth: 'A'.repeat(22) } }, 'keys.p256dh: has 65 bytes'],
    ['a secret that is too long', { keys: { p256dh: point, auth: 'A'.repeat(24) } }, 'keys.auth: has 16 bytes'],
    ['another port', { endpoint: 'https://push.example:25/x' }, 'endpoint: names a port'],
    ['NAT64 of this machine', { endpoint: 'https://[64:ff9b::7f00:1]/x' }, 'endpoint: is not on the public internet'],
    ['a provider that nobody knows', { provider: 'fcm', endpoint: 'token' }, 'provider: this server has no relay for it'],
  ])('%s is refused, and says why', async (_, change, detail) => {
    const { error } = await caller.request({ type: 'push_subscribe', ...service.subscribe(), ...change });
    expect(error).toMatchObject({ code: 'endpoint_refused', detail });
    expect((await caller.request({ type: 'push_test', afterMs: 0 })).error?.code).toBe('push_unavailable');
  });

  it.each([
    ['an endpoint', { endpoint: `https://push.example/${'x'.repeat(pushLimits.endpointLength)}` }],
    ['a key', { keys: { p256dh: 'A'.repeat(129), auth: 'A'.repeat(22) } }],
    ['a secret', { keys: { p256dh: point, auth: 'A'.repeat(1_000) } }],
    ['a key that is not base64url', { keys: { p256dh: `${point.slice(1)}=`, auth: 'A'.repeat(22) } }],
    ['a language', { language: 'en-'.repeat(100) }],
    ['a provider', { provider: 'a'.repeat(33) }],
  ])('%s that is too long is no message', async (_, change) => {
    const wire = await Wire.signIn(server.port, anna);
    const { error } = await wire.request({ type: 'push_subscribe', ...service.subscribe(), ...change });
    expect(error?.code).toBe('bad_message');
    await wire.request({ type: 'bye' });
  });

  it('rings oneself in a moment, but not all the time', async () => {
    await caller.request({ type: 'push_subscribe', ...service.subscribe() });
    expect((await caller.request({ type: 'push_test', afterMs: 50 })).ok).toEqual({});
    expect((await service.take('test')).message.notification.data).toMatchObject({ user: 'anna', device: anna.device.id });
    const more = await Promise.all(Array.from({ length: 10 }, () => caller.request({ type: 'push_test', afterMs: 60_000 })));
    expect(more.some(({ error }) => error?.code === 'rate_limited')).toBe(true);
    await caller.request({ type: 'push_unsubscribe' });
  });

  it('no longer, nothing is pushed', async () => {
    await caller.request({ type: 'push_subscribe', ...service.subscribe() });
    expect((await caller.request({ type: 'push_unsubscribe' })).ok).toEqual({});
    expect((await caller.request({ type: 'push_unsubscribe' })).ok).toEqual({});
    expect((await caller.request({ type: 'push_test', afterMs: 0 })).error?.code).toBe('push_unavailable');
  });
});

describe('who may', () => {
  let strict: RunningServer;
  beforeAll(async () => {
    strict = await startServer({ accounts: true, tokenSecret: secret, pushAllow: [service.origin] });
  });
  afterAll(() => strict.stop());

  const asked = {
    push_key: {},
    push_subscribe: undefined,
    push_unsubscribe: {},
    push_test: { afterMs: 0 },
  } as const;
  const table = {
    member: { push_key: 'ok', push_subscribe: 'ok', push_unsubscribe: 'ok', push_test: 'push_unavailable' },
    guest: { push_key: 'ok', push_subscribe: 'forbidden', push_unsubscribe: 'ok', push_test: 'push_unavailable' },
    token: { push_key: 'ok', push_subscribe: 'ok', push_unsubscribe: 'ok', push_test: 'push_unavailable' },
    'token without incoming': {
      push_key: 'ok',
      push_subscribe: 'forbidden',
      push_unsubscribe: 'ok',
      push_test: 'push_unavailable',
    },
  } as const;

  it.each(Object.entries(table))('%s: %j', async (who, row) => {
    const admin = await firstAdminOnce(strict);
    const hello = { device: { id: `browser of a ${who}` } };
    const token =
      who === 'member'
        ? admin.token
        : who === 'guest'
          ? (await guest(strict.port, admin, 'Gil')).token
          : await mint('tom', { claims: { grants: { incoming: who === 'token' } } });
    const wire = await Wire.signIn(strict.port, holding(token), who.startsWith('token') ? hello : {});
    for (const type of ['push_key', 'push_subscribe', 'push_unsubscribe', 'push_test'] as const) {
      const { ok, error } = await wire.request({ type, ...(asked[type] ?? service.subscribe()) });
      expect([type, ok === undefined ? error?.code : 'ok']).toEqual([type, row[type]]);
    }
    await wire.request({ type: 'bye' });
  });

  it('a device of somebody whose tokens were revoked, is not pushed to any more', async () => {
    const [eve, vic] = [await Wire.signIn(strict.port, holding(await mint('eve'))), await mint('vic')];
    const before = await Wire.signIn(strict.port, holding(vic), { device: { id: 'one browser' } });
    expect((await before.request({ type: 'push_subscribe', ...service.subscribe() })).ok).toEqual({});
    await before.request({ type: 'bye' });
    await strict.revoke({ user: 'vic' });
    const call = callId();
    expect((await eve.request({ type: 'invite', call, to: 'vic', media: audio, offer })).ok).toEqual({ call });
    expect(await eve.take('ended')).toMatchObject({ call, cause: 'unreachable' });
    expect(service.received).toEqual([]);
    await eve.request({ type: 'bye' });
  });

  it('a device is not pushed to any more when the token is revoked that it has shown last', async () => {
    const eve = await Wire.signIn(strict.port, holding(await mint('eve')));
    const shows = async (jti: string): Promise<SignedIn> =>
      Wire.signIn(strict.port, holding(await mint('wes', { claims: { jti } })), { device: { id: 'one browser' } });
    const first = await shows('first');
    expect((await first.request({ type: 'push_subscribe', ...service.subscribe() })).ok).toEqual({});
    await first.request({ type: 'bye' });
    await (await shows('second')).request({ type: 'bye' });
    const other = await Wire.signIn(strict.port, holding(await mint('wes', { claims: { jti: 'other' } })), {
      device: { id: 'another browser' },
    });
    await other.request({ type: 'bye' });

    // Of another device, and one that was used up.
    for (const jti of ['other', 'first']) await strict.revoke({ jti });
    const call = callId();
    expect((await eve.request({ type: 'invite', call, to: 'wes', media: audio, offer })).ok).toEqual({ call });
    expect((await service.take('ring')).message.notification.tag).toBe(call);
    await eve.request({ type: 'hangup', call });
    await Promise.all([eve.take('ended'), service.take('over')]);

    await strict.revoke({ jti: 'second' });
    const next = callId();
    expect((await eve.request({ type: 'invite', call: next, to: 'wes', media: audio, offer })).ok).toEqual({ call: next });
    expect(await eve.take('ended', 9_000)).toMatchObject({ call: next, cause: 'unreachable' });
    expect(service.received).toEqual([]);
    await eve.request({ type: 'bye' });
  }, 20_000);

  it('somebody rings on as many devices as there may be, however many subscribe and however often', async () => {
    const subscribe = async (id: string, times: number): Promise<void> => {
      const wire = await Wire.signIn(strict.port, holding(await mint('max')), { device: { id } });
      const said = Array.from({ length: times }, () => wire.request({ type: 'push_subscribe', ...service.subscribe() }));
      for (const { ok, error } of await Promise.all(said))
        expect(ok === undefined ? error?.code : 'ok').toMatch(/^(ok|rate_limited)$/);
      await wire.request({ type: 'bye' });
    };
    for (let device = 1; device <= serverLimits.devicesPerUser + 8; device += 1) await subscribe(`browser ${device}`, 1);
    await subscribe('browser 1', 50);
    expect(await strict.store.pushes('max')).toHaveLength(serverLimits.devicesPerUser);
    const eve = await Wire.signIn(strict.port, holding(await mint('eve')));
    const call = callId();
    await eve.request({ type: 'invite', call, to: 'max', media: audio, offer });
    const pushed = new Set<string>();
    while (pushed.size < serverLimits.devicesPerUser) pushed.add((await service.take('ring')).subscription);
    await eve.request({ type: 'hangup', call });
    for (let over = 0; over < serverLimits.devicesPerUser; over += 1) await service.take('over');
    expect(service.received).toEqual([]);
    await eve.request({ type: 'bye' });
  }, 60_000);

  it('a device whose token lets calls in no longer, is not pushed to any more', async () => {
    const device = { id: 'one browser' };
    const before = await Wire.signIn(strict.port, holding(await mint('uma')), { device });
    expect((await before.request({ type: 'push_subscribe', ...service.subscribe() })).ok).toEqual({});
    await before.request({ type: 'bye' });
    const token = await mint('uma', { claims: { grants: { incoming: false } } });
    const after = await Wire.signIn(strict.port, holding(token), { device });
    expect((await after.request({ type: 'push_test', afterMs: 0 })).error?.code).toBe('push_unavailable');
    await after.request({ type: 'bye' });
  });
});

let admin: Promise<Identity> | undefined;
function firstAdminOnce(server: RunningServer): Promise<Identity> {
  return (admin ??= firstAdmin(server));
}

/** As Bo, on a connection of its own. */
async function change(settings: object): Promise<void> {
  const wire = await Wire.signIn(server.port, bo);
  expect((await wire.request({ type: 'settings', change: settings })).ok).toBeDefined();
  await wire.request({ type: 'bye' });
}
