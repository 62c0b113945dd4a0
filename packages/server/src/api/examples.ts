/** What bodies and answers look like: shown in the description of the API, and held against their schemas by its test. */
import {
  CallList,
  CreatedParticipant,
  DeliveryPage,
  DeviceList,
  OneCall,
  OneDelivery,
  OneParticipant,
  OneSession,
  OneUser,
  ParticipantCreation,
  ParticipantList,
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
