/**
 * Microphones, cameras and loudspeakers: which there are, which one is used, and what happens when one goes or comes. An entry of its
 * own, so that pages which leave the choice to the browser do not load it.
 *
 *     import { devicesOf, watchLevel } from '@offhook/client/devices';
 *
 *     const devices = devicesOf(phone);
 *     devices.on('changed', () => redraw(devices.list('microphone'), devices.current('microphone')));
 *     devices.on('moved', ({ kind, to }) => say(`Your ${kind} is now ${to?.label}`));
 *     await devices.choose('microphone', devices.list('microphone')[1]);
 *     devices.play(video);
 */
export { Devices, devicesOf } from './devices.ts';
export type { DevicesEvents, Moved, Trial } from './devices.ts';
export type { DeviceKind, MediaDevice, Processing } from './choices.ts';
export { watchLevel } from './level.ts';
