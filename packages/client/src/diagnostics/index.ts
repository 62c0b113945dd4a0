/**
 * What a call is worth, for those who want to know: how it sounds at each moment, how it would sound before there is one, and a code by
 * which two people can hear that nobody sits between them. Apart from the calls themselves, so that pages without it do not load it.
 *
 *     import { checkConnection, safetyCode, watchQuality } from '@offhook/client/diagnostics';
 *     const stop = watchQuality(call, ({ mos, rating }) => …);
 *     const check = await checkConnection(phone, microphone.getAudioTracks()[0]);
 */
export { checkConnection } from './check.ts';
export { isConnectionCheck } from './checks.ts';
export type { ConnectionCheck } from './check.ts';
export { watchQuality } from './watch.ts';
export type { Heard } from './watch.ts';
export { safetyCode } from './safety-code.ts';
