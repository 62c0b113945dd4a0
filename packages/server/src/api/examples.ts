/** What bodies and answers look like: shown in the description of the API, and held against their schemas by its test. */
import {
  AttendeeList,
  CallList,
  CreatedParticipant,
  DeliveryPage,
  DeviceList,
  MeetingCreation,
  MeetingInvitation,
  MeetingList,
  MeetingUpdate,
  OneCall,
  OneDelivery,
  OneMeeting,
  OneParticipant,
  OneRecording,
  OneSession,
  OneUser,
  ParticipantCreation,
  ParticipantList,
  RecordingChange,
  RecordingCreation,
  RecordingList,
  ReplayOrder,
  SessionChange,
  SessionCreation,
  Subscriptions,
  UserList,
} from '@offhook/core/protocol';
import type { z } from 'zod';

const at = 1_800_000_000_000;
const anna = { address: 'anna', name: 'Anna Berg' };
const bo = { address: 'bo', name: 'Bo' };
const session = {
  session: 'xKj2mQ8vL0aN4rTz7wYbCd',
  tag: 'Lesson 5',
  access: 'added' as const,
  locked: false,
  maxParticipants: 20,
  createdAt: at,
  endsAt: at + 32_400_000,
};
const participant = {
  participant: 'p7Qm2vX9kR4tZ1nB8wLc5yHdJf3sGa6E',
  tag: 'pupil 1',
  publish: ['audio' as const],
  record: false,
  session: session.session,
  subscriptions: { session: session.session },
  user: anna,
  createdAt: at,
};
const delivery = {
  id: '17',
  webhookId: `${session.session}_17`,
  type: 'participant.joined',
  about: session.session,
  at,
  state: 'delivered' as const,
  attempts: 1,
  settledAt: at + 40,
  body: {
    type: 'participant.joined',
    timestamp: '2027-01-15T08:00:00.000Z',
    data: { session: session.session, participant: { participant: participant.participant, user: anna } },
  },
};
const call = {
  call: 'b2VtPq0sR8uWxY3zA5cE7g',
  caller: anna,
  callee: bo,
  media: { audio: true, video: false },
  startedAt: at,
  connectedAt: at + 4_000,
  endedAt: at + 64_000,
  cause: 'hangup' as const,
};
const recording = {
  recording: 'r3Xk9mQ2vL7aN4tZ1wYbCd',
  session: session.session,
  state: 'ended' as const,
  mix: 'together' as const,
  streams: false,
  startedAt: at,
  endedAt: at + 1_800_000,
  cause: 'stopped' as const,
  files: [{ name: '0-mix.ogg', type: 'audio/ogg; codecs=opus', part: 0, at: 0, bytes: 7_200_000 }],
};
const meeting = {
  meeting: 'mT5vXk2Qa8LzR1wYbC7dJ3fG6hNs9pUe',
  link: 'https://calls.example.com/#meeting=mT5vXk2Qa8LzR1wYbC7dJ3fG6hNs9pUe',
  calendarUrl: 'https://calls.example.com/v1/meetings/mT5vXk2Qa8LzR1wYbC7dJ3fG6hNs9pUe/invitation.ics',
  title: 'Lesson 5',
  startsAt: at,
  durationMs: 3_600_000,
  zone: 'Europe/Berlin',
  lobby: 'guests' as const,
  remindMs: 600_000,
  hasPasscode: false,
  locked: false,
  people: 1,
  isHost: true,
  emails: ['cleo@example.com'],
  users: [anna],
};
const attendee = { participant: participant.participant, user: anna, guest: false, host: true, place: 'in' as const };
const user = { ...anna, presence: 'online' as const, createdAt: at };

export const examples: ReadonlyMap<z.ZodType, unknown> = new Map<z.ZodType, unknown>([
  [SessionCreation, { tag: 'Lesson 5', maxParticipants: 20 }],
  [SessionChange, { locked: true }],
  [OneSession, { session }],
  [ParticipantCreation, { tag: 'pupil 1', publish: ['audio'] }],
  [CreatedParticipant, { participant, token: 'mUo4cZ…' }],
  [OneParticipant, { participant }],
  [ParticipantList, { participants: [participant] }],
  [Subscriptions, { session: session.session }],
  [RecordingCreation, { mix: 'together', streams: false }],
  [RecordingChange, { state: 'paused' }],
  [OneRecording, { recording }],
  [RecordingList, { recordings: [recording] }],
  [MeetingCreation, { title: 'Lesson 5', startsAt: at, durationMs: 3_600_000, hosts: ['anna'], emails: ['cleo@example.com'] }],
  [MeetingUpdate, { startsAt: at + 3_600_000, locked: true }],
  [MeetingInvitation, { emails: ['cleo@example.com'], users: ['bo'] }],
  [OneMeeting, { meeting }],
  [MeetingList, { meetings: [meeting], next: meeting.meeting }],
  [AttendeeList, { attendees: [attendee] }],
  [DeliveryPage, { deliveries: [delivery], next: '17' }],
  [OneDelivery, { delivery }],
  [ReplayOrder, { from: '17' }],
  [UserList, { users: [user], next: 'YW5uYQ' }],
  [OneUser, { user }],
  [DeviceList, { devices: [{ id: 'c8Fk', name: 'Firefox on Linux', createdAt: at, seenAt: at }] }],
  [OneCall, { call }],
  [
    CallList,
    {
      calls: [
        {
          call: call.call,
          role: 'callee',
          peer: anna,
          media: call.media,
          startedAt: at,
          durationMs: 60_000,
          cause: 'hangup',
          missed: false,
        },
      ],
    },
  ],
]);
