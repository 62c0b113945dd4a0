/** Every screen of the phone as a state, also those that are hard to bring about. `npm run screens` takes pictures of them. */
import type { Device, Person } from '@offhook/core';
import type { CallStage, CallState, PhoneState, SignedIn } from '../src/view/state.ts';
import { accountScreens, openWays, waysIn } from './accounts.ts';
import { t } from '../src/texts/texts.ts';
import { echoScreens } from './echo.ts';
import { placedScreens } from './placed.ts';
import { media } from './media.ts';
import { meetingScreens } from './meetings.ts';
import { conversations, found, opened } from './conversations.ts';
import { anna, bo, history, long, many, mira, noor, own, quietHours, some, unbroken } from './people.ts';

/** What the cameras see; without it pictures stay black. */
interface Streams {
  readonly mine?: MediaStream;
  readonly theirs?: MediaStream;
}

const hour = 3_600_000;
const devices: readonly Device[] = [
  { id: 'one', name: 'Firefox on Linux', connected: true, current: true, seenAt: Date.now() },
  { id: 'two', name: 'Chrome on Android', connected: true, current: false, seenAt: Date.now() },
  { id: 'three', name: 'Safari on iPad', connected: false, current: false, seenAt: Date.now() - 20 * hour },
  { id: 'four', name: 'Edge on Windows', connected: false, current: false, seenAt: Date.now() - 900 * hour },
];

const quiet = { held: false, muted: false, camera: false };

function call(peer: Person, stage: CallStage, more: Partial<CallState> = {}): CallState {
  const incoming = stage.kind === 'incoming';
  return {
    id: `call-${peer.address}`,
    role: incoming ? 'callee' : 'caller',
    peer,
    media: { audio: true, video: false },
    stage,
    mine: quiet,
    theirs: quiet,
    peerAway: false,
    poor: false,
    ...more,
  };
}

function signedIn(more: Partial<SignedIn>): SignedIn {
  return {
    kind: 'signed-in',
    me: { address: 'lena', name: 'Lena Fischer' },
    line: 'up',
    route: { section: 'people' },
    people: { list: some, query: '', more: false },
    own,
    history: { entries: history, more: true, unseen: 2 },
    conversations: conversations(),
    settings: {
      doNotDisturb: false,
      maxCalls: 4,
      ringMs: 45_000,
      theme: 'system',
      ringAloud: true,
      mediaKeys: true,
      notify: false,
      deviceLink: { kind: 'none' },
    },
    administration: { query: '', more: false, invitations: [], made: { kind: 'none' } },
    meetings: {},
    calls: [],
    audible: true,
    silenced: false,
    miniWindow: true,
    ...more,
  };
}

/** A call in front, over the window. */
function front(one: CallState, more: Partial<SignedIn> = {}): SignedIn {
  return signedIn({
    route: { section: 'people', person: one.peer.address },
    calls: [one],
    front: { call: one.id, full: true },
    ...more,
  });
}

const since = (seconds: number): number => performance.now() - seconds * 1000;
const active = (seconds = 151): CallStage => ({ kind: 'active', since: since(seconds) });
const annaPage = { section: 'people', person: anna.address } as const;
const annaTalk = { section: 'conversations', person: anna.address } as const;
const video = { audio: true, video: true };
const camera = { ...quiet, camera: true };

export function screens({ mine, theirs }: Streams): Record<string, PhoneState> {
  const pictures = { media: video, mine: camera, theirs: camera, local: mine, remote: theirs };
  return {
    'sign-in': { kind: 'signed-out', ways: openWays, known: [], joining: false, busy: false },
    'sign-in-taken': {
      kind: 'signed-out',
      ways: openWays,
      known: [],
      joining: false,
      busy: false,
      problem: {
        message: 'Somebody here is already called Anna.',
        isTaken: true,
        suggestions: ['Anna 2', 'Anna B', 'Anna from Work'],
      },
    },
    'sign-in-known': { kind: 'signed-out', ways: openWays, known: [anna, noor, long], joining: false, busy: false },
    join: { kind: 'signed-out', ways: openWays, known: [], joining: true, busy: false },
    'join-expired': {
      kind: 'signed-out',
      ways: openWays,
      known: [],
      joining: true,
      busy: false,
      problem: { message: 'This link has been used or has expired. Ask for a new one on the other device.', suggestions: [] },
    },
    'join-unreachable': {
      kind: 'signed-out',
      ways: openWays,
      known: [],
      joining: true,
      busy: false,
      problem: {
        message: 'The server does not answer. Check your connection and try again.',
        passing: true,
        suggestions: [],
      },
    },
    ...waysIn,
    ...accountScreens(signedIn),
    ...meetingScreens({ mine, theirs }, signedIn),
    starting: { kind: 'starting', waiting: true },
    alone: signedIn({ people: { list: [], query: '', more: false }, history: { entries: [], more: false, unseen: 0 } }),
    nobody: signedIn({
      people: { list: some.map((person) => ({ ...person, presence: 'offline' })), query: '', more: false },
    }),
    people: signedIn({}),
    'people-many': signedIn({ people: { list: many, query: '', more: false } }),
    'people-more': signedIn({ people: { list: many, query: '', more: true } }),
    'people-search': signedIn({ people: { list: many, query: 'da', more: false } }),
    'people-none': signedIn({ people: { list: some, query: 'Zed', more: false } }),
    conversations: signedIn({ route: { section: 'conversations' } }),
    'conversations-none': signedIn({
      route: { section: 'conversations' },
      conversations: { list: [], more: false, unread: 0 },
    }),
    'conversations-search': signedIn({
      route: { section: 'conversations' },
      people: { list: many, query: 'da', more: false },
    }),
    conversation: signedIn({ route: annaTalk, conversations: conversations(opened.anna) }),
    'conversation-rtl': signedIn({
      route: { section: 'conversations', person: noor.address },
      conversations: conversations(opened.noor),
    }),
    'conversation-failed': signedIn({
      route: { section: 'conversations', person: long.address },
      line: 'down',
      own: { ...own, blocked: [] },
      conversations: conversations(opened.long),
    }),
    'conversation-blocked': signedIn({
      route: { section: 'conversations', person: long.address },
      conversations: conversations(opened.blocked),
    }),
    'conversation-status': signedIn({
      route: { section: 'people', person: bo.address },
      conversations: conversations({ ...opened.empty, id: 'bo', peer: bo }),
    }),
    'new-group': signedIn({ route: { section: 'conversations' }, people: { list: many, query: '', more: true } }),
    'conversation-room': signedIn({
      route: { section: 'conversations', conversation: 'everyone' },
      conversations: conversations(opened.everyone),
    }),
    'conversation-group': signedIn({
      route: { section: 'conversations', conversation: 'group' },
      conversations: conversations(opened.group),
    }),
    'conversation-empty': signedIn({
      route: { section: 'conversations', person: 'ines' },
      conversations: conversations(opened.empty),
    }),
    'conversation-call': front(call(anna, active()), {
      front: { call: `call-${anna.address}`, full: false },
      route: annaTalk,
      conversations: conversations(opened.anna),
    }),
    person: signedIn({ route: annaPage }),
    'person-away': signedIn({ route: { section: 'people', person: 'ines' } }),
    'person-offline': signedIn({ route: annaPage, line: 'down' }),
    'conversation-found': signedIn({
      route: annaTalk,
      people: { list: some, query: 'plan', more: false },
      conversations: found(),
    }),
    'conversations-found': signedIn({
      route: { section: 'conversations' },
      people: { list: some, query: 'plan', more: false },
      conversations: found(),
    }),
    'notice-version': signedIn({
      notice: { text: t.general.newVersion, action: { label: t.general.reload, command: { type: 'reload' } } },
    }),
    'notice-again': signedIn({
      notice: { text: 'Call with Anna Berg ended · 4 min', again: { to: anna, video: true, label: 'Call again' } },
    }),
    'notice-settings': signedIn({ route: { section: 'settings' }, notice: { text: 'You are now called Lena Fischer' } }),
    'notice-waiting': front(call(anna, active()), {
      front: { call: `call-${anna.address}`, full: false },
      calls: [call(anna, active()), call(bo, { kind: 'incoming', waiting: true })],
      notice: { text: 'Missed call from Mira Okafor', again: { to: mira, video: false, label: 'Call back' } },
    }),
    calls: signedIn({ route: { section: 'calls' } }),
    'calls-none': signedIn({ route: { section: 'calls' }, history: { entries: [], more: false, unseen: 0 } }),
    settings: signedIn({ route: { section: 'settings' } }),
    'settings-push': signedIn({
      route: { section: 'settings' },
      settings: { ...signedIn({}).settings, push: { support: 'granted', isOn: true } },
    }),
    'settings-push-denied': signedIn({
      route: { section: 'settings' },
      settings: { ...signedIn({}).settings, push: { support: 'denied', isOn: false } },
    }),
    'settings-quiet': signedIn({
      route: { section: 'settings' },
      settings: {
        ...signedIn({}).settings,
        quietHours,
        doNotDisturb: true,
        doNotDisturbUntil: new Date().setHours(23, 30, 0, 0),
      },
    }),
    'settings-forwards': signedIn({
      route: { section: 'settings' },
      settings: { ...signedIn({}).settings, forward: { always: long.address, noAnswer: noor.address } },
    }),
    'settings-device': signedIn({
      route: { section: 'settings' },
      settings: {
        ...signedIn({}).settings,
        devices,
        nameProblem: 'Somebody here is already called Anna.',
        deviceLink: {
          kind: 'ready',
          url: 'https://192.168.1.20:8080/?join=bV0cPq2T7xkWm4dJ9sYh',
          expiresAt: Date.now() + 9.5 * 60_000,
        },
      },
    }),
    opening: front(call(anna, { kind: 'opening', asking: false })),
    asking: front(call(anna, { kind: 'opening', asking: true })),
    calling: front(call(anna, { kind: 'calling' })),
    'ringing-out': front(call(anna, { kind: 'calling', remote: 'ringing' })),
    'ringing-out-video': front(call(anna, { kind: 'calling', remote: 'ringing' }, { media: video, mine: camera, local: mine })),
    'ringing-out-long': front(call(unbroken, { kind: 'calling', remote: 'ringing' })),
    waiting: front(call(bo, { kind: 'calling', remote: 'waiting' })),
    incoming: signedIn({ route: annaPage, calls: [call(mira, { kind: 'incoming', waiting: false })] }),
    'incoming-reply': signedIn({
      route: annaPage,
      calls: [call(mira, { kind: 'incoming', waiting: false }, { reply: { text: '', busy: false } })],
    }),
    'incoming-video': signedIn({ calls: [call(long, { kind: 'incoming', waiting: false }, { media: video })] }),
    'incoming-meeting': signedIn({
      calls: [
        call(
          bo,
          { kind: 'incoming', waiting: false },
          { meeting: { meeting: 'roof', title: 'Kick-off for the new workshop' } },
        ),
      ],
    }),
    'incoming-silent': signedIn({ audible: false, calls: [call(noor, { kind: 'incoming', waiting: false })] }),
    connecting: front(call(anna, { kind: 'connecting', asking: false })),
    audio: front(call(anna, active())),
    'audio-long': front(call(long, active(4_000))),
    'audio-rtl': front(call(noor, active(), { theirs: { ...quiet, muted: true } })),
    video: front(call(anna, active(), pictures)),
    'video-muted': front(call(anna, active(), { ...pictures, mine: { ...camera, muted: true } })),
    'video-camera-off': front(call(anna, active(), { ...pictures, mine: quiet })),
    'video-theirs-off': front(call(anna, active(), { ...pictures, theirs: { ...quiet, muted: true } })),
    'video-poor': front(call(anna, active(), { ...pictures, poor: true })),
    'held-by-me': front(call(anna, active(), { mine: { ...quiet, held: true } })),
    'held-by-other': front(call(anna, active(), { theirs: { ...quiet, held: true } })),
    'held-both': front(call(anna, active(), { mine: { ...quiet, held: true }, theirs: { ...quiet, held: true } })),
    'without-server': front(call(anna, active()), { line: 'down' }),
    reconnecting: front(call(anna, { kind: 'reconnecting', since: since(151) }), { line: 'down' }),
    'reconnecting-video': front(call(anna, { kind: 'reconnecting', since: since(151) }, pictures)),
    'screen-theirs': front(call(anna, active(), { theirs: { ...camera, screen: true }, remote: theirs })),
    'screen-mine': front(
      call(anna, active(), { ...pictures, mine: { ...camera, screen: true }, screen: mine, screenSound: true }),
    ),
    'screen-refused': front(call(anna, active(), { screenProblem: 'system' })),
    'notice-device': front(call(anna, active()), {
      media,
      notice: {
        text: 'Jabra Evolve2 65 is connected',
        action: { label: 'Use it', command: { type: 'use-devices', choices: [] } },
      },
    }),
    'settings-media': signedIn({ route: { section: 'settings' }, media }),
    'settings-media-problem': signedIn({
      route: { section: 'settings' },
      media: { ...media, speakers: 'asked', problem: { device: 'camera', reason: 'in_use' } },
    }),
    silenced: front(call(anna, active()), { silenced: true }),
    ...echoScreens(call, front),
    ended: front(call(anna, { kind: 'ended', cause: 'hangup', durationMs: 252_000, quality: 'good' })),
    'ended-uneven': front(call(long, { kind: 'ended', cause: 'hangup', durationMs: 3_900_000, quality: 'uneven' })),
    'ended-declined': front(call(anna, { kind: 'ended', cause: 'declined' })),
    'ended-message': front(
      call(anna, { kind: 'ended', cause: 'declined', message: 'In a meeting with the landlord, back at three. What’s up?' }),
    ),
    'ended-lost-theirs': front(
      call(anna, { kind: 'ended', cause: 'connection_lost', durationMs: 61_000, quality: 'good' }, { peerAway: true }),
    ),
    'ended-no-answer': front(call(noor, { kind: 'ended', cause: 'no_answer' })),
    'ended-lost': front(call(anna, { kind: 'ended', cause: 'connection_lost', durationMs: 61_000, quality: 'poor' })),
    'ended-refused': front(
      call(anna, { kind: 'ended', cause: 'media_failed', problem: { device: 'microphone', reason: 'refused' } }),
    ),
    'ended-quiet': front(call(long, { kind: 'ended', cause: 'do_not_disturb' })),
    'ended-blocked': front(call(long, { kind: 'ended', cause: 'unreachable', error: 'blocked' })),
    consulting: front(
      call(noor, active(), {
        beside: [{ call: call(anna, active()).id, peer: anna, asked: true, ready: true }],
      }),
      {
        calls: [
          call(anna, active(), { mine: { held: true, muted: false, camera: false } }),
          call(noor, active(), { beside: [{ call: call(anna, active()).id, peer: anna, asked: true, ready: true }] }),
        ],
      },
    ),
    'link-person': signedIn({
      route: annaPage,
      conversations: conversations(opened.anna),
      link: { kind: 'person', person: { ...anna, presence: 'online' }, video: false },
    }),
    'link-video': signedIn({
      route: { section: 'people', person: long.address },
      link: { kind: 'person', person: { ...long, presence: 'on_call' }, video: true },
    }),
    'link-number': signedIn({ link: { kind: 'number', number: '+49-30-12345678' } }),
    'link-nobody': signedIn({ link: { kind: 'nobody', address: 'charlotte' } }),
    'settings-links': signedIn({
      route: { section: 'settings' },
      settings: { ...signedIn({}).settings, links: ['tel'] },
    }),
    ...placedScreens(call, signedIn),
    'incoming-transferred': signedIn({
      route: annaPage,
      calls: [call(long, { kind: 'incoming', waiting: false }, { transferredBy: bo })],
    }),
    'incoming-forwarded': signedIn({
      calls: [call(bo, { kind: 'incoming', waiting: false }, { forwardedFrom: long, media: video })],
    }),
    forwarded: front(call(noor, { kind: 'calling', remote: 'ringing' }, { role: 'caller', forwardedFrom: long })),
    transferred: front(call(noor, active(), { transferredBy: bo })),
    'second-incoming': front(call(anna, active()), {
      calls: [call(anna, active()), call(bo, { kind: 'incoming', waiting: true })],
    }),
    'bar-incoming': front(call(anna, active()), {
      front: { call: `call-${anna.address}`, full: false },
      calls: [call(anna, active()), call(bo, { kind: 'incoming', waiting: true })],
      route: { section: 'people', person: mira.address },
    }),
    'third-incoming': front(call(anna, active()), {
      calls: [
        call(anna, active()),
        call(bo, active(600), { mine: { ...quiet, held: true } }),
        call(unbroken, { kind: 'incoming', waiting: true }, { media: video }),
      ],
    }),
    'two-calls': front(call(anna, active()), {
      calls: [call(anna, active()), call(bo, active(600), { mine: { ...quiet, held: true } })],
    }),
    bar: front(call(anna, active()), {
      front: { call: `call-${anna.address}`, full: false },
      route: { section: 'people', person: mira.address },
    }),
    'bar-video': front(call(anna, active(), pictures), {
      front: { call: `call-${anna.address}`, full: false },
      route: { section: 'people', person: mira.address },
    }),
    'bar-screen': front(call(long, active(), { ...pictures, theirs: { ...camera, screen: true } }), {
      front: { call: `call-${long.address}`, full: false },
      route: { section: 'people', person: mira.address },
    }),
    'bar-ringing': front(call(anna, { kind: 'calling', remote: 'ringing' }), {
      front: { call: `call-${anna.address}`, full: false },
      route: { section: 'people', person: mira.address },
    }),
    'bar-two': front(call(anna, active()), {
      front: { call: `call-${anna.address}`, full: false },
      calls: [call(anna, active()), call(bo, active(600), { mine: { ...quiet, held: true } })],
      route: { section: 'people', person: mira.address },
    }),
  };
}
