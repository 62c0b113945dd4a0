/** Calls that programs place and control, by the SDK for servers, over a real server: devices ring, talk, are led on, and hang up. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { ApiCall, WebhookEvent } from '@offhook/api';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { addDevice, answer, claim, offer, post, startServer, Wire } from '../support/wire.ts';
import type { Identity, SignedIn } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['calls.read'])];

let server: RunningServer;
let api: OffhookApi;
const url = (): string => `http://127.0.0.1:${server.port}`;
beforeAll(async () => {
  server = await startServer({ apiKeys: [full.setting, looking.setting.replace('app:', 'wallboard:')] });
  api = new OffhookApi({ url: url(), key: full.key });
});
afterAll(() => server.stop());

let people = 0;

/** Somebody whom no other test knows. */
async function somebody(): Promise<Identity & { readonly address: string }> {
  people += 1;
  const identity = await claim(server.port, `Somebody ${people}`);
  return { ...identity, address: identity.user.address };
}

async function here(): Promise<{ readonly address: string; readonly identity: Identity; readonly wire: SignedIn }> {
  const identity = await somebody();
  return { address: identity.address, identity, wire: await Wire.signIn(server.port, identity) };
}

type Here = Awaited<ReturnType<typeof here>>;

const ringing = { ok: {} };

function postCall(body: unknown): Promise<Response> {
  return post(server.port, '/v1/calls', body, { authorization: `Bearer ${full.key}` });
}

/** The caller takes the call, and the callee answers. */
async function talk(call: string, caller: Here, callee: Here): Promise<void> {
  await caller.wire.take('incoming');
  expect(await caller.wire.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject(ringing);
  await caller.wire.take('transferred');
  await offerAndAnswer(call, caller, callee, 3);
}

async function offerAndAnswer(call: string, caller: Here, callee: Here, epoch: number): Promise<void> {
  expect(await caller.wire.request({ type: 'reoffer', call, epoch, offer })).toMatchObject(ringing);
  expect(await callee.wire.take('incoming')).toMatchObject({ view: { call, peer: { address: caller.address }, offer } });
  expect(await callee.wire.request({ type: 'accept', call, epoch, answer })).toMatchObject(ringing);
  expect(await caller.wire.take('accepted')).toMatchObject({ call, answer });
  for (const { wire } of [caller, callee]) wire.send({ type: 'media', call, epoch, state: 'connected' });
  await expect.poll(async () => (await api.getCall(call)).connectedAt).toBeTypeOf('number');
}

/** Two who talk, in a call that was placed. */
async function talking(): Promise<{ readonly call: ApiCall; readonly anna: Here; readonly bo: Here }> {
  const [anna, bo] = await Promise.all([here(), here()]);
  const call = await api.placeCall({ from: anna.address, to: bo.address });
  await talk(call.call, anna, bo);
  return { call, anna, bo };
}

describe('a call that a program places', () => {
  test("rings at the caller's devices first, then at the callee's, and they talk", async () => {
    const [anna, bo] = await Promise.all([here(), here()]);
    const laptop = await Wire.signIn(server.port, await addDevice(server.port, anna.identity, 'laptop'));
    const heard: WebhookEvent[] = [];
    const enough = new AbortController();
    const listening = (async () => {
      for await (const event of api.listen({ types: ['call.*'], signal: enough.signal })) heard.push(event);
    })();
    const placed = await api.placeCall({ from: anna.address, to: bo.address });
    const { call } = placed;
    expect(placed).toMatchObject({
      state: 'placed',
      placed: true,
      caller: { address: anna.address },
      callee: { address: bo.address },
    });
    expect(await anna.wire.take('incoming')).toMatchObject({ view: { call, peer: { address: bo.address }, placed: true } });
    await laptop.take('incoming');
    anna.wire.send({ type: 'ringing', call });

    expect(await laptop.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject(ringing);
    expect(await anna.wire.take('ended')).toMatchObject({ call, cause: 'answered_elsewhere', elsewhere: 'laptop' });
    expect(await anna.wire.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject({
      error: { code: 'answered_elsewhere' },
    });
    // Another page of hers, which was not there when it was taken, does not ring.
    const tablet = await Wire.signIn(server.port, await addDevice(server.port, anna.identity, 'tablet'), { calls: [call] });
    expect(tablet.welcome).toMatchObject({ calls: [], ended: [{ call, cause: 'answered_elsewhere' }] });
    const led = await laptop.take('transferred');
    expect(led).toMatchObject({ call, view: { call, role: 'caller', stage: 'ringing', here: true, replaces: [call] } });
    expect(await api.getCall(call)).toMatchObject({ state: 'ringing', caller: { address: anna.address } });
    await bo.wire.flush();
    expect(bo.wire.received).toEqual([]);
    await offerAndAnswer(call, { ...anna, wire: laptop }, bo, 3);
    expect(await api.listLiveCalls({ user: bo.address })).toMatchObject([{ call, state: 'active' }]);

    expect(await api.hangUp(call)).toMatchObject({ state: 'ended', cause: 'hangup', placed: true });
    for (const wire of [laptop, bo.wire]) expect(await wire.take('ended')).toMatchObject({ call, cause: 'hangup' });
    expect(await api.hangUp(call)).toMatchObject({ state: 'ended', cause: 'hangup' });
    expect(await api.listLiveCalls({ user: bo.address })).toEqual([]);
    expect((await api.listCalls(anna.address)).calls).toMatchObject([{ call, role: 'caller', placed: true }]);
    expect((await api.listCalls(bo.address)).calls).toMatchObject([{ call, role: 'callee', missed: false }]);
    const types = (): string[] => heard.filter(({ data }) => 'call' in data && data.call === call).map(({ type }) => type);
    await expect.poll(types).toEqual(['call.placed', 'call.ringing', 'call.accepted', 'call.connected', 'call.ended']);
    for (const { data } of heard) expect(data).toMatchObject({ caller: { address: anna.address }, placed: true });
    enough.abort();
    await listening;
  });

  test('that its caller does not take is nothing to the other one', async () => {
    const [anna, bo] = await Promise.all([here(), here()]);
    const { call } = await api.placeCall({ from: anna.address, to: bo.address });
    await anna.wire.take('incoming');
    expect(await anna.wire.request({ type: 'reject', call, reason: 'declined' })).toMatchObject({ ok: {} });
    expect(await api.getCall(call)).toMatchObject({ state: 'ended', cause: 'cancelled', untaken: 'declined' });
    expect((await api.listCalls(anna.address)).calls).toMatchObject([
      { call, role: 'caller', missed: false, untaken: 'declined' },
    ]);
    expect((await api.listCalls(bo.address)).calls).toEqual([]);
    await bo.wire.flush();
    expect(bo.wire.received).toEqual([]);
  });

  test('is cancelled by the program, rung or not', async () => {
    const [anna, bo] = await Promise.all([here(), here()]);
    const first = await api.placeCall({ from: anna.address, to: bo.address });
    await anna.wire.take('incoming');
    expect(await api.hangUp(first.call)).toMatchObject({ cause: 'cancelled', untaken: 'cancelled' });
    expect(await anna.wire.take('ended')).toMatchObject({ call: first.call, cause: 'cancelled' });
    const second = await api.placeCall({ from: anna.address, to: bo.address });
    await anna.wire.take('incoming');
    expect(await api.rejectCall(second.call)).toMatchObject({ cause: 'cancelled', untaken: 'declined' });
  });

  test('ends as any other where the callee cannot be reached', async () => {
    const [anna, { address: bo }] = await Promise.all([here(), somebody()]);
    const { call } = await api.placeCall({ from: anna.address, to: bo });
    await anna.wire.take('incoming');
    expect(await anna.wire.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject(ringing);
    expect(await anna.wire.take('ended')).toMatchObject({ call, cause: 'unreachable' });
    expect(await api.getCall(call)).toMatchObject({ state: 'ended', cause: 'unreachable' });
    expect((await api.listCalls(bo)).calls).toMatchObject([{ call, missed: true }]);
    const [{ address: away }, there] = await Promise.all([somebody(), here()]);
    expect(await api.placeCall({ from: away, to: there.address })).toMatchObject({
      state: 'ended',
      cause: 'cancelled',
      untaken: 'unreachable',
    });
  });

  test('goes on where the callee forwards it', async () => {
    const [anna, bo, carla] = await Promise.all([here(), here(), here()]);
    await bo.wire.request({ type: 'settings', change: { forward: { always: carla.address } } });
    const { call } = await api.placeCall({ from: anna.address, to: bo.address });
    await anna.wire.take('incoming');
    await anna.wire.request({ type: 'accept', call, epoch: 1, answer });
    const { view } = await anna.wire.take('forwarded');
    const { call: into } = view as { call: string };
    await offerAndAnswer(into, anna, carla, 3);
    expect(await api.getCall(call)).toMatchObject({ state: 'ended', cause: 'forwarded', into });
    // What is asked of the one is done to the other.
    expect(await api.hangUp(call)).toMatchObject({ call: into, cause: 'hangup', forwardedFrom: { address: bo.address } });
  });

  test('is placed once, however often it is asked for', async () => {
    const [anna, bo] = await Promise.all([here(), here()]);
    const idempotencyKey = 'order 4711';
    const order = { from: anna.address, to: bo.address };
    const placed = await Promise.all([1, 2, 3].map(() => api.placeCall(order, { idempotencyKey })));
    expect(new Set(placed.map(({ call }) => call)).size).toBe(1);
    await expect(api.placeCall({ from: bo.address, to: anna.address }, { idempotencyKey })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
    const { call } = await api.hangUp(placed[0]?.call ?? '');
    expect(await api.placeCall(order, { idempotencyKey })).toMatchObject({ call, state: 'ended' });
  });

  test('goes on where it was after the server was started anew', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'offhook-placed-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const settings = { dataDir, apiKeys: [full.setting] };
    const first = await startServer(settings);
    const [anna, bo] = await Promise.all([claim(first.port, 'Anna'), claim(first.port, 'Bo')]);
    await Wire.signIn(first.port, anna);
    const program = (to: RunningServer): OffhookApi => new OffhookApi({ url: `http://127.0.0.1:${to.port}`, key: full.key });
    const { call } = await program(first).placeCall({ from: 'anna', to: 'bo' });
    await first.stop();

    const second = await startServer(settings);
    onTestFinished(() => second.stop());
    const caller = await Wire.signIn(second.port, anna);
    const callee = await Wire.signIn(second.port, bo);
    expect(caller.welcome.calls).toMatchObject([{ call, peer: { address: 'bo' }, stage: 'ringing', placed: true }]);
    expect(callee.welcome.calls).toEqual([]);
    expect(await caller.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject(ringing);
    await caller.take('transferred');
    await caller.request({ type: 'reoffer', call, epoch: 3, offer });
    expect(await callee.take('incoming')).toMatchObject({ view: { call, peer: { address: 'anna' } } });
    expect(await program(second).getCall(call)).toMatchObject({ state: 'ringing', placed: true });
  });
});

describe('a call that people talk in', () => {
  test('is transferred: one leaves, and the other calls somebody else', async () => {
    const { call, anna, bo } = await talking();
    const carla = await here();
    const idempotencyKey = `transfer of ${call.call}`;
    const transfer = { leaves: bo.address, to: carla.address };
    const onward = await api.transferCall(call.call, transfer, { idempotencyKey });
    expect(onward).toMatchObject({
      state: 'ringing',
      caller: { address: anna.address },
      callee: { address: carla.address },
      transferredBy: { address: bo.address },
    });
    expect(await bo.wire.take('ended')).toMatchObject({ call: call.call, cause: 'transferred' });
    await anna.wire.take('transferred');
    expect(await api.transferCall(call.call, transfer, { idempotencyKey })).toMatchObject({ call: onward.call });
    for (const other of [{ to: bo.address }, { leaves: anna.address }])
      await expect(api.transferCall(call.call, { ...transfer, ...other }, { idempotencyKey })).rejects.toMatchObject({
        code: 'idempotency_mismatch',
      });
    await offerAndAnswer(onward.call, anna, carla, 5);
    expect(await api.getCall(call.call)).toMatchObject({ state: 'ended', cause: 'transferred', into: onward.call });
    await anna.wire.request({ type: 'hangup', call: onward.call });
    expect(await carla.wire.take('ended')).toMatchObject({ call: onward.call, cause: 'hangup' });
  });

  test('stays as it is where a transfer leads to nobody', async () => {
    const { call, bo } = await talking();
    const { address: away } = await somebody();
    const { call: id } = call;
    const leaves = bo.address;
    await expect(api.transferCall(id, { leaves, to: away })).rejects.toMatchObject({ code: 'person_unavailable' });
    await expect(api.transferCall(id, { leaves, to: 'nobody' })).rejects.toMatchObject({ code: 'user_not_found' });
    await expect(api.transferCall(id, { leaves, to: leaves })).rejects.toMatchObject({ code: 'self_call' });
    await expect(api.transferCall(id, { leaves: away, to: leaves })).rejects.toMatchObject({ code: 'bad_message' });
    expect(await api.getCall(id)).toMatchObject({ state: 'active' });
    await expect(api.rejectCall(id)).rejects.toMatchObject({ status: 409, code: 'wrong_state' });
  });

  test('moves into a meeting, where both go on', async () => {
    const { call, anna, bo } = await talking();
    const { call: id } = call;
    await expect(api.moveCall(id, 'no-such-meeting-1')).rejects.toMatchObject({ code: 'meeting_not_found' });
    const { meeting } = await api.createMeeting({ title: 'Both', lobby: 'all' });
    expect(await api.moveCall(id, meeting)).toMatchObject({ call: id, state: 'active' });
    for (const { wire } of [anna, bo]) {
      expect(await wire.take('moving')).toMatchObject({ of: id, meeting, heard: false });
      expect(await wire.request({ type: 'meeting_enter', meeting })).toMatchObject({ ok: { state: 'in' } });
    }
    for (const { wire } of [anna, bo]) await wire.request({ type: 'move', call: id, meeting, heard: true });
    expect(await api.getCall(id)).toMatchObject({ state: 'ended', cause: 'joined' });
  });
});

describe('what cannot be done is refused', () => {
  test('with a code each', async () => {
    const [anna, { address: bo }] = await Promise.all([here(), somebody()]);
    const { address: from } = anna;
    await expect(api.placeCall({ from, to: 'nobody' })).rejects.toMatchObject({ status: 404, code: 'user_not_found' });
    await expect(api.placeCall({ from: 'nobody', to: from })).rejects.toMatchObject({ status: 404, code: 'user_not_found' });
    await expect(api.placeCall({ from, to: from })).rejects.toMatchObject({ status: 409, code: 'self_call' });
    await anna.wire.request({ type: 'block', user: bo, on: true });
    await expect(api.placeCall({ from, to: bo })).rejects.toMatchObject({ status: 409, code: 'blocked' });
    for (const body of [{}, { from }, { from, to: bo, more: 1 }, { from: 1, to: bo }, []])
      expect((await postCall(body)).status).toBe(400);
    for (const id of ['x', 'no-such-call-0123'])
      for (const ask of [
        () => api.getCall(id),
        () => api.hangUp(id),
        () => api.rejectCall(id),
        () => api.transferCall(id, { leaves: from, to: bo }),
        () => api.moveCall(id, 'no-such-meeting-1'),
      ])
        await expect(ask()).rejects.toMatchObject({ status: 404, code: 'call_not_found' });
  });

  test('also of a call that is over', async () => {
    const [anna, bo] = await Promise.all([here(), here()]);
    const { call } = await api.placeCall({ from: anna.address, to: bo.address });
    await api.hangUp(call);
    const { meeting } = await api.createMeeting();
    for (const ask of [
      () => api.rejectCall(call),
      () => api.transferCall(call, { leaves: anna.address, to: bo.address }),
      () => api.moveCall(call, meeting),
    ])
      await expect(ask()).rejects.toMatchObject({ status: 410, code: 'call_ended' });
  });

  test('to a key that may only look', async () => {
    const wallboard = new OffhookApi({ url: url(), key: looking.key });
    const [anna, bo] = await Promise.all([here(), here()]);
    await expect(wallboard.placeCall({ from: anna.address, to: bo.address })).rejects.toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    const { call } = await api.placeCall({ from: anna.address, to: bo.address });
    expect(await wallboard.getCall(call)).toMatchObject({ state: 'placed' });
    for (const ask of [
      () => wallboard.hangUp(call),
      () => wallboard.rejectCall(call),
      () => wallboard.moveCall(call, 'no-such-meeting-1'),
    ])
      await expect(ask()).rejects.toMatchObject({ status: 403, code: 'forbidden' });
    await api.hangUp(call);
  });
});
