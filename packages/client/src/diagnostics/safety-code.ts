import type { Call } from '../call.ts';

/**
 * So many groups of so many digits, 66 bits in all: somebody in the middle, who is free to choose a certificate for either side,
 * would have to make some 2^33 of them while the call is being set up.
 */
const groups = 4;
const digits = 5;

/**
 * A code that both people of a direct call see, e.g. `47110 08151 12341 90210`: derived from the fingerprints of both DTLS certificates
 * (RFC 8122), which the media is encrypted to. When they compare it by voice and it is the same, nobody sits between them, the
 * server included. Undefined before both descriptions are there, and where the browser has no `crypto.subtle`.
 */
export async function safetyCode(call: Call): Promise<string | undefined> {
  const { currentLocalDescription: mine, currentRemoteDescription: theirs } = call.peerConnection ?? {};
  const prints = [fingerprints(mine?.sdp), fingerprints(theirs?.sdp)];
  if (prints.some((print) => print === '') || globalThis.crypto?.subtle === undefined) return undefined;
  // In an order that is the same on both sides.
  const bytes = new TextEncoder().encode(prints.sort().join('\n'));
  const digest = new DataView(await crypto.subtle.digest('SHA-256', bytes));
  const group = (at: number): string => String(digest.getUint32(4 * at) % 10 ** digits).padStart(digits, '0');
  return Array.from({ length: groups }, (_, at) => group(at)).join(' ');
}

function fingerprints(sdp = ''): string {
  const found = [...sdp.matchAll(/^a=fingerprint:(\S+) (\S+)/gm)].map(([, hash = '', value = '']) =>
    `${hash} ${value}`.toLowerCase(),
  );
  return [...new Set(found)].sort().join(' ');
}
