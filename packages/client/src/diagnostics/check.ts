import { echoPerson, isEcho, ratingOf } from '@offhook/core';
import type { Milliseconds, Quality, Rating } from '@offhook/core';
import type { Call } from '../call.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { checks } from './checks.ts';
import { Average, watchQuality } from './watch.ts';

/** What a short call has shown. Losses are those of both ways together. */
export type ConnectionCheck =
  /** Sound does not get through: a firewall may be in the way. */
  { readonly passes: false } | ({ readonly passes: true; readonly rating: Rating } & Quality);

/** So many seconds are listened to. */
const seconds = 3;
/** Nothing has come back by then: nothing will. */
const patienceMs: Milliseconds = 30_000;

/**
 * Tries how calls will sound here: calls the server's echo test for some five seconds, by a microphone that is open already, muted, and
 * listens to what comes back. Nothing is played. The call is in `phone.calls` meanwhile: see `isConnectionCheck`. Resolves with undefined
 * where nothing can be told: the server has no echo test, it takes no further call, or `signal` has ended the check.
 */
export async function checkConnection(
  phone: Phone,
  microphone: MediaStreamTrack,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ConnectionCheck | undefined> {
  const { connection, platform } = openPhone(phone);
  const { people } = await connection.request('look', { addresses: [echoPerson.address] });
  if (!people.some((one) => isEcho(one) && one.presence !== 'offline') || signal?.aborted === true) return undefined;
  const track = microphone.clone();
  const stream = new MediaStream([track]);
  checks.add(stream);
  const placed = phone.call(echoPerson, { stream });
  const call = phone.calls.find(({ localStream }) => localStream === stream);
  const end = (): void => call?.hangup();
  signal?.addEventListener('abort', end);
  // Loaded anew, the page would find it again and take it for a call of the person's.
  const off = platform.watchNetwork((event) => event === 'leaving' && end());
  try {
    call?.mute();
    await placed;
    return call && (await measure(call));
  } catch {
    // It was refused: the server has no room for it, or this person may not make it.
    return undefined;
  } finally {
    off();
    signal?.removeEventListener('abort', end);
    end();
    track.stop();
  }
}

async function measure(call: Call): Promise<ConnectionCheck | undefined> {
  const { promise, resolve } = Promise.withResolvers<ConnectionCheck | undefined>();
  const average = new Average();
  // Where there is a way, something else is slow.
  const isThrough = (): boolean => /^(connected|completed)$/.test(call.peerConnection?.iceConnectionState ?? '');
  const timer = setTimeout(() => resolve(isThrough() ? undefined : { passes: false }), patienceMs);
  const stop = watchQuality(call, (heard) => {
    average.add(heard);
    if (average.count === seconds) resolve({ passes: true, rating: ratingOf(average.value.mos), ...average.value });
  });
  const isOver = (): void => resolve(call.cause === 'media_failed' ? { passes: false } : undefined);
  const off = call.on('ended', isOver);
  if (call.state === 'ended') isOver();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    stop();
    off();
  }
}
