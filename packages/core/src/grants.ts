/** What somebody who has signed in may do. */
import { addressOf } from './address.ts';
import { isNumber } from './user/outside.ts';
import type { GrantsClaim } from './protocol/tokens.ts';
import type { SessionId } from './protocol/sessions.ts';
import type { Address } from './protocol/signaling.ts';

export interface Grants {
  /** Calls ring here. Without it nobody sees this device as being there. */
  readonly incoming: boolean;
  /** Whom one may call: everybody, nobody, or the addresses that fit one of these (`bo`, `support-*`). */
  readonly outgoing: boolean | readonly string[];
  /** Which sessions one may join as oneself, by their ids, in the same way. */
  readonly sessions: boolean | readonly string[];
  /** One may change one's own name. */
  readonly rename: boolean;
  /** One may work in queues. */
  readonly agent: boolean;
  /** One may manage users, invitations and tokens. */
  readonly admin: boolean;
}

/** What people may do of whom nothing else is said. */
export const memberGrants: Grants = {
  incoming: true,
  outgoing: true,
  sessions: true,
  rename: true,
  agent: false,
  admin: false,
};

export const adminGrants: Grants = { ...memberGrants, admin: true };

/** What a claim leaves out is as it is for everybody. */
export function grantsOf(claim: GrantsClaim = {}): Grants {
  const { incoming = true, outgoing = true, agent = false, admin = false } = claim;
  // Who may call some people only meets no others by default.
  const { sessions = outgoing === true } = claim;
  return { ...memberGrants, incoming, outgoing, sessions, agent, admin };
}

export function mayCall({ outgoing }: Grants, to: Address): boolean {
  return typeof outgoing === 'boolean' ? outgoing : outgoing.some((pattern) => fits(pattern, to));
}

/** Whether one may take part without having been added. */
export function mayJoin({ sessions }: Grants, session: SessionId): boolean {
  return typeof sessions === 'boolean' ? sessions : sessions.some((pattern) => fits(pattern, session));
}

/** An address or a telephone number, or the beginning of some with `*` behind it. */
export function isDestination(pattern: string): boolean {
  if (pattern === '*' || isAddress(pattern) || isNumber(pattern)) return true;
  return pattern.endsWith('*') && isBeginning(pattern.slice(0, -1));
}

/** Whether this is an address as it stands: the one of a name may look different from the name. */
export function isAddress(text: string): boolean {
  return addressOf(text) === text;
}

function fits(pattern: string, address: Address): boolean {
  return pattern.endsWith('*') ? address.startsWith(pattern.slice(0, -1)) : pattern === address;
}

/** `support-` is no address, but others begin so. */
function isBeginning(text: string): boolean {
  return text === '+' || isNumber(text) || isAddress(`${text}x`);
}
