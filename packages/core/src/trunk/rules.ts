/** Which telephone numbers may be called: denied unless a rule allows them (SPEC.md). */
import type { OutgoingRule } from '../protocol/trunks.ts';

/** What is known of a number. */
export interface Destination {
  /** As E.164 writes it. */
  readonly number: string;
  /** In another country than that of the server, or nobody knows in which. */
  readonly isInternational: boolean;
  /** It costs more for what is offered there. */
  readonly isPremium: boolean;
}

export type Verdict = 'allowed' | 'destination_denied' | 'international_denied' | 'premium_denied';

/** `lists`: of the person, of their role, of all; the first one wins where two have the same prefix. */
export function mayDial(destination: Destination, lists: readonly (readonly OutgoingRule[])[]): Verdict {
  let found: OutgoingRule | undefined;
  for (const rules of lists)
    for (const rule of rules)
      if (destination.number.startsWith(rule.prefix) && (found === undefined || rule.prefix.length > found.prefix.length))
        found = rule;
  if (found?.allow !== true) return 'destination_denied';
  if (destination.isPremium && found.premium !== true) return 'premium_denied';
  if (destination.isInternational && found.international !== true) return 'international_denied';
  return 'allowed';
}
