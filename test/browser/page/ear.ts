/** For pages that know nothing of tests, before they begin: their microphone hears a tone, and what they receive is listened to. */
import { tone, toneAt } from './tones.ts';

const ofMicrophone = 440;
const received: MediaStreamTrack[] = [];

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    this.addEventListener('track', ({ track }) => received.push(track));
  }
};

const { mediaDevices } = navigator;
const ask = mediaDevices.getUserMedia.bind(mediaDevices);
mediaDevices.getUserMedia = async (wanted) => {
  // What the browser allows a page that may hear, such as telling its addresses, depends on having been asked.
  for (const track of (await ask(wanted)).getTracks()) track.stop();
  return tone(ofMicrophone);
};

declare global {
  /** Waits until a tone stands out in what was received last. */
  var untilTone: (hertz: number) => Promise<void>;
}
globalThis.untilTone = async (hertz) => {
  const track = received.findLast(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
  if (track === undefined) throw new Error('nothing is received');
  await toneAt(new MediaStream([track]), hertz);
};
