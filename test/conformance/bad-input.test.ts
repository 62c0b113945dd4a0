import { limits } from '@offhook/core';
import { ephemerals, requests } from '@offhook/core/protocol';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ephemeralSamples, requestSamples } from '../support/samples.ts';
import { spoil } from '../support/spoil.ts';
import { answer, callId, claim, startServer, Wire } from '../support/wire.ts';
import type { Identity, SignedIn } from '../support/wire.ts';

let server: RunningServer;
let anna: Identity;
let bo: Identity;
let caller: SignedIn;
let callee: SignedIn;
/** Rings at the callee while a test runs. */
let call: string;

beforeAll(async () => {
  const limitsOff = {
    ...defaults.limits,
    messagesPerSecond: 1e6,
    messageBurst: 1e6,
    inviteBurst: 1e6,
    socketBurstPerAddress: 1e6,
  };
  server = await startServer({ limits: limitsOff });
  [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
});
afterAll(() => server.stop());

beforeEach(async () => {
  [caller, callee] = await Promise.all([Wire.signIn(server.port, anna), Wire.signIn(server.port, bo)]);
  call = callId();
  await caller.request({ ...requestSamples(call).invite });
  await callee.take('incoming');
});
afterEach(async () => {
  for (const wire of [caller, callee]) if (wire.closed === undefined) await wire.request({ type: 'bye' });
});

/** All that anybody can see of the world: calls, settings, names, history. */
async function world(): Promise<unknown> {
  return Promise.all(
    [anna, bo].map(async (identity) => {
      const observer = await Wire.signIn(server.port, identity);
      const { calls, settings, user } = observer.welcome;
      const history = (await observer.request({ type: 'history' })).ok;
      await observer.request({ type: 'bye' });
      return { calls: calls.map((view) => ({ ...view, ringMs: 0 })), settings, user, history };
    }),
  );
}

describe('a request with one wrong field is refused and changes nothing:', () => {
  test.each(Object.keys(requestSamples(callId())) as (keyof ReturnType<typeof requestSamples>)[])('%s', async (type) => {
    const schema = requests[type];
    const sample = requestSamples(call)[type];
    const wrong = spoil({ ...sample }, (message) => schema.safeParse({ ...asSent(message), id: 'x' }).success);
    expect(wrong.length > 0).toBe(
      !['ice', 'devices', 'contacts', 'blocked', 'phones', 'push_key', 'push_unsubscribe', 'meetings'].includes(type),
    );
    const before = await world();
    for (const { how, path, message } of wrong) {
      for (const wire of [caller, callee]) {
        const { error } = await wire.request(message);
        expect(error, `${path} ${how}`).toMatchObject({
          code: 'bad_message',
          detail: expect.stringContaining(path.split('.')[0] ?? ''),
        });
      }
    }
    expect(await world()).toEqual(before);
    expect([...caller.received, ...callee.received]).toEqual([]);
  });
});

/** What is missing in a list goes over the wire as `null`. */
function asSent(message: unknown): object {
  return JSON.parse(JSON.stringify(message)) as object;
}

describe('an ephemeral message with one wrong field is refused and changes nothing:', () => {
  test.each(Object.keys(ephemeralSamples(callId())) as (keyof ReturnType<typeof ephemeralSamples>)[])('%s', async (type) => {
    const schema = ephemerals[type];
    const sample = ephemeralSamples(call)[type];
    const wrong = spoil({ ...sample }, (message) => schema.safeParse(message).success);
    expect(wrong.length).toBeGreaterThan(0);
    const before = await world();
    for (const { how, path, message } of wrong) {
      for (const wire of [caller, callee]) {
        wire.send(message);
        expect(await wire.take('error'), `${path} ${how}`).toMatchObject({ about: type, error: { code: 'bad_message' } });
      }
    }
    expect(await world()).toEqual(before);
    expect([...caller.received, ...callee.received]).toEqual([]);
  });
});

describe('what is no message at all', () => {
  test.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['half an object', '{"type":"hangup"'],
    ['a list', '[{"type":"ping"}]'],
    ['null', 'null'],
    ['a number', '7'],
    ['a string', '"ping"'],
    ['an object without a type', '{}'],
    ['a type that is none', '{"type":7}'],
    ['a type that is a list', '{"type":["ping"]}'],
    ['null characters', '\u0000'],
  ])('%s is refused', async (_, text) => {
    caller.send(text);
    expect(await caller.take('error')).toMatchObject({ error: { code: 'bad_message' } });
  });

  test('is refused in a binary frame, too', async () => {
    caller.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect(await caller.take('error')).toMatchObject({ error: { code: 'bad_message' } });
    await caller.flush();
  });

  test.each(['__proto__', 'constructor', 'toString', 'hangUp', '', 'incoming', 'x'.repeat(1000)])(
    'a type that is unknown is refused: %.20s',
    async (type) => {
      expect(await caller.request({ type, call })).toMatchObject({ error: { code: 'unknown_type' } });
      caller.send({ type, call });
      expect(await caller.take('error')).toMatchObject({ error: { code: 'unknown_type' } });
    },
  );

  test.each([undefined, 7, null, '', 'x'.repeat(65), {}])('a request with the id %j is refused', async (id) => {
    caller.send({ ...requestSamples(call).hangup, id });
    expect(await caller.take('error')).toMatchObject({ about: 'hangup', error: { code: 'bad_message' } });
    expect((await callee.request({ type: 'accept', call, epoch: 1, answer })).ok).toBeDefined();
  });
});

describe('the first message', () => {
  test.each([
    ['another request', { id: 'h', type: 'history' }, 'hello_expected'],
    ['an ephemeral message', { type: 'ping' }, 'hello_expected'],
    ['a message of an application', { type: 'acme.cursor', to: { everyone: true }, data: 1 }, 'hello_expected'],
    ['no JSON', '{', 'hello_expected'],
    ['a hello without a token', { id: 'h', type: 'hello', version: 1 }, 'bad_message'],
    ['a hello without an id', { type: 'hello', version: 1, token: 'x' }, 'bad_message'],
    ['a token that is none', { id: 'h', type: 'hello', version: 1, token: 7 }, 'bad_message'],
    ['a token too long', { id: 'h', type: 'hello', version: 1, token: 'x'.repeat(9000) }, 'bad_message'],
    ['an unknown token', { id: 'h', type: 'hello', version: 1, token: 'x' }, 'unauthorized'],
    ['another version', { id: 'h', type: 'hello', version: 2, token: 'x' }, 'version_unsupported'],
  ])('%s is refused and closes the socket', async (_, message, code) => {
    const wire = await Wire.open(server.port);
    wire.send(message);
    const { code: number, reason } = await wire.end();
    expect([number >= 4400 && number < 4600, reason]).toEqual([true, code]);
    expect(wire.received).toMatchObject([{ error: { code } }]);
  });

  test('in a binary frame closes the socket', async () => {
    const wire = await Wire.open(server.port);
    wire.socket.send(Buffer.from('{}'), { binary: true });
    expect(await wire.end()).toEqual({ code: 4400, reason: 'hello_expected' });
  });

  test('said twice is refused, and the first holds', async () => {
    const again = await caller.request({ type: 'hello', version: 1, token: bo.token });
    expect(again.error?.code).toBe('hello_expected');
    expect((await caller.request({ type: 'rename', name: 'Anna' })).ok).toEqual({ user: anna.user });
  });
});

describe('a message that is too large', () => {
  test('closes the socket with a code that says so', async () => {
    caller.send({ type: 'acme.big', to: { user: 'bo' }, data: 'x'.repeat(limits.messageBytes) });
    expect(await caller.end()).toEqual({ code: 4413, reason: 'too_large' });
    await callee.flush();
    expect(callee.received.filter(({ type }) => type === 'acme.big')).toEqual([]);
  });

  test('in pieces closes it, too', async () => {
    for (let n = 0; n < 20; n += 1) caller.socket.send('x'.repeat(limits.messageBytes / 16), { fin: false });
    expect(await caller.end()).toEqual({ code: 4413, reason: 'too_large' });
  });

  test('just as large as allowed arrives', async () => {
    const frame = JSON.stringify({ type: 'acme.big', to: { user: 'bo' }, data: '' }).length;
    caller.send({ type: 'acme.big', to: { user: 'bo' }, data: 'x'.repeat(limits.messageBytes - frame) });
    expect(await callee.take('acme.big')).toMatchObject({ from: { user: 'anna' } });
  });
});

test('bytes that are no WebSocket frames end the socket and nothing else', async () => {
  const handshake =
    'GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: offhook.1\r\n\r\n';
  for (const bytes of [
    Buffer.alloc(1000, 0xff),
    Buffer.from('hello'),
    Buffer.from([0x81, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f]),
  ]) {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(handshake);
    socket.write(bytes);
    socket.resume();
    await new Promise((resolve) => socket.on('close', resolve));
  }
  await caller.flush();
});
