/** Where meetings are found again: by those whom they concern, by their session, by their PIN, by the pages that wait in their lobbies. */
import type { Address, MeetingId, MeetingState, SessionId } from '@offhook/core';

export class MeetingIndex {
  readonly #byUser = new Map<Address, Set<MeetingId>>();
  readonly #bySession = new Map<SessionId, MeetingId>();
  readonly #byPin = new Map<string, MeetingId>();
  readonly #byPage = new Map<string, Set<MeetingId>>();

  changed(before: MeetingState | undefined, after: MeetingState): void {
    swap(this.#byUser, after.id, peopleOf(before), peopleOf(after));
    swap(this.#byPage, after.id, waitingIn(before), waitingIn(after));
    const [old, now] = [sessionOf(before), sessionOf(after)];
    if (old !== undefined && old !== now) this.#bySession.delete(old);
    if (now !== undefined) this.#bySession.set(now, after.id);
    const [pin, newPin] = [pinOf(before), pinOf(after)];
    if (pin !== undefined && pin !== newPin) this.#byPin.delete(pin);
    if (newPin !== undefined) this.#byPin.set(newPin, after.id);
  }

  meetingsOf(user: Address): ReadonlySet<MeetingId> {
    return this.#byUser.get(user) ?? none;
  }

  meetingOf(session: SessionId): MeetingId | undefined {
    return this.#bySession.get(session);
  }

  meetingByPin(pin: string): MeetingId | undefined {
    return this.#byPin.get(pin);
  }

  waitingAt(connection: string): readonly MeetingId[] {
    return [...(this.#byPage.get(connection) ?? none)];
  }
}

const none: ReadonlySet<MeetingId> = new Set();

function swap(
  index: Map<string, Set<MeetingId>>,
  id: MeetingId,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): void {
  for (const key of before) {
    if (after.has(key)) continue;
    const found = index.get(key);
    found?.delete(id);
    if (found?.size === 0) index.delete(key);
  }
  for (const key of after) if (!before.has(key)) index.set(key, (index.get(key) ?? new Set()).add(id));
}

function peopleOf(state: MeetingState | undefined): Set<Address> {
  if (state?.kind !== 'standing') return new Set();
  return new Set([
    ...(state.by === undefined ? [] : [state.by.address]),
    ...state.hosts,
    ...state.users.map(({ address }) => address),
  ]);
}

function waitingIn(state: MeetingState | undefined): Set<string> {
  if (state?.kind !== 'standing') return new Set();
  return new Set(Object.values(state.attendees).flatMap(({ place, connection }) => (place === 'waiting' ? connection : [])));
}

function pinOf(state: MeetingState | undefined): string | undefined {
  return state?.kind === 'standing' ? state.pin : undefined;
}

function sessionOf(state: MeetingState | undefined): SessionId | undefined {
  return state?.kind === 'standing' ? state.session : undefined;
}
