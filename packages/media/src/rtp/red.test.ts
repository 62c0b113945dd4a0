import { describe, expect, it } from 'vitest';
import { RedBlocks } from './red.ts';

const red = new RedBlocks();

/** What was read of it: each block as `type -offset data`, the last one without offset. */
function blocks(...parts: readonly (readonly number[] | string)[]): string[] | undefined {
  const bytes = Buffer.concat([Buffer.from('before'), ...parts.map((part) => Buffer.from(part as string))]);
  if (!red.read(bytes, 6, bytes.length)) return undefined;
  const earlier = Array.from({ length: red.count }, (_, n) => {
    const data = bytes.toString('latin1', red.from[n], red.end[n]);
    return `${red.payloadType[n]} -${red.offset[n]} ${data}`;
  });
  return [...earlier, `${red.primaryType} ${bytes.toString('latin1', red.primaryFrom)}`];
}

describe('redundant audio', () => {
  it('has the blocks of RFC 2198 §5: LPC at an offset of 20 ms, and DVI4', () => {
    // Payload type 7, offset 160, length 14; payload type 5.
    expect(blocks([0x87, 160 >> 6, (160 << 2) & 0xff, 14], [5], 'fourteen bytes', 'DVI4 of 84 bytes')).toEqual([
      '7 -160 fourteen bytes',
      '5 DVI4 of 84 bytes',
    ]);
  });

  it('may have several blocks, one that is empty, or none but its own', () => {
    expect(blocks([0x80 | 111, 1_920 >> 6, (1_920 << 2) & 0xff, 3, 0x80 | 111, 15, 0, 2, 111], 'oldoror', 'new')).toEqual([
      '111 -1920 old',
      '111 -960 or',
      '111 ornew',
    ]);
    expect(blocks([0x80 | 111, 0, 0, 0, 111], 'new')).toEqual(['111 -0 ', '111 new']);
    expect(blocks([111], 'new')).toEqual(['111 new']);
    expect(blocks([111])).toEqual(['111 ']);
  });

  it('reads offsets and lengths to their limits', () => {
    expect(blocks([0x80 | 1, 0xff, 0xff, 0xff, 2], 'x'.repeat(1_023), 'y')).toEqual([`1 -16383 ${'x'.repeat(1_023)}`, '2 y']);
  });

  it('is none where a header is cut off or a block longer than what is there', () => {
    expect(blocks()).toBeUndefined();
    expect(blocks([0x80 | 111, 15, 0])).toBeUndefined();
    expect(blocks([0x80 | 111, 15, 0, 2])).toBeUndefined();
    expect(blocks([0x80 | 111, 15, 0, 2, 111], 'x')).toBeUndefined();
    expect(blocks(Array.from({ length: 9 }, () => [0x80 | 111, 0, 0, 0]).flat(), [111])).toBeUndefined();
  });
});
