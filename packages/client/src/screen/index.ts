/**
 * Showing one's screen in a call: an entry of its own, so that pages which do not show any do not load it.
 *
 *     import { shareScreen } from '@offhook/client/screen';
 *
 *     button.onclick = async () => {
 *       const share = await shareScreen(call, { audio: true });
 *       share.on('ended', () => …);      // by share.stop(), by the browser's own "Stop sharing", or with the call
 *     };
 *
 * The other side sees it in the place of the camera's picture, and `call.remote.screen` tells it so. In a session it is one stream more:
 * `session.publish(await chooseScreen(), { alias: 'screen' })`.
 */
export { canShareScreen, chooseScreen, shareOf, shareScreen } from './share.ts';
export type { ScreenOptions, ScreenShare, ScreenShareEvents } from './share.ts';
