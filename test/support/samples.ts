/** A right message of each type, for tests that make wrong ones of them. */
import type { Ephemeral, Request } from '@offhook/core';
import { answer, audio, offer } from './wire.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

const side = { n: 1, held: true, muted: false, camera: false };

const quietHours = { timeZone: 'Europe/Berlin', days: Array.from({ length: 7 }, () => ({ from: 1_320, to: 420 })) };

/** Of nobody. */
const meeting = 'meeting-0123456789';

type Requests = { readonly [T in Exclude<Request['type'], 'hello' | 'bye'>]: WithoutId<Extract<Request, { type: T }>> };

/** Requests about this call, which goes to `bo`. */
export const requestSamples = (call: string): Requests => ({
  refresh: { type: 'refresh', token: 'a.new.token' },
  invite: { type: 'invite', call, to: 'bo', media: audio, offer },
  reoffer: { type: 'reoffer', call, epoch: 2, offer },
  accept: { type: 'accept', call, epoch: 1, answer },
  answer: { type: 'answer', call, epoch: 1, answer },
  reject: { type: 'reject', call, reason: 'declined' },
  hangup: { type: 'hangup', call },
  describe: { type: 'describe', call, epoch: 1, description: offer },
  transfer: { type: 'transfer', call, to: { call: 'another-call-0123' }, into: 'the-next-call-0123' },
  move: { type: 'move', call, meeting: 'meeting-of-samples', heard: true },
  update: { type: 'update', call, side },
  rename: { type: 'rename', name: 'Another name' },
  people: { type: 'people', query: 'a', after: '*', limit: 10 },
  watch: { type: 'watch', addresses: ['anna'], arrivals: true },
  history: { type: 'history', before: 'x', limit: 10 },
  settings: {
    type: 'settings',
    change: { doNotDisturb: false, doNotDisturbUntil: 1, quietHours, maxCalls: 4, ringMs: 30_000, forward: { noAnswer: 'bo' } },
  },
  devices: { type: 'devices' },
  name_device: { type: 'name_device', device: 'device-of-nobody', name: 'Kitchen tablet' },
  remove_device: { type: 'remove_device', device: 'device-of-nobody' },
  ice: { type: 'ice' },
  profile: {
    type: 'profile',
    change: { status: { text: 'Away', emoji: '🌴', until: 1 }, picture: 'file', tellsSeen: true },
  },
  look: { type: 'look', addresses: ['bo'] },
  contacts: { type: 'contacts' },
  contact: { type: 'contact', user: 'bo', is: true, starred: true },
  block: { type: 'block', user: 'nobody', on: true },
  blocked: { type: 'blocked' },
  phones: { type: 'phones' },
  phone_add: { type: 'phone_add', name: 'Desk' },
  voicemails: { type: 'voicemails', limit: 5 },
  voicemail_change: { type: 'voicemail_change', voicemail: 'message-one', heard: true },
  greeting: { type: 'greeting', file: null },
  voicemail_delete: { type: 'voicemail_delete', voicemail: 'message-one' },
  push_key: { type: 'push_key' },
  push_subscribe: {
    type: 'push_subscribe',
    provider: 'fcm',
    endpoint: 'a-token',
    keys: { p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) },
    language: 'en',
  },
  push_unsubscribe: { type: 'push_unsubscribe' },
  push_test: { type: 'push_test', afterMs: 5_000 },
  say: { type: 'say', in: { user: 'bo' }, entry: 'entry-0123456789-', text: 'Hello', reply: 1, files: ['file'] },
  edit: { type: 'edit', in: { user: 'bo' }, position: 1, text: 'Hello' },
  delete: { type: 'delete', in: { user: 'bo' }, position: 1 },
  react: { type: 'react', in: { user: 'bo' }, position: 1, value: '👍', on: true },
  read: { type: 'read', in: { user: 'bo' }, position: 1 },
  conversations: { type: 'conversations', after: '1_x', limit: 10 },
  conversation: { type: 'conversation', in: { conversation: 'everyone' } },
  entries: { type: 'entries', in: { user: 'bo' }, before: 2, after: 0, around: 1, limit: 10 },
  search: { type: 'search', query: 'hello', in: { user: 'bo' }, before: '9', limit: 10 },
  file: { type: 'file', file: 'file' },
  group: { type: 'group', conversation: 'group-0123456789-', name: 'Friends', people: ['bo'] },
  change: {
    type: 'change',
    conversation: 'group-0123456789-',
    entry: 'entry-0123456789-',
    change: { type: 'joined', people: ['bo'] },
  },
  leave: { type: 'leave', conversation: 'group-0123456789-', entry: 'entry-0123456789-' },
  session_join: { type: 'session_join', session: 'standup' },
  session_publish: {
    type: 'session_publish',
    session: 'standup',
    offer: offer.sdp,
    streams: [{ mid: '0', kind: 'audio', alias: 'microphone', muted: false }],
  },
  session_answer: { type: 'session_answer', session: 'standup', revision: 1, answer: answer.sdp },
  session_restart: { type: 'session_restart', session: 'standup' },
  session_update: { type: 'session_update', session: 'standup', mid: '0', muted: true, n: 1 },
  session_record: { type: 'session_record', session: 'standup', to: 'recording' },
  session_leave: { type: 'session_leave', session: 'standup' },
  meeting_create: {
    type: 'meeting_create',
    plan: {
      title: 'Stand-up',
      startsAt: 32_000_000_000_000,
      durationMs: 900_000,
      zone: 'Europe/Berlin',
      lobby: 'all',
      passcode: 'a-1234',
    },
  },
  meeting_change: { type: 'meeting_change', meeting, change: { title: null, lobby: 'off' } },
  meeting_cancel: { type: 'meeting_cancel', meeting },
  meeting_invite: { type: 'meeting_invite', meeting, emails: ['bo@example.com'], users: ['bo'], ring: ['bo'] },
  meetings: { type: 'meetings' },
  meeting_enter: { type: 'meeting_enter', meeting, passcode: 'a-1234' },
  meeting_leave: { type: 'meeting_leave', meeting },
  meeting_act: { type: 'meeting_act', meeting, act: { type: 'mute', participant: 'p-1' } },
  meeting_call: { type: 'meeting_call', meeting, call: 'call-of-two-people' },
});

type Ephemerals = { readonly [T in Ephemeral['type']]: Extract<Ephemeral, { type: T }> };

export const ephemeralSamples = (call: string): Ephemerals => ({
  ringing: { type: 'ringing', call },
  candidates: {
    type: 'candidates',
    call,
    epoch: 1,
    candidates: [
      { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' },
    ],
    end: true,
  },
  media: { type: 'media', call, epoch: 1, state: 'connected' },
  quality: { type: 'quality', call, quality: { mos: 4.2, loss: 0.01, jitterMs: 3, roundTripMs: 20 } },
  ping: { type: 'ping', seq: 0 },
  typing: { type: 'typing', in: { user: 'bo' } },
  activity: { type: 'activity', active: false },
  session_look: { type: 'session_look', session: 'standup', stream: { participant: 'p-1', mid: '0' }, width: 320 },
  session_data: { type: 'session_data', session: 'standup', to: 'p-1', data: { raised: true } },
});
