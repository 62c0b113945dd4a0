/** Voicemail: messages that callers have left, and what they hear. */
export const voicemail = {
  from: (name: string): string => `Voicemail from ${name}`,
  own: 'Your voicemail',
  unheard: 'Not heard yet',
  deleted: 'Voicemail deleted',
  delete: 'Delete voicemail',
  play: 'Play',
  pause: 'Pause',
  position: 'Position',
  at: (at: string, of: string): string => `${at} of ${of}`,
  speed: (times: string): string => `Speed: ${times}`,
  times: (speed: number): string => `${speed}×`,
  missing: 'This cannot be played right now.',
};
