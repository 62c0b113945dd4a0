/** What one section of a description sends and receives (W3C webrtc-pc §5.2 and §5.4). */
import type { Direction } from './description.ts';
import type { FakeTrack } from './tracks.ts';

export class FakeSender {
  track: FakeTrack | null = null;
  readonly #replace: (track: FakeTrack | null) => Promise<void>;
  hasSent = false;

  constructor(replace: (sender: FakeSender, track: FakeTrack | null) => Promise<void>) {
    this.#replace = (track) => replace(this, track);
  }

  replaceTrack(track: FakeTrack | null): Promise<void> {
    return this.#replace(track);
  }
}

export class FakeTransceiver {
  readonly kind: 'audio' | 'video';
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack };
  readonly isByTrack: boolean;
  direction: Direction;
  mid: string | null = null;
  /** As it was when the last local description was set. */
  agreed: Direction | undefined;
  current: Direction = 'inactive';
  isReceiving = false;

  constructor(kind: 'audio' | 'video', direction: Direction, sender: FakeSender, received: FakeTrack, isByTrack: boolean) {
    this.kind = kind;
    this.direction = direction;
    this.sender = sender;
    this.receiver = { track: received };
    this.isByTrack = isByTrack;
  }
}
