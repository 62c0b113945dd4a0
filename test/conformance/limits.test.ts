import { peopleLimits, serverLimits } from '@offhook/core';
import { requests } from '@offhook/core/protocol';
import { expect, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import { claim, post, startServer, Wire } from '../support/wire.ts';

const text = (length: number): string => 'x'.repeat(length);
const hello = { id: 'h', type: 'hello', version: 1, token: 't' };
const call = text(16);
const offer = { type: 'offer', sdp: 'v=0' };
const described = { id: 'r', type: 'describe', call, epoch: 1, description: offer };

/** Each with a message that is as large as it may be, and with the same one larger by one. */
test.each([
  ['idLength', serverLimits.idLength, (n: number) => ({ ...hello, id: text(n) })],
  ['idLength, of a call', serverLimits.idLength, (n: number) => ({ id: 'r', type: 'hangup', call: text(n) })],
  ['tokenLength', serverLimits.tokenLength, (n: number) => ({ ...hello, token: text(n) })],
  ['resumeLength', serverLimits.resumeLength, (n: number) => ({ ...hello, resume: text(n) })],
  ['callsInHello', serverLimits.callsInHello, (n: number) => ({ ...hello, calls: Array.from({ length: n }, () => call) })],
  ['cursorLength, of people', serverLimits.cursorLength, (n: number) => ({ id: 'r', type: 'people', after: text(n) })],
  ['cursorLength, of history', serverLimits.cursorLength, (n: number) => ({ id: 'r', type: 'history', before: text(n) })],
  ['epochMost', serverLimits.epochMost, (n: number) => ({ ...described, epoch: n })],
  ['epochMost, of an offer', serverLimits.epochMost, (n: number) => ({ ...described, description: { ...offer, n } })],
  ['peoplePage', peopleLimits.peoplePage, (n: number) => ({ id: 'r', type: 'people', limit: n })],
  ['historyPage', serverLimits.historyPage, (n: number) => ({ id: 'r', type: 'history', limit: n })],
  ['sdpLength', serverLimits.sdpLength, (n: number) => ({ ...described, description: { ...offer, sdp: text(n) } })],
])('%s is %d', (_, most, message) => {
  const isRight = (n: number): boolean => {
    const sent = message(n);
    return requests[sent.type as keyof typeof requests].safeParse(sent).success;
  };
  expect([isRight(most), isRight(most + 1)]).toEqual([true, false]);
});

test('requestBytes, linkLength and typeLength are kept to by the server', async () => {
  const server = await startServer({ limits: { ...defaults.limits } });
  const join = async (code: string): Promise<number> => (await post(server.port, '/v1/open/join', { code })).status;
  expect(await join(text(serverLimits.linkLength))).toBe(410);
  expect(await join(text(serverLimits.linkLength + 1))).toBe(400);
  const around = JSON.stringify({ code: '' }).length;
  expect(await join(text(serverLimits.requestBytes - around))).toBe(400);
  expect(await join(text(serverLimits.requestBytes - around + 1))).toBe(413);
  const wire = await Wire.signIn(server.port, await claim(server.port, 'Anna'));
  const about = async (length: number): Promise<unknown> => {
    wire.send({ type: text(length) });
    return (await wire.take('error')).about;
  };
  expect(await about(serverLimits.typeLength)).toBe(text(serverLimits.typeLength));
  expect(await about(serverLimits.typeLength + 1)).toBeUndefined();
  await server.stop();
});
