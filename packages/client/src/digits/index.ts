/**
 * The keys of a telephone, for menus that ask for them: an entry of its own, so that pages without a keypad do not load it.
 *
 *     import { sendDigits } from '@offhook/client/digits';
 *     await sendDigits(call, '12#');
 */
export { sendDigits } from './send.ts';
export type { DigitOptions } from './send.ts';
