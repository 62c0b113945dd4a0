/** What every adapter of the Bus port does. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalBus } from '../../packages/server/src/bus/local.ts';
import type { Bus, Delivery, Log } from '../../packages/server/src/ports.ts';

const buses: readonly { readonly name: string; readonly open: (log: Log) => Bus }[] = [
  { name: 'local', open: (log) => new LocalBus(log) },
];

function delivery(n: number): Delivery {
  return { event: { type: 'ringing', call: `call-${n}`, waiting: false } };
}

describe.each(buses)('bus: $name', ({ open }) => {
  let bus: Bus;
  let logged: { event: string; fields: unknown }[];
  let got: Delivery[];

  beforeEach(() => {
    logged = [];
    got = [];
    bus = open({
      info: () => {},
      warn: () => {},
      error: (event, fields) => logged.push({ event, fields }),
    });
  });
  afterEach(() => bus.close());

  const receive = (each: Delivery): void => void got.push(each);
  const collect = (user: string, into = got): (() => void) => bus.subscribe(user, (each) => into.push(each));
  const arrived = (count: number, of = got): Promise<void> =>
    vi.waitFor(() => expect(of).toHaveLength(count), { timeout: 20_000 });

  it('carries deliveries as they are, to the user they are for', async () => {
    collect('alice');
    const sent: Delivery = { ...delivery(1), device: 'd1', except: 'c1' };
    bus.publish('bob', delivery(0));
    bus.publish('alice', sent);
    bus.publish('ali', delivery(0));
    bus.publish('alice', { ...delivery(2), connection: 'c2' });
    await arrived(2);
    expect(got).toEqual([sent, { ...delivery(2), connection: 'c2' }]);
  });

  it('keeps the order for each user', async () => {
    const others: Delivery[] = [];
    collect('alice');
    collect('bob', others);
    const sent = Array.from({ length: 500 }, (_, n) => delivery(n));
    for (const each of sent) {
      bus.publish('alice', each);
      bus.publish('bob', each);
    }
    await arrived(500);
    await arrived(500, others);
    expect(got).toEqual(sent);
    expect(others).toEqual(sent);
  });

  it('reaches every subscription, also two of one function', async () => {
    const stop = bus.subscribe('alice', receive);
    bus.subscribe('alice', receive);
    bus.publish('alice', delivery(1));
    await arrived(2);
    stop();
    bus.publish('alice', delivery(2));
    await arrived(3);
  });

  it('brings nothing to a subscription that has ended, and ends it only once', async () => {
    const stop = collect('alice');
    stop();
    collect('alice');
    stop();
    bus.publish('alice', delivery(1));
    await arrived(1);
  });

  it('brings nothing from before a subscription began', async () => {
    bus.publish('alice', delivery(1));
    collect('alice');
    bus.publish('alice', delivery(2));
    await arrived(1);
    expect(got).toEqual([delivery(2)]);
  });

  it('lets receivers publish, and all receivers see one order', async () => {
    const others: Delivery[] = [];
    bus.subscribe('alice', (each) => {
      got.push(each);
      if (got.length < 4) bus.publish('alice', delivery(got.length));
    });
    collect('alice', others);
    bus.publish('alice', delivery(0));
    await arrived(4);
    await arrived(4, others);
    expect(got).toEqual([0, 1, 2, 3].map(delivery));
    expect(others).toEqual(got);
  });

  it('lets receivers subscribe and stop while they receive', async () => {
    const late: Delivery[] = [];
    const second: Delivery[] = [];
    const stops: (() => void)[] = [];
    const first = bus.subscribe('alice', (each) => {
      got.push(each);
      for (const stop of stops) stop();
      collect('alice', late);
    });
    stops.push(first, collect('alice', second));
    bus.publish('alice', delivery(1));
    await arrived(1);
    bus.publish('alice', delivery(2));
    await arrived(1, late);
    expect(late).toEqual([delivery(2)]);
    expect(second).toEqual([]);
    expect(got).toEqual([delivery(1)]);
  });

  it('goes on when a receiver fails, and says so', async () => {
    bus.subscribe('alice', () => {
      throw new Error('broken connection');
    });
    collect('alice');
    bus.publish('alice', delivery(1));
    bus.publish('alice', delivery(2));
    await arrived(2);
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged[0])).toContain('broken connection');
  });

  it('is silent once closed', async () => {
    const stop = collect('alice');
    await bus.close();
    bus.publish('alice', delivery(1));
    stop();
    await bus.close();
    expect(got).toEqual([]);
  });
});
