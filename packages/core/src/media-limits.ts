/** What a participant may send to a media worker; what is more is dropped, with `bitrate_exceeded`. */
export const mediaLimits = {
  /**
   * Bits per second of all, with headers, retransmissions and all encodings, if the host has not said otherwise; one stream of pictures may
   * have half of that.
   */
  participantBitrate: 20_000_000,
  /** Bits per second of one stream of sound at most. */
  audioBitrate: 1_500_000,
  /** For how long twice as much passes. */
  burstMs: 5_000,
} as const;
