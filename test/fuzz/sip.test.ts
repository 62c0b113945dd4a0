/** What is sent to a SIP port by those who mean no good, or know no better. */
import {
  checkRequest,
  checkResponse,
  isRequest,
  MessageError,
  parseMessage,
  responseTo,
  StreamFramer,
  TransactionLayer,
  writeMessage,
} from '@offhook/sip';
import type { Message, Output, Remote } from '@offhook/sip';
import { expect, test } from 'vitest';
import { torture } from '../../packages/sip/src/message/torture.fixture.ts';
import { Chance } from '../sim/chance.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);

const texts = torture.map(({ message }) => message);
/** What delimits something somewhere. */
const pieces = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  '"',
  '\\',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '?',
  '%',
  '%0d%0a',
  '=',
  ' ',
  '\t',
  '(',
  '[',
  ']',
  '\xff',
  '0',
  '99999999999',
  'SIP/2.0',
  'z9hG4bK',
  'Via',
  'l: 5',
];

/** Pieces are put in, left out, doubled, and mixed with those of another message. */
function spoiled(chance: Chance, from: string): string {
  let text = from;
  for (let n = chance.between(1, 6); n > 0; n--) {
    const at = chance.between(0, text.length);
    const length = chance.between(0, chance.is(0.2) ? 60 : 4);
    const other = chance.pick(texts);
    const put = chance.weighted({ piece: 5, none: 3, double: 1, other: 1 });
    const there = chance.between(0, other.length);
    const piece = {
      piece: chance.pick(pieces),
      none: '',
      double: text.slice(at, at + 20).repeat(2),
      other: other.slice(there, there + 60),
    }[put];
    text = text.slice(0, at) + piece + text.slice(at + length);
  }
  return text;
}

function read(text: string): Message | undefined {
  try {
    const message = parseMessage(text);
    if (isRequest(message)) checkRequest(message);
    else checkResponse(message);
    return message;
  } catch (error) {
    expect(error).toBeInstanceOf(MessageError);
    return undefined;
  }
}

test(
  `no message is read in another way than as one or by its error, and none is written as another one (seed ${seed})`,
  { timeout: 120_000 },
  () => {
    const chance = new Chance(seed);
    let [taken, refused] = [0, 0];
    for (let n = nightly ? 500_000 : 20_000; n > 0; n--) {
      const message = read(spoiled(chance, chance.pick(texts)));
      if (message === undefined) {
        refused++;
        continue;
      }
      taken++;
      const again = parseMessage(writeMessage(message));
      expect(again.fields.filter(({ key }) => key !== 'content-length').map(({ name, value }) => [name, value])).toEqual(
        message.fields.filter(({ key }) => key !== 'content-length').map(({ name, value }) => [name, value]),
      );
      expect(again.body).toBe(message.body);
      expect([again.callId, again.cseq, again.via.host, again.fromTag]).toEqual([
        message.callId,
        message.cseq,
        message.via.host,
        message.fromTag,
      ]);
    }
    expect(taken).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(1_000);
  },
);

function framed(text: string): string[] {
  return new StreamFramer().push(text).map((frame) => (frame.type === 'message' ? frame.text : frame.type));
}

test(`a stream of noise is lost, and one of messages is not, wherever it is cut (seed ${seed})`, { timeout: 120_000 }, () => {
  const chance = new Chance(seed, 'stream');
  const whole = texts.filter((text) => framed(text).join('') === text);
  expect(whole.length).toBeGreaterThan(20);
  for (let n = nightly ? 5000 : 300; n > 0; n--) {
    const sent = Array.from({ length: chance.between(1, 5) }, () => chance.pick(whole));
    const damaged = chance.is(0.5);
    const stream = damaged ? spoiled(chance, sent.join('')) : sent.join('');
    const framer = new StreamFramer();
    const got: string[] = [];
    for (let at = 0; at < stream.length;) {
      const length = chance.between(1, 400);
      for (const frame of framer.push(stream.slice(at, at + length))) if (frame.type === 'message') got.push(frame.text);
      at += length;
    }
    if (!damaged) expect(got).toEqual(sent);
    expect(framer.pending).toBeLessThan(400_000);
  }
});

test(
  `a layer outlives whatever comes, tells each request once, and forgets all of it (seed ${seed})`,
  { timeout: 120_000 },
  () => {
    const chance = new Chance(seed, 'layer');
    const layer = new TransactionLayer({ random: () => chance.token(96).replaceAll(/[_-]/g, 'x'), most: 500 });
    let now = 0;
    let told = 0;
    const open = new Set<string>();
    const sent: string[] = [];
    const take = (outputs: readonly Output[]): void => {
      for (const output of outputs) {
        if (output.type === 'send') {
          sent.push(output.text);
          expect(() => parseMessage(output.text)).not.toThrow();
        } else if (output.type === 'request') {
          told++;
          expect(open.has(output.transaction)).toBe(false);
          open.add(output.transaction);
          if (chance.is(0.9))
            take(
              layer.respond(
                output.transaction,
                responseTo(output.request, chance.pick([100, 180, 200, 404, 486, 500]), { toTag: 'x' }),
                now,
              ),
            );
          if (output.request.method !== 'INVITE' || chance.is(0.9))
            take(layer.respond(output.transaction, responseTo(output.request, chance.pick([200, 404]), { toTag: 'x' }), now));
        } else if (output.type === 'ended') open.delete(output.transaction);
      }
      if (sent.length > 200) sent.splice(0, 100);
    };
    const places: readonly Remote[] = (['udp', 'tcp', 'wss'] as const).map((transport, n) => ({
      transport,
      address: `192.0.2.${n}`,
      port: 5060,
    }));
    for (let n = nightly ? 300_000 : 15_000; n > 0; n--) {
      now += chance.between(0, 50);
      // Also what we have said ourselves comes back, whole and damaged.
      const text = sent.length > 0 && chance.is(0.2) ? chance.pick(sent) : chance.pick(texts);
      take(layer.receive(chance.is(0.8) ? spoiled(chance, text) : text, chance.pick(places), now));
      if (chance.is(0.3)) take(layer.tick(now));
      if (chance.is(0.05) && open.size > 0) take(layer.failed(chance.pick([...open])));
      expect(layer.size).toBeLessThanOrEqual(500);
    }
    expect(told).toBeGreaterThan(500);
    for (let next = layer.deadline; next !== undefined; next = layer.deadline) take(layer.tick(next));
    // What was never answered waits for ever: that is for who serves to know. At most a 1xx of each.
    expect(layer.size).toBe(open.size);
  },
);
