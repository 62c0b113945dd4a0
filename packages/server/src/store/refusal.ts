import { StoreError } from '../ports.ts';

const reasons = {
  name_taken: 'The name belongs to somebody else.',
  invite_used: 'The invitation has been used as often as it may.',
  call_exists: 'A call with this id was recorded before.',
  entry_exists: 'The author has made another entry under this id.',
} as const;

/** Why one group of writes was not stored, though the store is well. */
export type Refused = keyof typeof reasons;

export function refusal(code: Refused): StoreError {
  return new StoreError(code, reasons[code]);
}
