/** The peer connections of a session, of which more is used than of those of calls. */
import type { PeerConnection, PeerHandlers } from '../platform.ts';
import type { PhoneLink } from '../part.ts';

export type SessionPeer = Omit<PeerConnection, 'addTransceiver' | 'getTransceivers'> &
  Pick<RTCPeerConnection, 'addTransceiver' | 'getTransceivers' | 'getStats' | 'createDataChannel'>;

const nothing = (): void => undefined;

/** `failed`: its way is lost, and does not come back by itself. */
export function openPeer(link: PhoneLink, failed: () => void): SessionPeer {
  const handlers: PeerHandlers = {
    // The server learns the addresses of a browser from its checks (RFC 8445 §7.3.1.3).
    candidate: nothing,
    negotiationNeeded: nothing,
    track: nothing,
    connectionStateChanged: () => peer.connectionState === 'failed' && failed(),
  };
  // What a browser opens is a whole RTCPeerConnection, however little calls use of it.
  const peer = link.platform.openPeer(link.configuration(), handlers) as unknown as SessionPeer;
  return peer;
}

/** Runs tasks one after the other; of those that wait, only the last. Never rejects. */
export class Latest {
  #round = 0;
  #running = false;
  #next: (() => Promise<void>) | undefined;

  run(task: () => Promise<void>): void {
    this.#next = task;
    if (!this.#running) void this.#work(this.#round);
  }

  /** Waits for the running task no longer: what is asked of a peer connection that was closed meanwhile never settles (webrtc-pc §4.4.1.6). */
  abandon(): void {
    this.#round += 1;
    this.#running = false;
    this.#next = undefined;
  }

  async #work(round: number): Promise<void> {
    this.#running = true;
    while (round === this.#round && this.#next !== undefined) {
      const task = this.#next;
      this.#next = undefined;
      await task();
    }
    if (round === this.#round) this.#running = false;
  }
}
