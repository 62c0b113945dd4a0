/**
 * Meetings: a link, and perhaps a time, by which people meet in a session. An entry of its own, so that pages which only call do not
 * load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { createMeeting, enterMeeting } from '@offhook/client/meetings';
 *
 *     const phone = await connect({ name: 'Anna' });
 *     const { meeting: id, link } = await createMeeting(phone, { title: 'Stand-up' });
 *     const meeting = await enterMeeting(phone, id);
 *     meeting.on('session', (session) => {
 *       session.on('streamAvailable', (remote) => show(remote.stream));
 *       void session.publish({ audio: true, video: true });
 *     });
 *     meeting.on('attendee', (change, { participant, place }) => {
 *       if (change === 'joined' && place === 'waiting') void meeting.admit(participant);
 *     });
 *
 * Who has only the link, and no account: `visitMeeting(url, id, name)`, then `connect({ url })` and `enterMeeting`.
 */
export { cancelMeeting, changeMeeting, createMeeting, inviteToMeeting, listMeetings, mayInviteByEmail } from './plans.ts';
export type { Invitations } from './plans.ts';
export { lookAtMeeting, visitMeeting } from './link.ts';
export { enterMeeting } from './meeting.ts';
export { moveCall, onMove } from './move.ts';
export type { MoveOptions } from './move.ts';
export type { EnterOptions, Meeting, MeetingEnd, MeetingEvents, MeetingStage } from './meeting.ts';
export type {
  Lobby,
  MeetingAttendee,
  MeetingCause,
  MeetingChange,
  MeetingId,
  MeetingInfo,
  MeetingLook,
  MeetingPlan,
} from '@offhook/core';
