/** Who is where in a session. */
import type { Address, ParticipantId, SessionState } from '@offhook/core';

/** Who is there by which connection. */
export function pagesOf(state: SessionState | undefined): Map<string, Address> {
  if (state?.kind !== 'open') return new Map();
  return new Map(
    Object.values(state.participants).flatMap(({ here }): [string, Address][] =>
      here === undefined ? [] : [[here.from.connection, here.from.person.address]],
    ),
  );
}

/** Those whom an application has added. */
export function addedTo(state: SessionState | undefined): Set<ParticipantId> {
  if (state?.kind !== 'open') return new Set();
  return new Set(Object.values(state.participants).flatMap(({ id, guest }) => (guest === true ? [] : id)));
}
