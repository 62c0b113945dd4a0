/**
 * Sessions: several people who hear and see one another by way of the server's media worker. An entry of its own, so that pages which
 * only call do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { join } from '@offhook/client/session';
 *
 *     const phone = await connect({ name: 'Anna' });
 *     const session = await join(phone, 'standup');
 *     session.on('streamAvailable', (remote) => {
 *       const video = document.createElement('video');
 *       Object.assign(video, { srcObject: remote.stream, autoplay: true });
 *       document.body.append(video);
 *     });
 *     await session.publish({ audio: true, video: true });
 *
 * Who joins without a token comes in as themselves and receives everybody. With the token of a participant, made by the REST API, one
 * publishes what that may publish and receives what it is subscribed to.
 */
export { join } from './session.ts';
export type { Session } from './session.ts';
export type { JoinOptions, PublishOptions, SessionEvents, SessionEnd, VideoCodec } from './types.ts';
export type { Arrival, SendOptions } from './data.ts';
export type { LocalStream } from './publisher.ts';
export type { SessionQuality } from './quality.ts';
export type { RemoteStream } from './receiver.ts';
export type {
  ParticipantId,
  RecordingCause,
  SessionCause,
  SessionId,
  SessionParticipant,
  SessionRecording,
  SessionStream,
  StreamKind,
  StreamQuality,
} from '@offhook/core';
