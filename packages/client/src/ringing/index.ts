/**
 * Every tab of a person in one browser hears of every call, and any may answer it; one of them is to ring aloud. An entry of its own, so
 * that pages that do not ring do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { bellOf } from '@offhook/client/ringing';
 *
 *     const bell = bellOf(await connect({ name: 'Anna' }));
 *     bell.on('change', () => void (bell.rings ? tone.play() : tone.pause()));
 *
 * How the tabs agree: packages/core/src/ringing.
 */
export { Bell, bellOf } from './bell.ts';
export type { BellEvents } from './bell.ts';
