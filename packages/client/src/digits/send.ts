import type { Milliseconds } from '@offhook/core';
import { openCall } from '../call.ts';
import { decided } from '../endpoint-state.ts';
import type { Call } from '../call.ts';
import { OffhookError } from '../errors.ts';

/** How digits sound. */
export interface DigitOptions {
  /** How long each tone lasts. Default: 100, as W3C webrtc-pc §11.2 has it; from 40 to 6,000. */
  readonly toneMs?: Milliseconds | undefined;
  /** The pause between two tones. Default: 70; at least 30. */
  readonly gapMs?: Milliseconds | undefined;
  /** Called when the tone of a digit begins. */
  readonly onDigit?: ((digit: string) => void) | undefined;
}

/** The events of RFC 4733 §3.2, and the comma, which waits two seconds. */
const valid = /^[0-9A-D#*,]+$/i;

/** What each call still has to send. */
const queues = new WeakMap<Call, Promise<void>>();

/**
 * Sends the digits (`0`–`9`, `*`, `#`, `A`–`D`; a comma is a pause of two seconds) as telephone events (RFC 4733), one after the
 * other, after those that are being sent already. Resolves when the last one is out; in between the connection may be lost and come
 * back. The microphone need not be on.
 *
 * Rejects with `digits_invalid` where there are others, with `wrong_state` where the call is not taken, is held or ends meanwhile, and
 * with `digits_unsupported` where the other side has not agreed to telephone events. What was queued behind it is sent all the same.
 */
export function sendDigits(call: Call, digits: string, options: DigitOptions = {}): Promise<void> {
  if (!valid.test(digits))
    return Promise.reject(
      new OffhookError('digits_invalid', { message: 'A telephone has the keys 0 to 9, *, # and A to D.', detail: digits }),
    );
  const before = queues.get(call) ?? Promise.resolve();
  const sent = before
    .catch(() => undefined)
    .then(async () => {
      for (const digit of digits.toUpperCase()) await sendDigit(call, digit, options);
    });
  queues.set(call, sent);
  return sent;
}

async function sendDigit(call: Call, digit: string, { toneMs = 100, gapMs = 70, onDigit }: DigitOptions): Promise<void> {
  const interrupted = call.duration !== undefined && call.state !== 'active' && call.state !== 'ended';
  if (interrupted) await decided(openCall(call), ({ kind }) => kind === 'active' || kind === 'ended');
  if (call.state !== 'active' || call.held || call.remote.held) throw new OffhookError('wrong_state');
  const dtmf = call.peerConnection?.getSenders().find((sender) => sender.dtmf !== null)?.dtmf;
  if (dtmf?.canInsertDTMF !== true)
    throw new OffhookError('digits_unsupported', { message: 'The other side takes no digits in this call.' });
  await new Promise<void>((resolve, reject) => {
    const done = new AbortController();
    const finish = (): void => {
      done.abort();
      off();
    };
    const off = call.on('ended', () => {
      finish();
      reject(new OffhookError('wrong_state'));
    });
    dtmf.addEventListener(
      'tonechange',
      ({ tone }) => {
        // An empty tone: nothing is left to play.
        if (tone !== '') return onDigit?.(digit);
        finish();
        resolve();
      },
      { signal: done.signal },
    );
    dtmf.insertDTMF(digit, toneMs, gapMs);
  });
}
