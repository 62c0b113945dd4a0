/** What is known of telephone numbers (libphonenumber), read when the first one is asked about: it takes a tenth of a start. */
import { createRequire } from 'node:module';
import type * as Library from 'libphonenumber-js/max';

const require = createRequire(import.meta.url);
let library: typeof Library | undefined;

export function phoneNumbers(): typeof Library {
  return (library ??= require('libphonenumber-js/max') as typeof Library);
}

/** Whether this is a country of ISO 3166 that has telephone numbers of its own. */
export function isCountry(code: string): boolean {
  return phoneNumbers().isSupportedCountry(code);
}
