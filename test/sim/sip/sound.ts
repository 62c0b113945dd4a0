/** Plain RTP between phones and bridges: who sends to whom, as their descriptions have it. */
export interface SoundEnd {
  /** Where it listens, as `address:port`. */
  readonly local: string;
  /** Where it sends to. */
  readonly remote: string | undefined;
  /** It lives and its network carries packets. */
  readonly isThere: boolean;
  /** It sends sound, not only reports. */
  readonly isSending: boolean;
  /** Something about somebody is not as before. */
  look(): void;
}

export type SoundDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What a description says of its sound. */
export interface SoundWords {
  readonly at: string;
  readonly direction: SoundDirection;
}

export class Sound {
  readonly #ends = new Map<string, SoundEnd>();
  #isLooking = false;

  add(end: SoundEnd): void {
    this.#ends.set(end.local, end);
  }

  remove(end: SoundEnd): void {
    if (this.#ends.get(end.local) === end) this.#ends.delete(end.local);
    this.changed();
  }

  get size(): number {
    return this.#ends.size;
  }

  /** Whose packets, of sound or reports, arrive at this end. */
  arriving(end: SoundEnd): SoundEnd | undefined {
    const from = end.remote === undefined ? undefined : this.#ends.get(end.remote);
    return from !== undefined && from.remote === end.local && from.isThere && end.isThere ? from : undefined;
  }

  changed(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const end of this.#ends.values()) end.look();
    this.#isLooking = false;
  }
}

export function soundSdp({ at, direction }: SoundWords): string {
  const [address, port] = at.split(':');
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** Undefined where a description has no sound. */
export function soundIn(sdp: string): SoundWords | undefined {
  const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1];
  const port = /^m=audio (\d+)/m.exec(sdp)?.[1];
  if (address === undefined || port === undefined) return undefined;
  const said = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(sdp)?.[1] ?? 'sendrecv';
  return { at: `${address}:${port}`, direction: said as SoundDirection };
}
