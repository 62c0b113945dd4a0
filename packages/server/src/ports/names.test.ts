import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dnsResolver } from './names.ts';

/** Types of records (RFC 1035 §3.2.2, RFC 3596 §2.1). */
const [a, aaaa] = [1, 28];

/** A name server that says the same of all names: by type of record, the address. Undefined: it says nothing at all. */
async function nameServer(says: Readonly<Record<number, readonly number[]>> | undefined): Promise<string[]> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    if (says === undefined) return;
    // A header, and one question: labels that end with 0, type and class (RFC 1035 §4.1).
    const end = query.indexOf(0, 12) + 5;
    const data = says[query.readUInt16BE(end - 4)];
    const head = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, data === undefined ? 0 : 1, 0, 0, 0, 0]);
    const record = data === undefined ? [] : [0xc0, 12, ...query.subarray(end - 4, end), 0, 0, 0, 60, 0, data.length, ...data];
    socket.send(Buffer.concat([head, query.subarray(12, end), Buffer.from(record)]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return [`127.0.0.1:${socket.address().port}`];
}

const find = (servers: string[], family?: 4 | 6, mostMs = 10_000): Promise<LookupAddress[]> =>
  new Promise((resolve, reject) => {
    const options = { all: true as const, ...(family !== undefined && { family }) };
    dnsResolver(mostMs, servers)('hooks.example', options, (error, found) => (error === null ? resolve(found) : reject(error)));
  });

const both = { [a]: [192, 0, 2, 7], [aaaa]: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9] };
const four = { address: '192.0.2.7', family: 4 };
const six = { address: '2001:db8::9', family: 6 };

describe('a name', () => {
  it('has addresses of both families, or of the one that is asked for', async () => {
    const servers = await nameServer(both);
    expect(await find(servers)).toEqual([four, six]);
    expect(await find(servers, 4)).toEqual([four]);
    expect(await find(servers, 6)).toEqual([six]);
  });

  it('may have those of one family alone, or none', async () => {
    expect(await find(await nameServer({ 1: [192, 0, 2, 7] }))).toEqual([four]);
    await expect(find(await nameServer({}))).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('that nobody answers for is given up', async () => {
    await expect(find(await nameServer(undefined), undefined, 50)).rejects.toMatchObject({ code: 'ECANCELLED' });
  });
});
