import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Response } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';
import { Failover } from './failover.ts';
import { locate } from './locate.ts';
import type { LocateOptions, Lookup, Transport } from './locate.ts';
import { inOrder } from './records.ts';
import type { Naptr, Srv } from './records.ts';

interface Zone {
  readonly naptr?: Readonly<Record<string, readonly Naptr[]>>;
  readonly srv?: Readonly<Record<string, readonly Srv[]>>;
  /** `fails`: nobody can tell. */
  readonly addresses?: Readonly<Record<string, readonly string[] | 'fails'>>;
}

/** All names that were asked for are kept. */
function lookupIn({ naptr = {}, srv = {}, addresses = {} }: Zone, asked: string[] = []): Lookup {
  return {
    naptr: (name) => (asked.push(`NAPTR ${name}`), Promise.resolve(naptr[name] ?? [])),
    srv: (name) => (asked.push(`SRV ${name}`), Promise.resolve(srv[name] ?? [])),
    addresses(name) {
      asked.push(`A ${name}`);
      const found = addresses[name] ?? [];
      return found === 'fails' ? Promise.reject(new Error('SERVFAIL')) : Promise.resolve(found);
    },
  };
}

const all: readonly Transport[] = ['udp', 'tcp', 'tls'];
const naptr = (order: number, preference: number, service: string, replacement: string): Naptr => ({
  order,
  preference,
  flags: 's',
  service,
  regexp: '',
  replacement,
});
const srv = (priority: number, weight: number, port: number, target: string): Srv => ({ priority, weight, port, target });

/** In words: `tls 192.0.2.1:5061 (example.com)`. */
async function found(uri: string, zone: Zone, options: Partial<LocateOptions> = {}, asked?: string[]): Promise<string[]> {
  const places = await locate(parseUri(uri), lookupIn(zone, asked), { transports: all, random: () => 0, ...options });
  return places.map(
    ({ transport, address, port, domain }) => `${transport} ${address}:${port}${domain === undefined ? '' : ` (${domain})`}`,
  );
}

/** That of RFC 3263 §4.1 and §4.2. */
const example: Zone = {
  naptr: {
    'example.com': [
      naptr(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(100, 50, 'SIP+D2U', '_sip._udp.example.com'),
    ],
  },
  srv: {
    '_sip._tcp.example.com': [srv(0, 1, 5060, 'server1.example.com'), srv(0, 2, 5060, 'server2.example.com')],
    '_sips._tcp.example.com': [srv(0, 0, 5061, 'server1.example.com')],
    '_sip._udp.example.com': [srv(1, 0, 5090, 'server2.example.com')],
  },
  addresses: {
    'server1.example.com': ['192.0.2.1'],
    'server2.example.com': ['192.0.2.2', '2001:db8::2'],
    'example.com': ['192.0.2.9'],
  },
};

describe('the servers of a URI', () => {
  it.each([
    ['sip:192.0.2.7', ['udp 192.0.2.7:5060']],
    ['sip:192.0.2.7:5080', ['udp 192.0.2.7:5080']],
    ['sip:[2001:db8::7];transport=tcp', ['tcp 2001:db8::7:5060']],
    ['sips:192.0.2.7', ['tls 192.0.2.7:5061']],
    ['sip:192.0.2.7;transport=TLS', ['tls 192.0.2.7:5061']],
  ])('[L1] are where a number says: %s', async (uri, places) => {
    const asked: string[] = [];
    expect(await found(uri, example, {}, asked)).toEqual(places);
    expect(asked).toEqual([]);
  });

  it.each([
    ['sip:example.com:5080', ['udp 192.0.2.9:5080']],
    ['sips:Example.com:5080', ['tls 192.0.2.9:5080 (example.com)']],
    ['sip:example.com:5080;transport=tcp', ['tcp 192.0.2.9:5080']],
  ])('[L2] are at the port that is given: %s', async (uri, places) => {
    const asked: string[] = [];
    expect(await found(uri, example, {}, asked)).toEqual(places);
    expect(asked).toEqual(['A example.com']);
  });

  it('[L3] are those of the transport that is given, by SRV alone', async () => {
    const asked: string[] = [];
    expect(await found('sip:example.com;transport=udp', example, {}, asked)).toEqual([
      'udp 192.0.2.2:5090',
      'udp 2001:db8::2:5090',
    ]);
    expect(asked).toEqual(['SRV _sip._udp.example.com', 'A server2.example.com']);
    expect(await found('sips:example.com;transport=tcp', example)).toEqual(['tls 192.0.2.1:5061 (example.com)']);
    expect(await found('sip:example.com;transport=tls', example)).toEqual(['tls 192.0.2.1:5061 (example.com)']);
  });

  it('[L4] are those of NAPTR in its order, as far as we can go there', async () => {
    expect(await found('sip:example.com', example)).toEqual([
      'tls 192.0.2.1:5061 (example.com)',
      'tcp 192.0.2.1:5060',
      'tcp 192.0.2.2:5060',
      'tcp 2001:db8::2:5060',
      'udp 192.0.2.2:5090',
      'udp 2001:db8::2:5090',
    ]);
    expect((await found('sip:example.com', example, { transports: ['udp'] }))[0]).toBe('udp 192.0.2.2:5090');
    expect(await found('sips:example.com', example)).toEqual(['tls 192.0.2.1:5061 (example.com)']);
  });

  it('[L4] are not those of NAPTR that would be made from the URI, or mean another service', async () => {
    const odd = [
      { ...naptr(1, 1, 'SIP+D2U', ''), flags: 'u', regexp: '!.*!sip:evil@example.org!' },
      naptr(2, 1, 'E2U+sip', '_sip._udp.example.org'),
      naptr(3, 1, 'SIP+D2S', '_sip._sctp.example.org'),
    ];
    expect(await found('sip:example.com', { ...example, naptr: { 'example.com': odd } })).toEqual([
      'udp 192.0.2.2:5090',
      'udp 2001:db8::2:5090',
      'tcp 192.0.2.1:5060',
      'tcp 192.0.2.2:5060',
      'tcp 2001:db8::2:5060',
      'tls 192.0.2.1:5061 (example.com)',
    ]);
  });

  it('[L5] are those of SRV for each transport that we have, where there is no NAPTR', async () => {
    const asked: string[] = [];
    const { srv: services = {}, addresses = {} } = example;
    expect((await found('sip:example.com', { srv: services, addresses }, { transports: ['tcp', 'udp'] }, asked))[0]).toBe(
      'tcp 192.0.2.1:5060',
    );
    expect(asked.slice(0, 3)).toEqual(['NAPTR example.com', 'SRV _sip._tcp.example.com', 'SRV _sip._udp.example.com']);
  });

  it('[L6] are at the addresses of the host and the usual port, where DNS has nothing else', async () => {
    const { addresses = {} } = example;
    expect(await found('sip:example.com', { addresses })).toEqual(['udp 192.0.2.9:5060']);
    expect(await found('sips:example.com', { addresses })).toEqual(['tls 192.0.2.9:5061 (example.com)']);
    expect(await found('sip:example.com;transport=tcp', { addresses })).toEqual(['tcp 192.0.2.9:5060']);
    expect(await found('sip:example.com', { addresses }, { transports: ['tcp'] })).toEqual(['tcp 192.0.2.9:5060']);
    expect(await found('sip:example.com;transport=wss', { addresses }, { transports: ['wss'] })).toEqual([
      'wss 192.0.2.9:443 (example.com)',
    ]);
  });

  it.each([
    ['tel:+4930123', 'no URI of SIP'],
    ['sip:example.com;transport=sctp', 'a transport that nobody has here'],
    ['sips:example.com;transport=udp', 'no TLS over that'],
    ['sip:nowhere.example', 'no such name'],
  ])('[L7] are none for %s: %s', async (uri) => {
    expect(await found(uri, example)).toEqual([]);
  });

  it('[L8] are none where SRV says that there is decidedly no such service', async () => {
    const zone = { ...example, naptr: {}, srv: { '_sip._udp.example.com': [srv(0, 0, 0, '.')] } };
    expect(await found('sip:example.com', zone)).toEqual([]);
  });

  it('[L9] are not guessed where nobody can tell, and those of which somebody can are tried', async () => {
    const one = { ...example, addresses: { ...example.addresses, 'server1.example.com': 'fails' as const } };
    expect((await found('sip:example.com', one))[0]).toBe('tcp 192.0.2.2:5060');
    await expect(found('sips:example.com', one)).rejects.toThrow('SERVFAIL');
    await expect(found('sip:example.com:5060', { addresses: { 'example.com': 'fails' } })).rejects.toThrow('SERVFAIL');
  });

  it('[L10] are checked by TLS under the name in the URI, never under one that DNS has given', async () => {
    const places = await found('sips:example.com', example);
    expect(places).toEqual(['tls 192.0.2.1:5061 (example.com)']);
    expect(await found('sips:example.com;maddr=192.0.2.8', example)).toEqual(['tls 192.0.2.8:5061 (example.com)']);
  });

  it('[L11] get what is too long for a datagram by TCP, and by UDP where that is refused', async () => {
    expect(await found('sip:192.0.2.7', example, { size: 1_301 })).toEqual(['tcp 192.0.2.7:5060', 'udp 192.0.2.7:5060']);
    expect(await found('sip:192.0.2.7;transport=udp', example, { size: 1_301 })).toHaveLength(2);
    expect(await found('sip:192.0.2.7', example, { size: 1_300 })).toEqual(['udp 192.0.2.7:5060']);
    expect(await found('sip:192.0.2.7', example, { size: 9_000, transports: ['udp'] })).toEqual(['udp 192.0.2.7:5060']);
  });

  it('[L12] are each tried once, and not more than 16', async () => {
    const many = Array.from({ length: 40 }, (_, n) => srv(n, 0, 5060, `s${n % 20}.example.com`));
    const addresses = Object.fromEntries(many.map(({ target }, n) => [target, [`192.0.2.${n % 20}`]]));
    const places = await found('sip:example.com;transport=udp', { srv: { '_sip._udp.example.com': many }, addresses });
    expect(places).toHaveLength(16);
    const twice = [srv(0, 0, 5060, 'server1.example.com'), srv(1, 0, 5060, 'server1.example.com')];
    expect(await found('sip:example.com;transport=tcp', { ...example, srv: { '_sip._tcp.example.com': twice } })).toEqual([
      'tcp 192.0.2.1:5060',
    ]);
  });
});

describe('the order of SRV', () => {
  const records = fc.array(
    fc.record({ priority: fc.nat(3), weight: fc.nat(20), port: fc.nat(65_535), target: fc.constantFrom('a', 'b', 'c') }),
    { maxLength: 12 },
  );

  it('[L13] has each record once, and no lower priority before a higher one, whatever chance says', () => {
    fc.assert(
      fc.property(
        records,
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 12 }),
        (list, chances) => {
          let n = 0;
          const ordered = inOrder(list, () => chances[n++ % chances.length] ?? 0);
          expect(new Set(ordered)).toEqual(new Set(list));
          expect(ordered).toHaveLength(list.length);
          expect(ordered.map(({ priority }) => priority)).toEqual(list.map(({ priority }) => priority).sort((a, b) => a - b));
        },
      ),
    );
  });

  it('[L13] puts each first as often as its share of the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const list = weights.map((weight, n) => srv(0, weight, n, 'a'));
        const sum = weights.reduce((all, one) => all + one, 0);
        // Every number that chance can give, each once: 0 and 1 lead to the first of the lightest.
        const firsts = Array.from({ length: sum + 1 }, (_, n) => inOrder(list, () => (n + 0.5) / (sum + 1))[0]?.port);
        weights.forEach((weight, port) => {
          const share = firsts.filter((one) => one === port).length;
          expect(share).toBeGreaterThanOrEqual(weight);
          expect(share).toBeLessThanOrEqual(weight + 1);
        });
      }),
    );
  });

  it('[L13] gives those without weight a small chance beside others', () => {
    const list = [srv(0, 9, 1, 'a'), srv(0, 0, 2, 'b')];
    const firsts = Array.from({ length: 10 }, (_, n) => inOrder(list, () => (n + 0.5) / 10)[0]?.port);
    expect(firsts.filter((port) => port === 2)).toHaveLength(1);
  });
});

describe('a server that does not do', () => {
  const places = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ transport: 'udp', address, port: 5060 }) as const);

  it('[L14] is followed by the next one on 503, where it cannot be reached, and where it says nothing', () => {
    const failover = new Failover(places);
    expect(failover.place).toBe(places[0]);
    expect([failover.heard(new Response(503)), failover.place]).toEqual([true, places[1]]);
    expect([failover.failed(408), failover.place]).toEqual([true, places[2]]);
    // Nobody is left: what the last one said is the answer.
    expect([failover.failed(503), failover.place]).toEqual([false, places[2]]);
    expect(new Failover([]).place).toBeUndefined();
  });

  it('[L15] is the one that counts once it has answered', () => {
    for (const status of [100, 180, 200, 302, 404, 500, 600]) {
      const failover = new Failover(places);
      expect([failover.heard(new Response(status)), failover.place]).toEqual([false, places[0]]);
      expect(failover.failed(408)).toBe(false);
    }
    const failover = new Failover(places);
    failover.heard(new Response(100));
    expect(failover.heard(new Response(503))).toBe(true);
    expect(failover.failed(408)).toBe(true);
  });
});
