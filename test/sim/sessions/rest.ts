/** When the networks are whole, the server is up and nobody has done anything for a while, everybody agrees on each session. */
import type { OpenSession } from '@offhook/core';
import type { Attendees, Part } from './attendees.ts';
import type { SessionWorld } from './world.ts';

/** Until the silence of somebody is known (`silentMs` and a ping), and as long as they are waited for then. */
const restMs = 170_000;

export async function rest(world: SessionWorld, attendees: Attendees): Promise<void> {
  await world.run(restMs);
  const { sessionLaws, server } = world;
  const desk = server.sessions;
  if (desk === undefined) return sessionLaws.break('P40', 'the server is not up');
  const { parts } = attendees;
  for (const part of parts) {
    const { page, session } = part;
    const state = desk.session(session.id);
    if (state === undefined) sessionLaws.break('P42', `${page.name} is in ${session.id}, which is over`);
    else agree(world, part, state, parts);
  }
  for (const id of sessionLaws.open.keys()) {
    for (const { id: participant, here } of Object.values(desk.session(id)?.participants ?? {})) {
      if (here === undefined) continue;
      const part = parts.find(({ page, session }) => session.id === id && page.connection === here.from.connection);
      sessionLaws.expect(part !== undefined, 'P40', `${participant} is in ${id} for the server and on no page`);
    }
  }
}

function agree(world: SessionWorld, { page, session }: Part, state: OpenSession, parts: readonly Part[]): void {
  const { sessionLaws } = world;
  const me = Object.values(state.participants).find(({ here }) => here?.from.connection === page.connection);
  const where = `${page.name} in ${state.id}`;
  if (me === undefined) return sessionLaws.break('P40', `${where} is not there for the server`);
  sessionLaws.expect(me.id === session.participant, 'P40', `${where} is ${session.participant}, for the server ${me.id}`);
  const mine = parts.filter((part) => part.session.id === state.id);
  const said: string[] = [];
  const received: string[] = [];
  for (const { id, here } of Object.values(state.participants)) {
    if (here === undefined) continue;
    const other = mine.find((part) => part.page.connection === here.from.connection);
    const published = other?.session.published ?? [];
    const tracks = published.flatMap(({ stream, alias }) =>
      stream.getTracks().map(({ kind, enabled }) => `${kind} ${alias ?? ''} ${enabled ? '' : 'muted'}`),
    );
    const known = here.streams.map(({ kind, alias, muted }) => `${kind} ${alias ?? ''} ${muted ? 'muted' : ''}`);
    if (id !== me.id || other?.page === page)
      sessionLaws.expect(list(tracks) === list(known), 'P40', `${id} publishes ${list(tracks)}, for the server ${list(known)}`);
    said.push(`${id}: ${list(here.streams.map(({ mid, muted }) => `${mid}${muted ? ' muted' : ''}`))}`);
    if (id === me.id) continue;
    const heard = here.streams.filter(({ mid }) => here.silenced?.includes(mid) !== true);
    for (const alias of new Set(heard.map((one) => one.alias)))
      if (sessionLaws.mayReceive(state.id, me.id, id, alias === undefined ? [] : [alias]))
        received.push(`${id} ${alias ?? ''}`);
  }
  const seen = session.participants.map(
    ({ participant, streams }) => `${participant}: ${list(streams.map(({ mid, muted }) => `${mid}${muted ? ' muted' : ''}`))}`,
  );
  // One's own streams are not told to oneself.
  const others = (texts: readonly string[]): string => list(texts.filter((text) => !text.startsWith(`${me.id}:`)));
  sessionLaws.expect(others(seen) === others(said), 'P40', `${where} sees ${others(seen)}, the server ${others(said)}`);
  const { recording } = state;
  const [isShown, is] = [session.recording, recording].map((one) => one?.state ?? 'not recorded');
  sessionLaws.expect(isShown === is, 'P40', `${where} sees that it is ${isShown}, for the server ${is}`);
  sessionLaws.expect(session.recording?.recording === recording?.id, 'P40', `${where} sees another recording`);
  const shown = list(session.streams.map(({ participant, alias }) => `${participant} ${alias ?? ''}`));
  const isCertain = sessionLaws.isCertain(state.id, me.id);
  sessionLaws.expect(!isCertain || shown === list(received), 'P41', `${where} receives ${shown} instead of ${list(received)}`);
}

function list(texts: readonly string[]): string {
  return texts.toSorted().join(', ');
}

/** All sessions are over, and all phones closed. */
export function lookAtNothing(world: SessionWorld): void {
  const { sessionLaws, laws, worker } = world;
  laws.expect(sessionLaws.open.size === 0, 'P44', `${[...sessionLaws.open.keys()].join()} is not over`);
  laws.expect(worker?.guests === 0, 'P44', `the worker holds ${worker?.guests ?? 'nothing of'} guests, and everything is over`);
  laws.expect(worker?.recordings === 0, 'P44', `the worker records ${worker?.recordings ?? ''}, and everything is over`);
  laws.expect(world.openPeers.length === 0, 'P44', `${world.openPeers.length} peer connections are open`);
  for (const page of world.pages) {
    laws.expect(page.scope.pending === 0, 'P44', `${page.scope.pending} timers of ${page.name} outlive its phone`);
    for (const track of page.tracks) laws.expect(track.readyState === 'ended', 'P44', `${page.name} captures after its end`);
  }
}
