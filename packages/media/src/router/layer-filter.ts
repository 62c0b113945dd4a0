/**
 * Which layers of a source that carries several at once one receiver gets (SVC). It falls with the next picture; it rises only where what
 * follows can be decoded without what was left out:
 *
 *      spatial:   with a picture that needs no earlier one: before it nobody knows which layer will be the last one of a picture, and that
 *                 has to be marked
 *      temporal:  the same, or where the publisher says that it may
 */
import type { LayeredPacket } from '../rtp/layers.ts';

export class LayerFilter {
  /** The highest layers that are to be sent. */
  spatialMost: number = Number.POSITIVE_INFINITY;
  temporalMost: number = Number.POSITIVE_INFINITY;
  #spatial = 0;
  #temporal = 0;

  /** The highest layers that are sent now. */
  get spatial(): number {
    return this.#spatial;
  }

  get temporal(): number {
    return this.#temporal;
  }

  /** Begins with the next packet, which begins a picture that needs no earlier one. */
  begin(): void {
    this.#spatial = 0;
    this.#temporal = 0;
  }

  /** Whether a packet is sent; to be asked in their order. */
  passes(packet: LayeredPacket): boolean {
    const { spatial, temporal, isBegin } = packet;
    if (isBegin && spatial === 0) this.#beginPicture(packet);
    return temporal <= this.#temporal && spatial <= this.#spatial;
  }

  /** The same of a packet that comes after its time. */
  passesLate({ spatial, temporal }: LayeredPacket): boolean {
    return spatial <= this.#spatial && temporal <= this.#temporal;
  }

  /** Whether the picture ends with this packet for this receiver. */
  ends({ spatial, isEnd }: LayeredPacket): boolean {
    return isEnd && spatial === this.#spatial;
  }

  #beginPicture({ temporal, isPredicted, risesTo }: LayeredPacket): void {
    const most = this.temporalMost;
    if (!isPredicted || most < this.#temporal) this.#temporal = most;
    else if (temporal <= most && risesTo > this.#temporal) this.#temporal = Math.min(most, risesTo);
    this.#spatial = isPredicted ? Math.min(this.#spatial, this.spatialMost) : this.spatialMost;
  }
}
