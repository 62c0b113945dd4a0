import { voicemailLimits } from '@offhook/core';
import type { GreetingView } from '@offhook/core';
import { sendFile } from '../conversations/files.ts';
import { OffhookError } from '../errors.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';

/** Samples a second: more than telephones carry. */
const rate = 24_000;
const headBytes = 44;
/** Of a sample. */
const bytesEach = 2;

/**
 * What callers hear before the tone from now on: any sound that the browser can read, at most a minute; undefined: what comes with the server.
 * Rejects with `greeting_refused`, `greeting_too_long`, `voicemail_unavailable`, and as files that are sent do.
 */
export async function setGreeting(phone: Phone, sound: Blob | undefined): Promise<GreetingView | undefined> {
  const link = openPhone(phone);
  const sent = sound && (await sendFile(link, await asWav(sound), { name: 'greeting.wav' }));
  return (await link.connection.request('greeting', { file: sent?.file ?? null })).greeting;
}

/** One channel of 16 bits, as every server reads it, whatever the browser has recorded. */
async function asWav(sound: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, rate);
  const decoded = await context.decodeAudioData(await sound.arrayBuffer()).catch((cause: unknown) => {
    throw new OffhookError('greeting_refused', { message: 'This file is no sound that can be played.', cause });
  });
  if (decoded.duration * 1_000 > voicemailLimits.greetingMsMost)
    throw new OffhookError('greeting_too_long', { message: 'A greeting takes at most a minute.' });
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, n) => decoded.getChannelData(n));
  const view = new DataView(new ArrayBuffer(headBytes + decoded.length * bytesEach));
  writeHead(view);
  for (let n = 0; n < decoded.length; n++) {
    const sample = channels.reduce((sum, channel) => sum + (channel[n] ?? 0), 0) / channels.length;
    view.setInt16(headBytes + n * bytesEach, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
  }
  return new Blob([view.buffer], { type: 'audio/wav' });
}

function writeHead(view: DataView): void {
  const write = (at: number, text: string): void => {
    for (const [n, letter] of [...text].entries()) view.setUint8(at + n, letter.charCodeAt(0));
  };
  const bytes = view.byteLength - headBytes;
  write(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  // PCM, one channel.
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * bytesEach, true);
  view.setUint16(32, bytesEach, true);
  view.setUint16(34, 8 * bytesEach, true);
  write(36, 'data');
  view.setUint32(40, bytes, true);
}
