/** A peer connection that is what a test says. */

export type Direction = RTCRtpTransceiverDirection | 'stopped' | null;

interface FakeTrack {
  kind: string;
  enabled: boolean;
  muted: boolean;
  readyState: string;
  getSettings(): { displaySurface?: string };
}

export function fakeTrack(kind: 'audio' | 'video', displaySurface?: string): FakeTrack & { stop(): void } & EventTarget {
  const track = Object.assign(new EventTarget(), {
    kind,
    enabled: true,
    muted: false,
    readyState: 'live',
    getSettings: () => (displaySurface === undefined ? {} : { displaySurface }),
    stop() {
      track.readyState = 'ended';
    },
  });
  return track;
}

export interface FakeTransceiver {
  currentDirection: Direction;
  sender: { track: FakeTrack | null; encodings: { active: boolean }[]; getParameters(): { encodings: { active: boolean }[] } };
  receiver: { track: FakeTrack };
}

export class FakeConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new';
  readonly transceivers: FakeTransceiver[] = [];

  /** Where a real one is expected. */
  get real(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  close(): void {
    // As browsers do: without an event.
    this.connectionState = 'closed';
  }

  /** With audio that flows both ways; video, and a screen, if wanted. */
  with(...kinds: ('audio' | 'video' | 'screen')[]): this {
    for (const kind of kinds) this.add(kind === 'screen' ? fakeTrack('video', 'monitor') : fakeTrack(kind));
    return this;
  }

  add(track: FakeTrack | null, currentDirection: Direction = 'sendrecv', kind = track?.kind ?? 'audio'): FakeTransceiver {
    const encodings = [{ active: true }];
    const transceiver = {
      currentDirection,
      sender: { track, encodings, getParameters: () => ({ encodings }) },
      receiver: { track: fakeTrack(kind as 'audio' | 'video') },
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  becomes(state: RTCPeerConnectionState): this {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
    return this;
  }

  negotiates(direction: Direction): this {
    for (const transceiver of this.transceivers) transceiver.currentDirection = direction;
    this.dispatchEvent(new Event('signalingstatechange'));
    return this;
  }
}
