/** What a peer connection is doing: read from outside, without touching what it sends. */
import type { Seen } from './rule.ts';

export interface Reading extends Seen {
  /** Negotiated, and nothing flows in either direction. */
  readonly held: boolean;
  /** Pictures flow in some direction. */
  readonly video: boolean;
  /** How many may be heard. */
  readonly voices: number;
  /** What is attached to be sent, whether it is on or not. */
  readonly microphone: readonly MediaStreamTrack[];
  readonly camera: readonly MediaStreamTrack[];
  readonly screen: readonly MediaStreamTrack[];
  /** Of these, what others receive at this moment. */
  readonly sent: ReadonlySet<MediaStreamTrack>;
  /** A picture that arrives. */
  readonly picture: MediaStreamTrack | undefined;
}

const events = ['connectionstatechange', 'signalingstatechange', 'track'] as const;

/** Calls `changed` when there may be something new. What is returned stops it. */
export function watch(connection: RTCPeerConnection, changed: () => void): () => void {
  const stopping = new AbortController();
  for (const event of events) connection.addEventListener(event, changed, { signal: stopping.signal });
  // Closing fires no event on the side that closes.
  // oxlint-disable-next-line typescript/unbound-method -- called with what it is called on
  const { close } = connection;
  const own = Object.hasOwn(connection, 'close');
  const closing = function (this: RTCPeerConnection): void {
    close.call(this);
    if (!stopping.signal.aborted) changed();
  };
  connection.close = closing;
  return () => {
    stopping.abort();
    // Somebody may have wrapped it again meanwhile: then it stays, and says nothing.
    if (connection.close !== closing) return;
    if (own) connection.close = close;
    else Reflect.deleteProperty(connection, 'close');
  };
}

export function read(connection: RTCPeerConnection): Reading {
  const state = connection.connectionState;
  const all = state === 'closed' ? [] : connection.getTransceivers();
  const negotiated = but(all, null, 'stopped');
  const flowing = but(negotiated, 'inactive');
  const incoming = but(flowing, 'sendonly').map(({ receiver }) => receiver.track);
  const reading = {
    microphone: [] as MediaStreamTrack[],
    camera: [] as MediaStreamTrack[],
    screen: [] as MediaStreamTrack[],
    sent: new Set<MediaStreamTrack>(),
  };
  for (const transceiver of negotiated) {
    const { track } = transceiver.sender;
    if (track === null || track.readyState === 'ended') continue;
    reading[whatIs(track)].push(track);
    if (state === 'connected' && isSent(transceiver, track)) reading.sent.add(track);
  }
  return {
    ...reading,
    state,
    media: negotiated.length > 0,
    held: flowing.length === 0,
    video: flowing.some(({ receiver }) => receiver.track.kind === 'video'),
    voices: incoming.filter(({ kind }) => kind === 'audio').length,
    picture: incoming.find(({ kind, muted, readyState }) => kind === 'video' && !muted && readyState === 'live'),
  };
}

function but(all: readonly RTCRtpTransceiver[], ...directions: RTCRtpTransceiver['currentDirection'][]): RTCRtpTransceiver[] {
  return all.filter(({ currentDirection }) => !directions.includes(currentDirection));
}

function whatIs(track: MediaStreamTrack): 'microphone' | 'camera' | 'screen' {
  // Of pictures and of the sound of a screen, and of nothing else (W3C Screen Capture §6).
  const settings = track.getSettings();
  if ('displaySurface' in settings || 'restrictOwnAudio' in settings) return 'screen';
  return track.kind === 'audio' ? 'microphone' : 'camera';
}

function isSent({ currentDirection, sender }: RTCRtpTransceiver, track: MediaStreamTrack): boolean {
  if (!track.enabled || track.muted || !currentDirection?.startsWith('send')) return false;
  const { encodings } = sender.getParameters();
  return encodings.length === 0 || encodings.some(({ active }) => active !== false);
}
