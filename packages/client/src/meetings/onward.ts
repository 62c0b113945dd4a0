/**
 * A meeting of two that goes on as their call: each stays in the meeting until it hears the other in the call, and a moment longer, as the
 * other may not yet. Nobody is heard twice meanwhile.
 */
import type { Milliseconds } from '@offhook/core';
import type { Call } from '../call.ts';
import type { Clock } from '../platform.ts';
import type { Meeting } from './meeting.ts';

/** How long after the call has been heard here the meeting is still there for the other. */
const lingerMs: Milliseconds = 1_000;

/** Leaves the meeting once the call has taken its place. A call that ends before leaves it as it was. */
export function goOver(clock: Clock, meeting: Meeting, call: Call): void {
  const offs: (() => void)[] = [];
  const silenced: MediaStreamTrack[] = [];
  const stop = (): void => {
    for (const off of offs.splice(0)) off();
  };
  const leave = (): void => {
    stop();
    meeting.leave().catch(() => undefined);
  };
  let hears = false;
  const isAlone = (): boolean => meeting.attendees.length < 2;
  const heard = new Set<MediaStreamTrack>();
  const listen = (): void => {
    for (const track of call.remoteStream.getAudioTracks()) {
      if (heard.has(track)) continue;
      heard.add(track);
      track.addEventListener('unmute', look);
      offs.push(() => track.removeEventListener('unmute', look));
    }
  };
  const look = (): void => {
    if (meeting.state === 'over') return stop();
    if (call.state === 'ended') {
      stop();
      for (const track of silenced) track.enabled = true;
      return;
    }
    listen();
    if (!isHeard(call)) return;
    if (isAlone()) return leave();
    if (!hears) {
      hears = true;
      for (const { stream } of meeting.session?.streams ?? [])
        for (const track of stream.getAudioTracks()) {
          track.enabled = false;
          silenced.push(track);
        }
      offs.push(clock.schedule(lingerMs, leave));
    }
  };
  offs.push(call.on('state', look), call.on('stream', look), meeting.on('attendee', look), meeting.on('ended', look));
  look();
}

/** A track is muted until something of it has arrived (W3C webrtc-pc §5.3). */
function isHeard(call: Call): boolean {
  return call.state === 'active' && call.remoteStream.getAudioTracks().some(({ muted }) => !muted);
}
