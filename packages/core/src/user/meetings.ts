import type { Person } from '../protocol/shared.ts';

/** Whom telephones reach that come into meetings. In no list of people. */
export const meetingsPerson: Person = { address: 'meetings', name: 'Meetings' };

/** Whether this is who takes them, and not somebody who took its address on a server that has none. */
export function isMeetings({ address, name }: Person): boolean {
  return address === meetingsPerson.address && name === meetingsPerson.name;
}
