/** How numbers are shown: as people write them, who name a country by `+`. */
import { numberOf, withheldNumber } from '@offhook/core';
import type { Address } from '@offhook/core';
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** `+49 30 123456`; what is no number of the plan stays as it is. */
export function numberName(address: Address): string {
  if (address === withheldNumber) return 'Withheld number';
  const number = numberOf(address);
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}
