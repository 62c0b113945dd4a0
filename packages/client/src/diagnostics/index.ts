/**
 * What a call is worth, for those who want to know: how it sounds at each moment, and a code by which two people can hear that
 * nobody sits between them. Apart from the calls themselves, so that pages without it do not load it.
 *
 *     import { safetyCode, watchQuality } from '@offhook/client/diagnostics';
 *     const stop = watchQuality(call, ({ mos, rating }) => …);
 */
export { watchQuality } from './watch.ts';
export type { Heard } from './watch.ts';
export { safetyCode } from './safety-code.ts';
