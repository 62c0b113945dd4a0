/** What of the state is shown where: which call fills the window, which stand at its edge, and what stands beside the lists. */
import type { PersonPresence } from '@offhook/core';
import { isTakenPartIn } from './meeting.ts';
import type { MeetingState } from './meeting.ts';
import { isMine } from './state.ts';
import type { CallState, PhoneState, Route, SignedIn } from './state.ts';

/** Nobody has ever been here; nobody is here now; somebody is; there are calls to look at. */
export type Mood = 'first' | 'nobody' | 'choose' | 'past';

/** The calls at the upper edge: all that go on, the one in front first; over a call that fills the window, the others. */
export function barsOf(state: SignedIn): readonly CallState[] {
  const { calls, front } = state;
  const full = fullCall(state);
  const isFront = ({ id }: CallState): boolean => id === front?.call;
  return calls.filter((call) => call !== full && isMine(call)).toSorted((a, b) => Number(isFront(b)) - Number(isFront(a)));
}

/** What to say while nobody is chosen; undefined until it is known who is here, and as what one is. */
export function moodOf({ route, people, history, settings }: SignedIn): Mood | undefined {
  if (settings.accountPending) return undefined;
  if (route.section === 'calls' && history.entries?.length) return 'past';
  if (people.list === undefined || people.query !== '') return people.list && 'choose';
  if (people.list.length === 0) return 'first';
  return people.list.every(({ presence }) => presence === 'offline') ? 'nobody' : 'choose';
}

/** The call that fills the window. */
export function fullCall(state: PhoneState | undefined): CallState | undefined {
  if (state?.kind !== 'signed-in' || !state.front?.full) return undefined;
  return state.calls.find(({ id }) => id === state.front?.call);
}

/** The meeting that fills the window. */
export function fullMeeting(state: PhoneState | undefined): MeetingState | undefined {
  if (state?.kind !== 'signed-in') return undefined;
  const { meeting } = state.meetings;
  return meeting?.id === state.route.meeting ? meeting : undefined;
}

/** The meeting at the upper edge: it goes on while one is elsewhere. */
export function meetingBar(state: SignedIn): MeetingState | undefined {
  const { meeting } = state.meetings;
  return meeting && meeting.id !== state.route.meeting && isTakenPartIn(meeting) ? meeting : undefined;
}

/** On the settings themselves, with what one says of oneself. */
export function isAtSettings(state: PhoneState): boolean {
  return state.kind === 'signed-in' && state.route.section === 'settings' && !isBehind(state) && state.own !== undefined;
}

/** On a page behind the settings. */
export function isBehind(state: PhoneState | undefined): boolean {
  return state?.kind === 'signed-in' && state.route.page !== undefined;
}

/** Somebody of the history or of a conversation may have left the list. */
export function personOf(address: string, { people, history, conversations }: SignedIn): PersonPresence {
  const listed = people.list?.find((person) => person.address === address);
  if (listed) return listed;
  const peer = conversations.open?.peer;
  const known = peer?.address === address ? peer : history.entries?.find((entry) => entry.peer.address === address)?.peer;
  return { address, name: known?.name ?? address, presence: 'offline' };
}

/** A conversation is open; where it is narrow, it takes the whole window. */
export function isPage({ person, conversation }: Route): boolean {
  return person !== undefined || conversation !== undefined;
}
