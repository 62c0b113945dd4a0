import { fieldsOf, parseMessage, parseUri, Request, responseTo, writeMessage } from '@offhook/sip';
import type { Remote } from '@offhook/sip';
import { beforeEach, expect, it } from 'vitest';
import { ManualClock, settled } from '../engine/engine.fixture.ts';
import { SipAgent } from './agent.ts';
import { Asking } from './asking.ts';

const places = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ transport: 'tcp', address, port: 5060 }) as const);
const uri = parseUri('sip:carrier.example');

let clock: ManualClock;
let agent: SipAgent;
let sent: { readonly to: Remote; readonly request: Request }[];
/** Places that nothing can be sent to. */
let dead: Set<string>;
let found: (uri: unknown, size: number) => Promise<readonly Remote[]>;
/** What was told in the end. */
let told: (number | string)[];

beforeEach(() => {
  clock = new ManualClock();
  [sent, dead, told] = [[], new Set(), []];
  found = () => Promise.resolve(places);
  let count = 0;
  agent = new SipAgent({
    clock,
    random: () => `r${++count}`,
    sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
    send(to, text, failed) {
      if (dead.has(to.address)) return failed();
      const request = parseMessage(text);
      if (request instanceof Request) sent.push({ to, request });
    },
    find: (...asked) => found(...asked),
    serve: () => undefined,
  });
});

async function ask(method = 'OPTIONS', body = ''): Promise<Asking> {
  const fields = { From: '<sip:a@here>;tag=1', To: '<sip:b@there>', 'Call-ID': 'c', CSeq: `1 ${method}` };
  const request = new Request(method, uri, fieldsOf(fields), body);
  const asking = new Asking(agent, request, uri, {
    response: ({ status }) => void told.push(status),
    failed: (status) => void told.push(`failed ${status}`),
  });
  await settled();
  return asking;
}

const answer = (status: number): void => {
  const { request, to } = sent.at(-1)!;
  agent.receive(writeMessage(responseTo(request, status, { toTag: 't' })), to);
};
const addresses = (): string[] => sent.map(({ to }) => to.address);

it('is asked at the first place, and what that answers is told', async () => {
  const asking = await ask();
  answer(404);
  expect([told, addresses(), asking.place]).toEqual([[404], ['192.0.2.1'], places[0]]);
});

it('is asked at the next one where one is down, cannot be reached or says nothing, each with a branch of its own', async () => {
  dead.add('192.0.2.2');
  const asking = await ask();
  answer(503);
  expect(addresses()).toEqual(['192.0.2.1', '192.0.2.3']);
  expect(sent.map(({ request }) => request.vias.length)).toEqual([1, 1]);
  expect(new Set(sent.map(({ request }) => request.via.params.get('branch'))).size).toBe(2);
  await clock.advance(33_000);
  expect([told, asking.place]).toEqual([['failed 408'], places[2]]);
});

it('ends with what the last one says', async () => {
  await ask();
  for (const status of [503, 503, 503]) answer(status);
  expect(told).toEqual([503]);
});

it('is told to lead nowhere', async () => {
  found = () => Promise.resolve([]);
  await ask();
  found = () => Promise.reject(new Error('SERVFAIL'));
  await ask();
  expect(told).toEqual(['failed 503', 'failed 503']);
});

it('stays with who rings, and asks nobody else once it is given up', async () => {
  const asking = await ask('INVITE');
  answer(180);
  asking.cancel();
  expect(sent.at(-1)?.request.method).toBe('CANCEL');
  sent.pop();
  answer(503);
  expect([told, addresses()]).toEqual([
    [180, 503],
    ['192.0.2.1', '192.0.2.1'],
  ]);
});

it('is asked nowhere else once somebody has refused it, even where they are gone when they say so again', async () => {
  found = () => Promise.resolve(places.map((place) => ({ ...place, transport: 'udp' as const })));
  await ask('INVITE');
  const { request, to } = sent[0]!;
  const busy = writeMessage(responseTo(request, 486, { toTag: 't' }));
  agent.receive(busy, to);
  dead.add(to.address);
  agent.receive(busy, to);
  expect([told, sent.map((one) => one.request.method)]).toEqual([[486], ['INVITE', 'ACK']]);
});

it('given up while it is looked for, is asked nowhere', async () => {
  const looked = Promise.withResolvers<readonly Remote[]>();
  found = () => looked.promise;
  const asking = await ask('INVITE');
  asking.cancel();
  looked.resolve(places);
  await settled();
  expect([told, sent]).toEqual([['failed 503'], []]);
});

it('says how long it is, so that what is too long for a datagram goes another way', async () => {
  const sizes: number[] = [];
  found = (_uri, size) => (sizes.push(size), Promise.resolve(places));
  await ask('MESSAGE', 'x'.repeat(1_000));
  expect(sizes[0]).toBeGreaterThan(writeMessage(sent[0]!.request).length);
  expect(sizes[0]).toBeLessThan(1_350);
});
