/** Countries, as telephone numbers have them. */
import { isSupportedCountry } from 'libphonenumber-js/max';

/** Whether this is a country of ISO 3166 that has telephone numbers of its own. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}
