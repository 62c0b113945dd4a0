/** What pages of a session may send one another by data channels. What is beyond it is dropped by the media worker. */
export const dataLimits = {
  /** Bytes of one message. */
  messageBytes: 16 * 1024,
  /** Messages and bytes per second of one participant, and how many may come at once. */
  messagesPerSecond: 200,
  messageBurst: 400,
  bytesPerSecond: 512 * 1024,
  byteBurst: 1024 * 1024,
  /** Bytes that wait on the way to one receiver. A message that may be lost is dropped beyond the smaller number. */
  waitingBytes: 1024 * 1024,
  waitingLossyBytes: 64 * 1024,
} as const;
