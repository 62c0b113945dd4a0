import { createDecoder } from 'libopus-wasm';
import { BufferTarget, EncodedAudioPacketSource, EncodedPacket, MkvOutputFormat, Output } from 'mediabunny';
import { describe, expect, it, vi } from 'vitest';
import { opusDuration } from '../recorder/opus-head.ts';
import { makeGreeting } from './greeting.ts';
import { readOggOpus } from './ogg.ts';

/** A tone in WAV with PCM of 16 bits. */
function wav(ms: number, { rate = 16_000, channels = 1, hertz = 700 } = {}): Uint8Array {
  const frames = (rate * ms) / 1_000;
  const bytes = Buffer.alloc(44 + frames * channels * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(frames * channels * 2, 40);
  for (let n = 0; n < frames * channels; n++)
    bytes.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * Math.floor(n / channels)) / rate)), 44 + n * 2);
  return bytes;
}

/** How often it goes up through zero in a second: its frequency. */
async function hertzOf(packets: readonly Uint8Array[]): Promise<number> {
  const decoder = await createDecoder({ channels: 1, sampleRate: 48_000 });
  const samples = packets.flatMap((packet) => [...decoder.decodeFloat(packet)]).slice(4_800, 28_800);
  decoder.free();
  return 2 * samples.filter((one, n) => one >= 0 && (samples[n - 1] ?? 1) < 0).length;
}

describe('a greeting', () => {
  it.each([[{ rate: 48_000 }], [{ rate: 8_000 }], [{ rate: 44_100 }], [{ rate: 16_000, channels: 2 }]])(
    'of WAV as %j is what is played to callers',
    async (how) => {
      const { bytes, durationMs } = await makeGreeting(wav(1_000, how), 60_000);
      expect(durationMs).toBeCloseTo(1_000, -1);
      const { packets = [] } = readOggOpus(bytes) ?? {};
      expect(new Set(packets.map(opusDuration))).toEqual(new Set([20]));
      expect(await hertzOf(packets)).toBeCloseTo(700, -1);
    },
  );

  it('of Ogg with Opus is made anew of what is in it', async () => {
    const { bytes } = await makeGreeting(wav(1_000), 60_000);
    const again = await makeGreeting(bytes, 60_000);
    expect(again.durationMs).toBeCloseTo(1_000, -2);
    expect(await hertzOf(readOggOpus(again.bytes)?.packets ?? [])).toBeCloseTo(700, -1);
  });

  it.each([
    ['words', Buffer.from('this is no sound, whatever its name says')],
    ['nothing', new Uint8Array()],
    ['sound without an end', wav(1_000).subarray(0, 60)],
    ['Ogg that is cut off', Buffer.from('OggS\0\x02')],
  ])('is refused that is %s', async (_, bytes) => {
    await expect(makeGreeting(bytes, 60_000)).rejects.toMatchObject({ code: 'refused' });
  });

  it.each([[{ rate: 1 }], [{ rate: 7_999 }], [{ rate: 192_001 }], [{ rate: 8_000, channels: 9 }]])(
    'of WAV as %j is refused, before anything is made of it',
    async (how) => {
      const allocated = vi.spyOn(Float32Array, 'from');
      await expect(makeGreeting(wav((2_000 * 1_000) / how.rate, how), 60_000)).rejects.toMatchObject({ code: 'refused' });
      expect(allocated).not.toHaveBeenCalled();
    },
  );

  it('of PCM in Matroska is refused: there a part may be as long as the file', async () => {
    const target = new BufferTarget();
    const output = new Output({ format: new MkvOutputFormat(), target });
    const source = new EncodedAudioPacketSource('pcm-s16');
    output.addAudioTrack(source);
    await output.start();
    const decoderConfig = { codec: 'pcm-s16', sampleRate: 8_000, numberOfChannels: 1 };
    await source.add(new EncodedPacket(new Uint8Array(16_000), 'key', 0, 1), { decoderConfig });
    await output.finalize();
    await expect(makeGreeting(new Uint8Array(target.buffer ?? []), 60_000)).rejects.toMatchObject({ code: 'refused' });
  });

  it('is decoded in turns with everything else', async () => {
    let [turns, isOver] = [0, false];
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await expect(makeGreeting(wav(30_000, { rate: 48_000 }), 29_000)).rejects.toMatchObject({ code: 'too_long' });
    isOver = true;
    // Of 2,048 frames each.
    expect(turns).toBeGreaterThan(50);
  });

  it('is refused that is too long', async () => {
    await expect(makeGreeting(wav(1_100), 1_000)).rejects.toMatchObject({ code: 'too_long' });
  });
});
