/** Thrown with one sentence for people when SIP cannot be had as the settings say. */
export class SipError extends Error {
  override readonly name = 'SipError';
}
