import { describe, expect, it } from 'vitest';
import { parseMessage } from '../message/parse.ts';
import { isRequest } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { Line, requestOf } from './line.fixture.ts';
import type { End } from './line.fixture.ts';

const times = (end: End, start: string): number[] => end.sent.filter(({ line }) => line.startsWith(start)).map(({ at }) => at);
const lost = (line: Line): Line => Object.assign(line, { fate: () => [] });

describe('the client of an INVITE', () => {
  it('[T1] repeats it until something comes back, twice as late each time, and gives up after 64·T1', () => {
    const line = lost(new Line());
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run();
    expect(times(line.here, 'INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(line.here.told.map(({ at, output }) => [at, output.type])).toEqual([
      [32_000, 'timeout'],
      [32_000, 'ended'],
    ]);
    expect(line.here.layer.size).toBe(0);
  });

  it('[T1] repeats nothing where the transport is reliable', () => {
    const line = lost(new Line('tcp'));
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run();
    expect(times(line.here, 'INVITE')).toEqual([0]);
    expect(line.here.words).toEqual(['timeout', 'ended']);
  });

  it('[T2] waits as long as it rings', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(100);
    line.there.answer(180);
    line.run(600_000);
    expect(times(line.here, 'INVITE')).toEqual([0]);
    expect(line.here.words).toEqual(['180']);
  });

  it.each([
    ['udp', [520, 1020, 2020, 4020]],
    ['tcp', [520]],
  ] as const)('[T3] acknowledges a refusal by itself, each time it comes (%s)', (transport, expected) => {
    const line = new Line(transport);
    line.here.ask(requestOf('INVITE', { Route: '<sip:p.example;lr>' }), line.there.place);
    line.run(500);
    // Its acknowledgements get lost for a while.
    line.fate = (_, text) => (text.startsWith('ACK') && line.now < 3000 ? [] : [10]);
    line.there.answer(486);
    line.run();
    const acks = times(line.here, 'ACK');
    expect(acks.map((at) => at + 10)).toEqual(expected);
    expect(line.here.words).toEqual(['100', '486', 'ended']);
    const [ack, invite] = ['ACK', 'INVITE'].map((method) => {
      const message = parseMessage(line.here.sent.find(({ line: start }) => start.startsWith(method))?.text ?? '');
      return isRequest(message) ? message : undefined;
    });
    expect(ack).toMatchObject({ method: 'ACK', target: invite?.target });
    expect(ack?.get('via')).toBe(invite?.get('via'));
    expect(ack?.get('route')).toBe('<sip:p.example;lr>');
    expect(ack?.toTag).toBe('l1');
    expect(ack?.cseq).toEqual({ number: 1, method: 'ACK' });
  });

  it('[T4] passes on every 2xx for 64·T1, also of other branches, and acknowledges none', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(100);
    line.there.answer(200, 'l1');
    line.there.answer(200, 'l2');
    line.run(1000);
    line.there.answer(200, 'l1');
    line.there.answer(486, 'l3');
    line.run();
    expect(line.here.words).toEqual(['200', '200', '200', 'ended']);
    expect(times(line.here, 'ACK')).toEqual([]);
    expect(line.here.told.at(-1)?.at).toBe(32_110);
  });

  it('[T5] tells that it could not be sent', () => {
    const line = lost(new Line('tcp'));
    const id = line.here.ask(requestOf('INVITE'), line.there.place);
    line.here.take(line.here.layer.failed(id));
    line.here.take(line.here.layer.failed(id));
    expect(line.here.words).toEqual(['unreachable', 'ended']);
    expect(line.run().here.sent).toHaveLength(1);
  });
});

describe('the client of another request', () => {
  it('[T6] repeats it twice as late each time up to T2, and gives up after 64·T1', () => {
    const line = lost(new Line());
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run();
    expect(times(line.here, 'OPTIONS')).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(line.here.words).toEqual(['timeout', 'ended']);
  });

  it('[T7] repeats it every T2 after a provisional answer', () => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(20);
    line.fate = (from) => (from === line.there && line.now > 20 ? [] : [10]);
    line.there.answer(183);
    line.run();
    expect(times(line.here, 'OPTIONS')).toEqual([0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500]);
    expect(line.here.words).toEqual(['183', 'timeout', 'ended']);
  });

  it.each([
    ['udp', 5000],
    ['tcp', 0],
  ] as const)('[T8] takes one final answer, and absorbs it for T4 where it may be repeated (%s)', (transport, stays) => {
    const line = new Line(transport);
    line.fate = (from) => (from === line.there ? [10, 20, 4000] : [10]);
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    line.there.answer(200);
    line.run();
    expect(line.here.told.map(({ at, output }) => [at, output.type])).toEqual([
      [20, 'response'],
      [20 + stays, 'ended'],
    ]);
  });

  it('[T5] tells that it could not be sent', () => {
    const line = lost(new Line('tls'));
    const id = line.here.ask(requestOf('BYE'), line.there.place);
    line.here.take(line.here.layer.failed(id));
    expect(line.here.words).toEqual(['unreachable', 'ended']);
  });
});

describe('the server of an INVITE', () => {
  it('[T9] answers 100 after 200 ms if nothing was answered, and the last provisional answer to each repetition', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(300);
    expect(line.there.sent.map(({ at, line: start }) => [at, start])).toEqual([[210, 'SIP/2.0 100 Trying']]);
    line.there.answer(180);
    line.there.take(line.there.layer.receive(line.here.sent[0]?.text ?? '', line.here.place, line.now));
    expect(line.there.sent.map(({ line: start }) => start)).toEqual([
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 180 Ringing',
    ]);
    expect(line.there.words).toEqual(['request']);
  });

  it('[T9] does not where something was', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(180);
    line.run(5000);
    expect(line.there.sent.map(({ line: start }) => start)).toEqual(['SIP/2.0 180 Ringing']);
  });

  it('[T10] repeats a refusal twice as late each time up to T2 until it is acknowledged, and tells when nobody does', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.fate = (_, text) => (text.startsWith('ACK') ? [] : [10]);
    line.there.answer(603);
    line.run();
    expect(times(line.there, 'SIP/2.0 603')).toEqual([
      10, 510, 1510, 3510, 7510, 11_510, 15_510, 19_510, 23_510, 27_510, 31_510,
    ]);
    expect(line.there.words).toEqual(['request', 'timeout', 'ended']);
    expect(line.there.layer.size).toBe(0);
  });

  it.each(['INVITE', 'REGISTER'])('[T27] refuses %s of who is not known each time that it comes, and forgets it', (method) => {
    const line = new Line();
    line.here.ask(requestOf(method), line.there.place);
    line.run(10);
    line.fate = () => [];
    const refuse = (): void => {
      const { transaction, request } = line.there.requests.at(-1)!;
      line.there.take(line.there.layer.refuse(transaction, responseTo(request, 401, { toTag: 'l1' }), line.now));
    };
    refuse();
    expect(line.there.layer.size).toBe(0);
    line.there.take(line.there.layer.receive(line.here.sent[0]!.text, line.here.place, line.now));
    refuse();
    expect(line.there.words).toEqual(['request', 'ended', 'request', 'ended']);
    line.run();
    expect(times(line.there, 'SIP/2.0 401')).toEqual([10, 10]);
    expect(line.there.layer.size).toBe(0);
    expect(line.there.layer.deadline).toBeUndefined();
  });

  it.each([
    ['udp', []],
    ['tcp', [210]],
  ] as const)(
    '[T29] says no 100 by itself to who begins something by %s and is not known, where it is to be quiet',
    (transport, at) => {
      const line = new Line(transport, { isQuiet: true });
      line.here.ask(requestOf('INVITE'), line.there.place);
      line.run(2_000);
      expect(times(line.there, 'SIP/2.0 100')).toEqual(at);
      line.there.answer(180);
      line.run(2_000);
      expect(line.here.statuses).toContain(180);
    },
  );

  it('[T27] refuses as always who was told something before', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(180);
    line.run(10);
    line.fate = (_, text) => (text.startsWith('SIP/2.0 486') && line.now < 1000 ? [] : [10]);
    const [asked] = line.there.requests;
    line.there.take(line.there.layer.refuse(asked!.transaction, responseTo(asked!.request, 486, { toTag: 'l1' }), line.now));
    line.run(10_000);
    expect(times(line.there, 'SIP/2.0 486')).toEqual([20, 520, 1520]);
    expect(line.here.statuses).toEqual([180, 486]);
  });

  it('[T10] repeats none where the transport is reliable, and waits for the ACK all the same', () => {
    const line = new Line('ws');
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.fate = (_, text) => (text.startsWith('ACK') ? [] : [10]);
    line.there.answer(603);
    line.run();
    expect(times(line.there, 'SIP/2.0 603')).toEqual([10]);
    expect(line.there.words).toEqual(['request', 'timeout', 'ended']);
  });

  it.each([
    ['udp', 5000],
    ['tcp', 0],
  ] as const)('[T11] ends T4 after the ACK where it may be repeated (%s), which nobody else hears of', (transport, stays) => {
    const line = new Line(transport);
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(486);
    line.run();
    expect(line.there.told.at(-1)).toMatchObject({ at: 30 + stays, output: { type: 'ended' } });
    expect(line.there.words).toEqual(['request', 'ended']);
  });

  it('[T12] absorbs repetitions after a 2xx for 64·T1, sends each 2xx it is given, and passes every ACK on', () => {
    const line = new Line();
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(200);
    const [invite] = line.here.sent;
    line.there.take(line.there.layer.receive(invite?.text ?? '', line.here.place, line.now));
    line.there.answer(200);
    line.there.answer(500);
    line.there.answer(180);
    expect(line.there.sent.map(({ line: start }) => start)).toEqual(['SIP/2.0 200 OK', 'SIP/2.0 200 OK']);
    for (let n = 0; n < 2; n++)
      line.here.take([
        line.here.layer.acknowledge(requestOf('ACK', { To: '<sip:lena@example.org>;tag=l1' }), line.there.place, {
          host: '192.0.2.1',
        }),
      ]);
    line.run();
    expect(line.there.words).toEqual(['request', 'ack', 'ack', 'ended']);
    expect(line.there.told.at(-1)?.at).toBe(32_010);
  });

  it('[T5] ends where its refusal cannot be sent', () => {
    const line = new Line('tcp');
    line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(486);
    line.there.take(line.there.layer.failed(line.there.requests[0]?.transaction ?? ''));
    expect(line.there.words).toEqual(['request', 'unreachable', 'ended']);
  });
});

describe('the server of another request', () => {
  it('[T13] answers each repetition as it has answered, before that with nothing', () => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    const repeat = (): void =>
      line.there.take(line.there.layer.receive(line.here.sent[0]?.text ?? '', line.here.place, line.now));
    repeat();
    expect(line.there.sent).toEqual([]);
    line.there.answer(183);
    repeat();
    line.there.answer(200);
    repeat();
    line.there.answer(500);
    expect(line.there.sent.map(({ line: start }) => start.slice(8, 11))).toEqual(['183', '183', '200', '200']);
    line.run();
    expect(line.there.words).toEqual(['request', 'ended']);
    expect(line.there.told.at(-1)?.at).toBe(32_010);
  });

  it.each([
    ['says nothing', undefined, 32_010],
    ['rings for ever', 183, 32_010],
    ['answers after a while', 200, 5_010 + 32_000],
  ])('[T28] waits for 64·T1 for whoever serves it and %s, as long as anybody waits for the answer', (_, status, endsAt) => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    line.run(5_000);
    if (status !== undefined) line.there.answer(status);
    line.run();
    expect(line.there.told.map(({ at, output }) => [at, output.type])).toEqual([
      [10, 'request'],
      [endsAt, 'ended'],
    ]);
    line.there.answer(200);
    expect([line.there.layer.size, line.there.layer.deadline]).toEqual([0, undefined]);
    expect(times(line.there, 'SIP/2.0 200')).toEqual(status === 200 ? [5_010] : []);
  });

  it('[T13] is forgotten at once where the transport is reliable', () => {
    const line = new Line('wss');
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    line.there.answer(200);
    expect(line.there.words).toEqual(['request', 'ended']);
    expect(line.there.layer.size).toBe(0);
  });

  it('[T5] ends where its answer cannot be sent', () => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    line.there.answer(200);
    line.there.take(line.there.layer.failed(line.there.requests[0]?.transaction ?? ''));
    expect(line.there.words).toEqual(['request', 'unreachable', 'ended']);
  });
});

describe('a CANCEL', () => {
  it('[T14] waits for the first provisional answer, goes on the branch of its INVITE, and is answered by the layer', () => {
    const line = new Line();
    const id = line.here.ask(requestOf('INVITE', { Route: '<sip:p.example;lr>' }), line.there.place);
    line.here.take(line.here.layer.cancel(id, line.now, { Reason: 'SIP;cause=200;text="Call completed elsewhere"' }));
    line.here.take(line.here.layer.cancel(id, line.now));
    expect(times(line.here, 'CANCEL')).toEqual([]);
    line.run(215);
    expect(times(line.here, 'CANCEL')).toEqual([]);
    line.run(100);
    expect(times(line.here, 'CANCEL')).toEqual([220]);
    const cancel = parseMessage(line.here.sent.find(({ line: start }) => start.startsWith('CANCEL'))?.text ?? '');
    const invite = parseMessage(line.here.sent[0]?.text ?? '');
    for (const name of ['via', 'route', 'from', 'to', 'call-id', 'max-forwards'])
      expect(cancel.get(name)).toBe(invite.get(name));
    expect([cancel.cseq, cancel.get('reason')]).toEqual([
      { number: 1, method: 'CANCEL' },
      'SIP;cause=200;text="Call completed elsewhere"',
    ]);
    expect(line.there.words).toEqual(['request', 'cancel']);
    line.there.answer(487);
    line.run();
    expect(line.here.words).toEqual(['100', '487', 'ended']);
    expect(line.there.words).toEqual(['request', 'cancel', 'ended', 'ended']);
    expect([line.here.layer.size, line.there.layer.size]).toEqual([0, 0]);
  });

  it('[T14] is answered with the tag of the INVITE', () => {
    const line = new Line();
    const id = line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(180, 'ring');
    line.run(20);
    line.here.take(line.here.layer.cancel(id, line.now));
    line.run(20);
    expect(parseMessage(line.there.sent.at(-1)?.text ?? '').toTag).toBe('ring');
  });

  it('[T15] that comes too late has no effect: an answer that was faster stays', () => {
    const line = new Line();
    const id = line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(180);
    line.run(20);
    line.there.answer(200);
    line.here.take(line.here.layer.cancel(id, line.now));
    line.run();
    expect(line.there.words.filter((word) => word === 'cancel')).toEqual([]);
    expect(line.there.sent.map(({ line: start }) => start.slice(8, 11))).toEqual(['180', '200', '200']);
    expect(line.here.statuses).toEqual([180, 200]);
    line.here.take(line.here.layer.cancel(id, line.now));
    expect(line.run().here.statuses).toEqual([180, 200]);
  });

  it('[T16] whose INVITE is not ended for 64·T1 ends it here', () => {
    const line = new Line();
    const id = line.here.ask(requestOf('INVITE'), line.there.place);
    line.run(10);
    line.there.answer(180);
    line.run(20);
    line.here.take(line.here.layer.cancel(id, line.now));
    line.run(40_000);
    expect(line.here.told.map(({ at, output }) => [at, output.type]).slice(1)).toEqual([
      [32_030, 'timeout'],
      [32_030, 'ended'],
    ]);
  });

  it('[T17] of nothing that is known is answered 481, and forgotten', () => {
    const line = new Line();
    line.here.ask(requestOf('CANCEL'), line.there.place);
    line.run(10);
    expect([line.there.layer.size, line.there.layer.deadline]).toEqual([0, undefined]);
    line.run();
    expect(line.there.sent.map(({ line: start }) => start)).toEqual(['SIP/2.0 481 ']);
    expect(line.there.words).toEqual(['ended']);
  });
});
