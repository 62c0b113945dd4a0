/** Sessions and participants, for programs. */
import { participantOf, sessionLimits } from '@offhook/core';
import type {
  ApiStream,
  CreatedParticipant,
  OpenSession,
  Participant,
  Session,
  SessionList as SessionListView,
  Subscriptions,
} from '@offhook/core';
import {
  CreatedParticipant as CreatedParticipantSchema,
  OneParticipant,
  OneSession,
  ParticipantCreation,
  ParticipantList,
  ParticipantQuery,
  SessionChange,
  SessionCreation,
  SessionList,
  SessionQuery,
  StreamList,
  StreamQuery,
  Subscriptions as SubscriptionsSchema,
} from '@offhook/core/protocol';
import type { z } from 'zod';
import type { MeasuredStream } from '../ports/media.ts';
import type { SessionAdministration, SessionOrder, StoredParticipant, StreamInSession } from '../ports/sessions.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Hash, Random, Store } from '../ports.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface SessionRoutesDeps {
  readonly sessions: SessionAdministration;
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
  readonly clock: Clock;
  readonly idempotency: Idempotency;
}

export function sessionRoutes(deps: SessionRoutesDeps): AnsweredRoute[] {
  const { sessions } = deps;
  const order = async (session: string, what: SessionOrder): Promise<void> => {
    const error = await sessions.order(session, what);
    if (error !== undefined) throw new Refusal(error);
  };
  const inSession = '/sessions/:session/participants/:participant';
  return [
    {
      scope: 'sessions',
      method: 'POST',
      path: '/sessions',
      summary: 'Makes a session.',
      makes: true,
      isIdempotent: true,
      body: SessionCreation,
      isBodyOptional: true,
      answers: OneSession,
      answer: (asking) => create(deps, asking),
    },
    route(
      'sessions.read',
      'GET',
      '/sessions',
      { summary: 'Those that are open, the oldest first.', query: SessionQuery, answers: SessionList },
      ({ query }) => Promise.resolve(page(sessions.list(), check(SessionQuery, query, 'query'))),
    ),
    route(
      'sessions.read',
      'GET',
      '/sessions/:session',
      { summary: 'A session as it is now.', answers: OneSession },
      async ({ parameters }) => ({
        session: sessionOf(find(sessions, parameters)),
      }),
    ),
    route(
      'sessions',
      'PATCH',
      '/sessions/:session',
      { summary: 'Locks it, or no longer.', body: SessionChange, answers: OneSession },
      async ({ parameters, body }) => {
        const { id } = find(sessions, parameters);
        await order(id, { type: 'lock', locked: check(SessionChange, body).locked });
        return { session: sessionOf(find(sessions, parameters)) };
      },
    ),
    route('sessions', 'DELETE', '/sessions/:session', { summary: 'Ends it for all.' }, async ({ parameters }) =>
      order(find(sessions, parameters).id, { type: 'end' }),
    ),
    route(
      'sessions.read',
      'GET',
      '/sessions/:session/participants',
      {
        summary: 'Those who were added, and those who came by themselves, in the order of their ids.',
        query: ParticipantQuery,
        answers: ParticipantList,
      },
      async ({ parameters, query }) => {
        const asked = check(ParticipantQuery, query, 'query');
        const session = find(sessions, parameters);
        const { items, next } = pageOf(Object.keys(session.participants), (id) => id, asked);
        const onPage = items.map(async (id) => shown(id, session, await deps.store.participant(id)));
        return { participants: await Promise.all(onPage), ...(next !== undefined && { next }) };
      },
    ),
    route(
      'sessions.read',
      'GET',
      '/sessions/:session/streams',
      {
        summary: 'What is published, and how it comes in at the server, in the order of the ids of those who publish.',
        query: StreamQuery,
        answers: StreamList,
      },
      async ({ parameters, query }) => {
        const asked = check(StreamQuery, query, 'query');
        const streams = await sessions.streams(find(sessions, parameters).id);
        if (streams === undefined) throw new Refusal('session_not_found');
        const { items, next } = pageOf(streams, ({ participant, stream }) => `${participant}.${stream.mid}`, asked);
        return { streams: items.map(streamOf), ...(next !== undefined && { next }) };
      },
    ),
    route(
      'sessions',
      'PUT',
      inSession,
      {
        summary: 'Adds a participant, and says what it receives. Without a body: nobody.',
        body: SubscriptionsSchema,
        isBodyOptional: true,
        answers: OneParticipant,
      },
      async ({ parameters, body }) => {
        const session = find(sessions, parameters);
        const participant = await stored(deps, parameters);
        const { id, tag, publish, record } = participant;
        const subscriptions = wanted(body);
        await order(session.id, { type: 'add', participant: { id, tag, publish, record }, subscriptions });
        return { participant: shown(id, sessions.sessionOf(id), participant) };
      },
    ),
    route('sessions', 'DELETE', inSession, { summary: 'Takes somebody out.' }, async ({ parameters }) =>
      order(find(sessions, parameters).id, { type: 'remove', participant: parameters['participant'] ?? '' }),
    ),
    route(
      'sessions.read',
      'GET',
      `${inSession}/subscriptions`,
      { summary: 'What somebody receives.', answers: SubscriptionsSchema },
      async ({ parameters }) => {
        const known = participantOf(find(sessions, parameters), parameters['participant'] ?? '');
        if (known === undefined) throw new Refusal('participant_not_found');
        return known.subscriptions;
      },
    ),
    route(
      'sessions',
      'PUT',
      `${inSession}/subscriptions`,
      {
        summary: 'Replaces what somebody receives as a whole.',
        body: SubscriptionsSchema,
        isBodyOptional: true,
        answers: SubscriptionsSchema,
      },
      async ({ parameters, body }) => {
        const subscriptions = wanted(body);
        const participant = parameters['participant'] ?? '';
        await order(find(sessions, parameters).id, { type: 'subscribe', participant, subscriptions });
        return subscriptions;
      },
    ),
    {
      scope: 'sessions',
      method: 'POST',
      path: '/participants',
      summary: 'Makes a participant, and the token with which its page joins.',
      makes: true,
      isIdempotent: true,
      body: ParticipantCreation,
      isBodyOptional: true,
      answers: CreatedParticipantSchema,
      answer: (asking) => createParticipant(deps, asking),
    },
    route(
      'sessions.read',
      'GET',
      '/participants/:participant',
      { summary: 'A participant, wherever it is.', answers: OneParticipant },
      async ({ parameters }) => {
        const participant = await stored(deps, parameters);
        return { participant: shown(participant.id, sessions.sessionOf(participant.id), participant) };
      },
    ),
    route(
      'sessions',
      'DELETE',
      '/participants/:participant',
      { summary: 'Its token is void; where it is in a session, it is removed.' },
      async ({ parameters }) => {
        const { id } = await stored(deps, parameters);
        // First: nobody joins with its token any more.
        await deps.store.commit([{ type: 'participant_gone', participant: id }]);
        const session = sessions.sessionOf(id);
        if (session !== undefined) await order(session.id, { type: 'remove', participant: id });
      },
    ),
  ];
}

async function create({ sessions, idempotency }: SessionRoutesDeps, asking: Asking): Promise<{ session: Session }> {
  const {
    tag,
    access = 'added',
    maxParticipants: most = sessionLimits.participants,
  } = check(SessionCreation, asking.body ?? {});
  const shownAs = (session: string): { session: Session } => ({ session: sessionOf(find(sessions, { session })) });
  const make = async (id: string): Promise<{ session: Session }> => {
    const error = sessions.session(id) === undefined && (await sessions.order(id, { type: 'create', tag, access, most }));
    if (error) throw new Refusal(error);
    return shownAs(id);
  };
  return idempotency.once('session', asking, make, async (id) => shownAs(id));
}

/** The server keeps the digest of its token alone, which follows from the key of the request where it has one. */
async function createParticipant(deps: SessionRoutesDeps, asking: Asking): Promise<CreatedParticipant> {
  const { sessions, store, hash, clock, idempotency } = deps;
  const { key, body, idempotencyKey } = asking;
  const { tag, publish = ['audio', 'video'], record = false } = check(ParticipantCreation, body ?? {});
  const tokenOf = (id: string): string => hash.sign(JSON.stringify(['token of participant', key.name, idempotencyKey ?? id]));
  const shownAs = (participant: StoredParticipant): CreatedParticipant => {
    const { id } = participant;
    return { participant: shown(id, sessions.sessionOf(id), participant), token: tokenOf(id) };
  };
  const make = async (id: string): Promise<CreatedParticipant> => {
    const known = await store.participant(id);
    if (known !== undefined) return shownAs(known);
    const madeAt = clock.now();
    const tokenDigest = hash.digest(tokenOf(id));
    const made: StoredParticipant = { id, tokenDigest, publish: [...new Set(publish)], record, tag, madeAt };
    await store.commit([
      { type: 'participant', participant: made },
      { type: 'participants_gone', before: madeAt - sessionLimits.participantMs },
    ]);
    return shownAs(made);
  };
  return idempotency.once('participant', asking, make, async (participant) => shownAs(await stored(deps, { participant })));
}

function page(all: readonly OpenSession[], asked: z.infer<typeof SessionQuery>): SessionListView {
  const { items, next } = pageOf(all, ({ madeAt, id }) => placeOf(madeAt, id), asked);
  return { sessions: items.map(sessionOf), ...(next !== undefined && { next }) };
}

function streamOf({ participant, user, stream: { mid, kind, alias, muted }, measured }: StreamInSession): ApiStream {
  return { participant, user, mid, kind, alias, muted, measured: measured && measuresOf(measured) };
}

function measuresOf({ bitrate, loss, jitterMs, roundTripMs, mos, rating }: MeasuredStream): ApiStream['measured'] {
  return { bitrate, loss, jitterMs, roundTripMs, mos, rating };
}

function find(sessions: SessionAdministration, { session: id }: Asking['parameters']): OpenSession {
  const session = sessions.session(id ?? '');
  if (session === undefined) throw new Refusal('session_not_found');
  return session;
}

async function stored(
  { store, clock }: SessionRoutesDeps,
  { participant: id }: Asking['parameters'],
): Promise<StoredParticipant> {
  const participant = await store.participant(id ?? '');
  if (participant === undefined || participant.madeAt < clock.now() - sessionLimits.participantMs)
    throw new Refusal('participant_not_found');
  return participant;
}

/** Without a body nobody is received. */
function wanted(body: unknown): Subscriptions {
  return check(SubscriptionsSchema.strict(), body ?? {});
}

function sessionOf({ id, tag, access, locked, most, madeAt, endsAt }: OpenSession): Session {
  return { session: id, ...(tag !== undefined && { tag }), access, locked, maxParticipants: most, createdAt: madeAt, endsAt };
}

function shown(id: string, session: OpenSession | undefined, kept: StoredParticipant | undefined): Participant {
  const inside = session && participantOf(session, id);
  const tag = inside?.tag ?? kept?.tag;
  return {
    participant: id,
    ...(tag !== undefined && { tag }),
    publish: [...(inside?.publish ?? kept?.publish ?? [])],
    record: inside?.record ?? kept?.record ?? false,
    ...(session !== undefined && inside !== undefined && { session: session.id, subscriptions: inside.subscriptions }),
    ...(inside?.here !== undefined && { user: inside.here.from.person }),
    ...(inside?.here?.quality !== undefined && { quality: inside.here.quality }),
    ...(kept !== undefined && { createdAt: kept.madeAt }),
  };
}
