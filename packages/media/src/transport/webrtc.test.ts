import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../../../test/browser/harness/ports.ts';
import { WebRtcTransport } from './webrtc.ts';
import type { SctpParameters, TransportEvents, TransportParameters, TransportState, WebRtcOptions } from './webrtc.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const open: WebRtcTransport[] = [];
afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
});

interface Side {
  readonly states: TransportState[];
  readonly packets: string[];
  readonly data: string[];
  readonly transport: WebRtcTransport;
}

function side(make: (events: Required<TransportEvents>) => WebRtcTransport): Side {
  const [states, packets, data]: [TransportState[], string[], string[]] = [[], [], []];
  const transport = make({
    onPacket: (bytes) => packets.push(bytes.toString('hex')),
    onState: (state) => states.push(state),
    onData: (bytes, lossy) => data.push(`${lossy} ${bytes.toString()}`),
  });
  open.push(transport);
  return { states, packets, data, transport };
}

/** Two of them; what the one that answers says of itself may be changed on the way. */
async function pair(
  change: (answer: TransportParameters) => TransportParameters,
  sctp?: SctpParameters,
): Promise<{ readonly offering: Side; readonly answering: Side }> {
  const options = { port: await freePort(), listen: '127.0.0.1' };
  const other = { port: await freePort(), listen: '127.0.0.1' };
  const offering = side((events) => WebRtcTransport.offering(options, events, sctp !== undefined));
  const answering = side((events) => WebRtcTransport.answering(offering.transport.local, other, events, sctp));
  offering.transport.connect(change(answering.transport.local), sctp);
  return { offering, answering };
}

const packet = Buffer.concat([Buffer.from('80600001000000000000000a', 'hex'), Buffer.from('said')]);

it('carries packets both ways', async () => {
  const { offering, answering } = await pair((answer) => answer);
  for (const [from, to] of [
    [offering, answering],
    [answering, offering],
  ] as const) {
    await expect.poll(() => from.transport.send(packet)).toBe(true);
    await expect.poll(() => to.packets).toContain(packet.toString('hex'));
  }
});

it.each([
  ['one port', 0],
  ['ports of one server', 1],
])('carries packets between those who have %s, of several pairs at once', async (_, apart) => {
  const port = await freePort();
  const options = { port, listen: '127.0.0.1', announced: ['192.0.2.1'] };
  const other = { ...options, port: apart === 0 ? port : await freePort(), siblings: apart === 0 ? [] : [port] };
  const pairs = [1, 2].map((n) => {
    const offering = side((events) => WebRtcTransport.offering(options, events));
    const answering = side((events) => WebRtcTransport.answering(offering.transport.local, other, events));
    offering.transport.connect(answering.transport.local);
    return { offering, answering, said: Buffer.concat([packet, Buffer.from(`by ${n}`)]) };
  });
  for (const { offering, answering, said } of pairs)
    for (const [from, to] of [
      [offering, answering],
      [answering, offering],
    ] as const) {
      await expect.poll(() => from.transport.send(said)).toBe(true);
      await expect.poll(() => to.packets).toEqual([said.toString('hex')]);
    }
});

it('trusts whoever is so near that the handshake is over at once', async () => {
  const options = { port: await freePort(), listen: '127.0.0.1' };
  for (let n = 0; n < 30; n++) {
    const offering = side((events) => WebRtcTransport.offering(options, events));
    const answering = side((events) => WebRtcTransport.answering(offering.transport.local, options, events));
    const answer = answering.transport.local;
    // The answer takes some time to be there, as between processes.
    await new Promise(setImmediate);
    offering.transport.connect(answer);
    await expect.poll(() => offering.states.filter((state) => state !== 'connecting')).not.toEqual([]);
    expect(offering.states).not.toContain('failed');
    for (const { transport } of [offering, answering]) transport.close();
  }
});

it('is to be reached at all the addresses that are announced, and at no other', async () => {
  const options = { port: await freePort(), listen: '127.0.0.1' };
  const offering = side((events) => WebRtcTransport.offering(options, events));
  const announced = ['192.0.2.1', '198.51.100.7'];
  // From afar: whoever is near is told of the own addresses.
  const { local } = offering.transport;
  const remote = { ...local, candidates: local.candidates.map((one) => one.replace('127.0.0.1', '203.0.113.9')) };
  const answering = side((events) =>
    WebRtcTransport.answering(remote, { port: options.port + 1, listen: '127.0.0.1', announced }, events),
  );
  expect(answering.transport.local.candidates.map((candidate) => candidate.split(' ')[4])).toEqual(announced);
});

it('fails where the other side has another certificate than it said (RFC 8122 §6.2)', async () => {
  const { offering, answering } = await pair((answer) => ({
    ...answer,
    fingerprint: { ...answer.fingerprint, value: answer.fingerprint.value.replaceAll('0', '1').replace(/^../u, '0A') },
  }));
  await expect.poll(() => offering.states).toContain('failed');
  expect(offering.states).not.toContain('connected');
  answering.transport.send(packet);
  expect(offering.transport.send(packet)).toBe(false);
  expect(offering.packets).toEqual([]);
});

it('carries data both ways, beside packets', async () => {
  const { offering, answering } = await pair((answer) => answer, { port: 5_000 });
  for (const [from, to] of [
    [offering, answering],
    [answering, offering],
  ] as const) {
    await expect.poll(() => from.transport.sendData(Buffer.from('kept'), false, 1_000)).toBe(true);
    await expect.poll(() => from.transport.sendData(Buffer.from('perhaps'), true, 1_000)).toBe(true);
    await expect.poll(() => to.data.toSorted()).toEqual(['false kept', 'true perhaps']);
  }
  expect(offering.transport.sendData(Buffer.alloc(100), false, 99)).toBe(false);
  expect(offering.transport.send(packet)).toBe(true);
  await expect.poll(() => answering.packets).toContain(packet.toString('hex'));
  expect(offering.states).not.toContain('failed');
});

/** Made, and closed at once. */
function made(options: WebRtcOptions): WeakRef<WebRtcTransport> {
  const transport = WebRtcTransport.offering(options, { onPacket: () => {}, onState: () => {} }, true);
  transport.close();
  return new WeakRef(transport);
}

/** Both, which ended before they were closed. What waits here holds nothing but what they went through. */
async function ended(
  end: (sides: { readonly offering: Side; readonly answering: Side }) => void,
  change: (answer: TransportParameters) => TransportParameters = (answer) => answer,
): Promise<readonly { readonly ref: WeakRef<WebRtcTransport>; readonly states: readonly TransportState[] }[]> {
  const sides = await pair(change, { port: 5_000 });
  const all = [sides.offering.states, sides.answering.states];
  await expect.poll(() => all.map(([first]) => first)).not.toContain(undefined);
  end(sides);
  await expect.poll(() => all.flat()).toContain('closed');
  for (const transport of open.splice(0)) transport.close();
  return [sides.offering, sides.answering].map(({ transport, states }) => ({ ref: new WeakRef(transport), states }));
}

const left = (all: readonly WeakRef<WebRtcTransport>[]): number => {
  collect();
  return all.filter((one) => one.deref() !== undefined).length;
};

it('leaves nothing behind once it is closed, whoever has listened', async () => {
  const options = { port: await freePort(), listen: '127.0.0.1' };
  const closed = Array.from({ length: 5 }, () => made(options));
  await expect.poll(() => left(closed)).toBe(0);
});

it('leaves nothing behind once it is closed after it has failed', async () => {
  const all = await ended(
    () => {},
    (answer) => ({
      ...answer,
      fingerprint: { ...answer.fingerprint, value: answer.fingerprint.value.replaceAll('0', '1').replace(/^../u, '0A') },
    }),
  );
  expect(all[0]?.states).toEqual(['failed', 'closed']);
  await expect.poll(() => left(all.map(({ ref }) => ref))).toBe(0);
});

it.each(['offering', 'answering'] as const)('leaves nothing behind where the one that is %s ends it first', async (first) => {
  const all = await ended((sides) => sides[first].transport.close());
  expect(all[first === 'offering' ? 1 : 0]?.states.at(-1)).toBe('closed');
  await expect.poll(() => left(all.map(({ ref }) => ref))).toBe(0);
});
