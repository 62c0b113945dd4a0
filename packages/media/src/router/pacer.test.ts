import { expect, it } from 'vitest';
import type { OutgoingStream } from './outgoing.ts';
import { Pacer } from './pacer.ts';

/** Of one stream, of which everything from `first` on is still sent. */
function paced(): { readonly pacer: Pacer; readonly sent: string[]; readonly stream: { first: number } & OutgoingStream } {
  const stream = { first: 0, isCurrent: (sequence: number) => sequence >= stream.first } as { first: number } & OutgoingStream;
  const sent: string[] = [];
  const pacer = new Pacer(({ bytes, sequence }, now) => {
    sent.push(`${now} ${sequence}`);
    pacer.took(bytes.length);
  });
  return { pacer, sent, stream };
}

const picture = Buffer.alloc(1_000);

it('sends pictures as fast as the way carries, and what is sent again before them', () => {
  const { pacer, sent, stream } = paced();
  pacer.pace(400_000, 0);
  pacer.drain(100);
  for (const sequence of [1, 2, 3]) expect(pacer.offer({ bytes: picture, wide: 0, stream, sequence }, false, 100)).toBe(true);
  expect(sent).toEqual(['100 1', '100 2']);
  expect(pacer.offer({ bytes: picture, wide: 0, stream, sequence: 0 }, true, 100)).toBe(true);
  expect([pacer.repeats(stream, 0), pacer.repeats(stream, 1)]).toEqual([true, false]);
  for (let now = 105; now <= 200; now += 5) pacer.drain(now);
  // 50 bytes a millisecond: of the first two, half of one was too much.
  expect(sent.slice(2)).toEqual(['115 0', '135 3']);
});

it('lets sound pass, which takes of the same', () => {
  const { pacer, sent, stream } = paced();
  pacer.pace(80_000, 0);
  for (let now = 0; now < 1_000; now += 20) {
    pacer.took(100);
    if (now === 500) pacer.offer({ bytes: picture, wide: 0, stream, sequence: 1 }, false, now);
    pacer.drain(now);
  }
  expect(pacer.delay).toBe(0);
  expect(sent.length).toBe(1);
});

it('drops what would wait too long, and what is sent no more', () => {
  const { pacer, sent, stream } = paced();
  pacer.pace(80_000, 0);
  const taken = Array.from({ length: 40 }, (_, sequence) =>
    pacer.offer({ bytes: picture, wide: 0, stream, sequence }, false, 0),
  );
  // 10 bytes a millisecond, for a second, and one that is one too many.
  expect(taken.filter(Boolean)).toHaveLength(11);
  stream.first = 8;
  for (let now = 0; now <= 2_000; now += 5) pacer.drain(now);
  expect(sent.map((one) => Number(one.split(' ')[1]))).toEqual([8, 9, 10]);
  expect(pacer.delay).toBe(0);
});

it('forgets what waits of one stream alone', () => {
  const { pacer, sent, stream } = paced();
  const { stream: other } = paced();
  pacer.pace(80_000, 0);
  for (const sequence of [1, 2]) pacer.offer({ bytes: picture, wide: 0, stream, sequence }, false, 0);
  pacer.offer({ bytes: picture, wide: 0, stream: other, sequence: 3 }, false, 0);
  pacer.offer({ bytes: picture, wide: 0, stream, sequence: 0 }, true, 0);
  expect(pacer.delay).toBe(400);
  pacer.forget(stream);
  expect(pacer.delay).toBe(100);
  expect(pacer.repeats(stream, 0)).toBe(false);
  for (let now = 0; now <= 1_000; now += 5) pacer.drain(now);
  expect(sent.map((one) => Number(one.split(' ')[1]))).toEqual([3]);
});

it('keeps nothing back once the way is wide', () => {
  const { pacer, sent, stream } = paced();
  pacer.pace(80_000, 0);
  for (let sequence = 0; sequence < 5; sequence++) pacer.offer({ bytes: picture, wide: 0, stream, sequence }, false, 0);
  pacer.pace(undefined, 10);
  expect(sent.map((one) => Number(one.split(' ')[1]))).toEqual([0, 1, 2, 3, 4]);
  expect(pacer.isPacing).toBe(false);
});
