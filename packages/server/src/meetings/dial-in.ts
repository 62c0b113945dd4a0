import type { MeetingPlace } from '../ports/meetings.ts';

/** What those read who were invited, of how to come by telephone: nothing where nobody can. */
export function byTelephone(dialIn: MeetingPlace['dialIn']): string[] {
  if (dialIn === undefined) return [];
  return [`By telephone: ${dialIn.numbers.map(({ name }) => name).join(' or ')}`, `PIN: ${grouped(dialIn.pin)}#`];
}

/** Three digits, three, and the rest, as people read them out. */
function grouped(pin: string): string {
  return pin.replace(/^(\d{3})(\d{3})(\d+)$/, '$1 $2 $3');
}
