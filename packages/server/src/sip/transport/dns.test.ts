import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../engine/engine.fixture.ts';
import { DnsLookup } from './dns.ts';
import type { DnsOptions } from './dns.ts';

/** RFC 1035 §3.2.2, 3596, 2782, 3403. */
const types = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 };
type Type = keyof typeof types;

interface Entry {
  readonly type: Type;
  readonly ttl: number;
  readonly data: Buffer;
}

/** By names; a number is a response code (2: SERVFAIL, 3: NXDOMAIN), `silence` none at all. */
type Zone = Record<string, readonly Entry[] | number | 'silence'>;

const shorts = (...values: number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
const labelled = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const nameOf = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter((label) => label !== '')
      .map(labelled),
    Buffer.from([0]),
  ]);
const a = (address: string, ttl = 300): Entry => ({ type: 'A', ttl, data: Buffer.from(address.split('.').map(Number)) });
const aaaa = (last: number): Entry => ({ type: 'AAAA', ttl: 300, data: shorts(0x2001, 0xdb8, 0, 0, 0, 0, 0, last) });
const srv = (priority: number, weight: number, port: number, target: string): Entry => ({
  type: 'SRV',
  ttl: 300,
  data: Buffer.concat([shorts(priority, weight, port), nameOf(target)]),
});
const naptr = (service: string, replacement: string): Entry => ({
  type: 'NAPTR',
  ttl: 300,
  data: Buffer.concat([shorts(10, 20), labelled('s'), labelled(service), labelled(''), nameOf(replacement)]),
});

let clock: ManualClock;
let zone: Zone;
/** What was asked for. */
let asked: string[];

beforeEach(() => {
  clock = new ManualClock();
  [zone, asked] = [{}, []];
});

/** A server of DNS on loopback, and who asks it. */
async function opened(options: Partial<DnsOptions> = {}): Promise<DnsLookup> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const type = (Object.keys(types) as Type[]).find((one) => types[one] === query.readUInt16BE(at + 1));
    const name = labels.join('.');
    asked.push(`${type} ${name}`);
    const known = zone[name] ?? 3;
    if (known === 'silence') return;
    const answers = typeof known === 'number' ? [] : known.filter((one) => one.type === type);
    const head = Buffer.concat([
      query.subarray(0, 2),
      shorts(0x8180 | (typeof known === 'number' ? known : 0), 1, answers.length, 0, 0),
    ]);
    const records = answers.map((one) =>
      Buffer.concat([shorts(0xc00c, types[one.type], 1, 0, one.ttl, one.data.length), one.data]),
    );
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...records]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolver = new Resolver({ timeout: 10_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  onTestFinished(() => {
    resolver.cancel();
    socket.close();
  });
  return new DnsLookup({ clock, families: [4, 6], resolver, ...options });
}

it('tells NAPTR, SRV and the addresses of both families, IPv4 first', async () => {
  zone = {
    'carrier.example': [naptr('SIPS+D2T', '_sips._tcp.carrier.example')],
    '_sips._tcp.carrier.example': [srv(1, 2, 5061, 'a.carrier.example')],
    'a.carrier.example': [a('192.0.2.1'), aaaa(1)],
  };
  const dns = await opened();
  expect(await dns.naptr('carrier.example')).toEqual([
    { order: 10, preference: 20, flags: 's', service: 'SIPS+D2T', regexp: '', replacement: '_sips._tcp.carrier.example' },
  ]);
  expect(await dns.srv('_sips._tcp.carrier.example')).toEqual([
    { priority: 1, weight: 2, port: 5061, target: 'a.carrier.example' },
  ]);
  expect(await dns.addresses('a.carrier.example')).toEqual(['192.0.2.1', '2001:db8::1']);
});

it('asks for no addresses of a family that nothing can be sent to', async () => {
  zone = { 'a.example': [a('192.0.2.1'), aaaa(1)] };
  const dns = await opened({ families: [4] });
  expect(await dns.addresses('a.example')).toEqual(['192.0.2.1']);
  expect(asked).toEqual(['A a.example']);
});

it('keeps addresses as long as they say, and asks once for all who want to know at the same time', async () => {
  zone = { 'a.example': [a('192.0.2.1', 30)] };
  const dns = await opened({ families: [4] });
  await Promise.all([dns.addresses('a.example'), dns.addresses('a.example')]);
  await clock.advance(29_000);
  zone = { 'a.example': [a('192.0.2.2', 30)] };
  expect(await dns.addresses('a.example')).toEqual(['192.0.2.1']);
  expect(asked).toHaveLength(1);
  await clock.advance(1_000);
  expect(await dns.addresses('a.example')).toEqual(['192.0.2.2']);
});

it('keeps for a while that there is nothing, and nothing of what nobody could tell', async () => {
  const dns = await opened();
  expect(await dns.srv('_sip._udp.none.example')).toEqual([]);
  expect(await dns.srv('_sip._udp.none.example')).toEqual([]);
  expect(asked).toHaveLength(1);
  zone = { 'broken.example': 2 };
  await expect(dns.srv('broken.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  zone = { 'broken.example': [srv(0, 0, 5060, 'a.example')] };
  expect(await dns.srv('broken.example')).toHaveLength(1);
  zone = { 'down.example': 2 };
  await expect(dns.addresses('down.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
});

it('takes those who know no NAPTR for having none', async () => {
  zone = { 'old.example': 4 };
  const dns = await opened();
  expect(await dns.naptr('old.example')).toEqual([]);
  await expect(dns.srv('old.example')).rejects.toMatchObject({ code: 'ENOTIMP' });
});

it('knows the names of this machine', async () => {
  const dns = await opened();
  expect(await dns.addresses('localhost')).toContain('127.0.0.1');
});

it('waits for nobody longer than it may, and keeps no more than so many answers', async () => {
  zone = { 'slow.example': 'silence', ...Object.fromEntries(['a', 'b', 'c'].map((name) => [name, [a('192.0.2.1')]])) };
  const limits = { most: 2, patienceMs: 1_000, leastMs: 1_000, mostMs: 60_000, usualMs: 60_000 };
  const dns = await opened({ families: [4], limits });
  await Promise.all([expect(dns.addresses('slow.example')).rejects.toThrow('DNS does not answer'), clock.advance(1_000)]);
  asked = [];
  for (const name of ['a', 'b', 'c', 'b', 'a']) await dns.addresses(name);
  expect(asked).toEqual(['A a', 'A b', 'A c', 'A a']);
});
