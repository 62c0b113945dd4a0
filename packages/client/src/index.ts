/**
 * The browser SDK: sign in, ring, answer, talk.
 *
 *     const phone = await connect({ url: 'https://calls.example.com', name: 'Anna' });
 *     phone.on('incoming', async (call) => {
 *       call.on('stream', (which, stream) => which === 'remote' && (audio.srcObject = stream));
 *       await call.answer();
 *     });
 *     const call = await phone.call('bo', { video: true });
 */
export { connect } from './connect.ts';
export type { ConnectOptions, ConnectWithName, ConnectWithToken, PhoneSettings } from './connect.ts';
export { Phone } from './phone.ts';
export type { Callee, PhoneEvents } from './phone.ts';
export { Call } from './call.ts';
export type { CallEvents, CallState, Consultation, RemoteSide } from './call.ts';
export type { MediaOptions } from './media-options.ts';
export { OffhookError } from './errors.ts';
export type { OffhookErrorCode, OffhookErrorDetails } from './errors.ts';
export type { ConnectionState } from './connection.ts';
export type { EventMap, Unsubscribe } from './emitter.ts';
export { claimName, forgetIdentity, identities, identityOfTab, joinByLink, linkDevice, useIdentity } from './open.ts';
export type { DeviceLink, Identity } from './open.ts';
export { browserPlatform } from './browser.ts';
export type * from './platform.ts';
export type {
  Address,
  ApplicationDelivery,
  Cause,
  Device,
  HistoryEntry,
  Media,
  Person,
  PersonPresence,
  PresenceState,
  Receiver,
  Settings,
} from '@offhook/core';
