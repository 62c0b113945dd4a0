/**
 * Music for whoever is put on hold: an entry of its own, so that pages which stay silent do not load it.
 *
 *     import { playHoldMusic } from '@offhook/client/hold-music';
 *     const music = playHoldMusic(call);
 *
 * It is made and played where it is heard, so that it costs no bandwidth, suffers from no loss, and is there again after either side
 * was loaded anew: that the other holds the call is a value both sides keep.
 */
export { playHoldMusic } from './play.ts';
export type { HoldMusic } from './play.ts';
