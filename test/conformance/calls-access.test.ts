/** Who may do what in a call: every message about calls × what somebody is to one that goes on, each cell over the real server. */
import { ephemerals, requests } from '@offhook/core/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { addDevice, answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

const roles = ['caller', 'callee', 'other device', 'stranger'] as const;
type Role = (typeof roles)[number];
/** `ok`, the code of the refusal; of what is not answered, whether the caller and the callee hear of it. */
type Verdict = string;
type Row = readonly [caller: Verdict, callee: Verdict, otherDevice: Verdict, stranger: Verdict];

const sides = (otherwise: Verdict, stranger = 'call_not_found'): Row => ['ok', 'ok', otherwise, stranger];

const table: Readonly<Record<string, Row>> = {
  // Said again by the one who said it, it is answered as it was.
  invite: ['ok', 'call_exists', 'call_exists', 'call_exists'],
  reoffer: ['wrong_state', 'wrong_state', 'wrong_state', 'call_not_found'],
  // Nobody answers oneself.
  accept: ['call_not_found', 'ok', 'answered_elsewhere', 'call_not_found'],
  answer: ['call_not_found', 'ok', 'answered_elsewhere', 'call_not_found'],
  // Harmless from where it rings no more.
  reject: ['ok', 'ok', 'ok', 'call_not_found'],
  hangup: ['ok', 'ok', 'ok', 'call_not_found'],
  describe: sides('answered_elsewhere'),
  transfer: sides('answered_elsewhere'),
  move: sides('answered_elsewhere'),
  // By this id a call is to begin.
  meeting_call: ['meeting_not_found', 'meeting_not_found', 'meeting_not_found', 'meeting_not_found'],
  update: sides('answered_elsewhere'),
  ringing: ['unheard', 'unheard', 'unheard', 'unheard'],
  candidates: ['heard', 'heard', 'unheard', 'unheard'],
  media: ['unheard', 'unheard', 'unheard', 'unheard'],
  quality: ['unheard', 'unheard', 'unheard', 'unheard'],
};

const ofCalls = (messages: object): string[] =>
  Object.entries(messages as Record<string, { readonly shape: object }>).flatMap(([type, { shape }]) =>
    'call' in shape ? type : [],
  );

test('the table names every message about calls, and no other', () => {
  expect(Object.keys(table).sort()).toEqual([...ofCalls(requests), ...ofCalls(ephemerals)].sort());
});

let server: RunningServer;
/** The call of the test that runs. */
let present: string;
let wires: Readonly<Record<Role, SignedIn>>;

beforeAll(async () => {
  const unlimited = { invitesPerMinute: 1e6, inviteBurst: 1e6, messageBurst: 1e6 };
  server = await startServer({ limits: { ...defaults.limits, ...unlimited } });
  const [anna, bo, eve, carla] = await Promise.all(['Anna', 'Bo', 'Eve', 'Carla'].map((name) => claim(server.port, name)));
  if (anna === undefined || bo === undefined || eve === undefined || carla === undefined) throw new Error('nobody is there');
  // For transfers.
  await Wire.signIn(server.port, carla);
  wires = {
    caller: await Wire.signIn(server.port, anna),
    callee: await Wire.signIn(server.port, bo),
    'other device': await Wire.signIn(server.port, await addDevice(server.port, bo, 'Phone')),
    stranger: await Wire.signIn(server.port, eve),
  };
});
afterEach(async () => {
  await wires.caller.request({ type: 'hangup', call: present });
  for (const one of Object.values(wires)) await one.flush();
});
afterAll(() => server.stop());

const side = { n: 1, held: true, muted: false, camera: false };
const said: Readonly<Record<string, (call: string) => object>> = {
  invite: () => ({ to: 'bo', media: audio, offer }),
  reoffer: () => ({ epoch: 2, offer }),
  accept: () => ({ epoch: 1, answer }),
  answer: () => ({ epoch: 1, answer }),
  reject: () => ({ reason: 'declined' }),
  hangup: () => ({}),
  describe: () => ({ epoch: 1, description: { ...offer, n: 1 } }),
  transfer: () => ({ to: { user: 'carla' }, into: callId() }),
  move: () => ({ meeting: 'meeting-of-nobody', heard: false }),
  meeting_call: () => ({ meeting: 'meeting-of-nobody' }),
  update: () => ({ side }),
  ringing: () => ({}),
  candidates: () => ({ epoch: 1, candidates: [{ candidate: 'candidate:1', sdpMid: '0' }] }),
  media: () => ({ epoch: 1, state: 'connected' }),
  quality: () => ({ quality: { mos: 1, loss: 1, jitterMs: 0, roundTripMs: 0 } }),
};

/** Anna talks with Bo, who has answered on one of his devices. */
async function talk(): Promise<string> {
  const call = (present = callId());
  const { caller, callee, 'other device': other } = wires;
  await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await Promise.all([callee, other].map((wire) => wire.take((event) => event.type === 'incoming')));
  await callee.request({ type: 'accept', call, epoch: 1, answer });
  await Promise.all([caller.take('accepted'), other.take('ended')]);
  for (const wire of Object.values(wires)) {
    await wire.flush();
    wire.received.length = 0;
  }
  return call;
}

const cells = Object.entries(table).flatMap(([type, row]) => roles.map((role, at) => ({ type, role, verdict: row[at] ?? '' })));

describe('in a call that goes on', () => {
  it.each(cells)('$type by the $role: $verdict', async ({ type, role, verdict }) => {
    const call = await talk();
    const wire = wires[role];
    const message = { type, call, ...said[type]?.(call) };
    const { caller, callee } = wires;
    if (verdict === 'heard' || verdict === 'unheard') {
      wire.send(message);
      await wire.flush();
      for (const one of [caller, callee]) await one.flush();
      const heard = [caller, callee].some((one) => one !== wire && one.received.some((event) => event.type === type));
      expect(heard ? 'heard' : 'unheard').toBe(verdict);
    } else {
      const { ok, error } = await wire.request(message);
      expect(ok === undefined ? error?.code : 'ok').toBe(verdict);
    }
    if (role === 'stranger' || role === 'other device') {
      // Nobody has heard of it, and the call goes on.
      for (const one of [caller, callee]) await one.flush();
      expect([...caller.received, ...callee.received].filter((event) => 'call' in event)).toEqual([]);
      expect((await caller.request({ type: 'update', call, side: { ...side, n: 9 } })).ok).toBeDefined();
    }
  });
});
