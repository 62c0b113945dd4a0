/** Durable requests: each is carried out once and answered once. Those about calls go to the engine. */
import { cleanName, peopleLimits, serverLimits } from '@offhook/core';
import type {
  Address,
  ConversationRequest,
  Ice,
  MeetingRequest,
  PeopleRequest,
  PersonPresence,
  PhoneRequest,
  VoicemailRequest,
  PushRequest,
  Request,
  RequestOf,
  SessionRequest,
  Settings,
} from '@offhook/core';
import { conversationRequests } from '@offhook/core/protocol';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { Meetings } from '../ports/meetings.ts';
import type { Sessions } from '../ports/sessions.ts';
import { StoreError } from '../ports.ts';
import type { Authenticator, Bus, CallRequest, Clock, Log, Outcome, Pass, Store, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import type { Devices } from './devices.ts';
import { hangUp } from './hang-up.ts';
import { refusedForward } from './forwards.ts';
import type { Hub } from './hub.ts';
import type { Expiry } from './expiry.ts';
import type { Link } from './link.ts';
import { People } from './people.ts';
import type { PeopleDeps } from './people.ts';
import { Phones } from './phones.ts';
import type { PhonesDeps } from './phones.ts';
import { answerVoicemail } from './voicemail.ts';
import type { VoicemailDeps } from './voicemail.ts';
import { calledBy, mayKnow, mayTalkIn, refusedBy, visibleIn } from './permission.ts';
import type { Presence } from './presence.ts';
import { follow, Pushing } from './push.ts';
import type { PushingDeps } from './push.ts';
import { rename } from './rename.ts';
import { reads } from './reads.ts';
import { isPassing, replyText } from './replies.ts';

export interface RequestsDeps extends PeopleDeps, PushingDeps, PhonesDeps, VoicemailDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly switchboard: Switchboard;
  readonly conversations: Conversations;
  readonly sessions: Sessions;
  readonly meetings: Meetings;
  readonly authenticator: Authenticator;
  readonly hub: Hub;
  readonly expiry: Expiry;
  readonly presence: Presence;
  readonly devices: Devices;
  readonly ice: (user: Address) => Ice;
  readonly inviteRate: Rate;
}

type Signed = Exclude<Request, { type: 'hello' }>;
type Respond = (outcome: Outcome) => void;

export class Requests {
  readonly #deps: RequestsDeps;
  readonly #people: People;
  readonly #pushing: Pushing;
  readonly #phones: Phones;
  /** By user: whoever goes and comes back finds what is left. */
  readonly #invites: Buckets;
  /** Being carried out at the moment. */
  inFlight = 0;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
    this.#people = new People(deps);
    this.#pushing = new Pushing(deps);
    this.#phones = new Phones(deps);
    this.#invites = new Buckets(deps.inviteRate);
  }

  handle(link: Link, connection: Connection, request: Signed): void {
    this.inFlight += 1;
    if (reads.has(request.type)) {
      this.#carryOut(connection, request, (outcome) => {
        this.inFlight -= 1;
        link.send(replyText(request.id, outcome));
      });
      return;
    }
    const { answers } = connection;
    const begun = answers.begin(request.id);
    if (begun.state !== 'new') {
      this.inFlight -= 1;
      if (begun.state === 'answered') link.send(begun.text);
      if (begun.state === 'full') link.send(replyText(request.id, { error: 'rate_limited' }));
      return;
    }
    this.#carryOut(connection, request, (outcome) => {
      this.inFlight -= 1;
      const text = replyText(request.id, outcome);
      if (isPassing(request.type, outcome)) answers.forget(request.id);
      else answers.end(request.id, text);
      // A page that was loaded anew knows nothing of the requests of the one before.
      if (connection.answers === answers) connection.send(text);
    });
  }

  #carryOut(connection: Connection, request: Signed, respond: Respond): void {
    const refusal = refusedBy(connection.pass.grants, request);
    if (refusal !== undefined) return respond({ error: refusal });
    if (Object.hasOwn(conversationRequests, request.type)) connection.followsConversations = true;
    switch (request.type) {
      case 'invite':
      case 'transfer':
        if (!this.#mayRing(connection, request)) respond({ error: 'rate_limited' });
        else this.#deps.switchboard.request(connection.from, request, respond);
        return;
      case 'reject':
        this.#reject(connection, request, respond);
        return;
      case 'reoffer':
      case 'accept':
      case 'answer':
      case 'hangup':
      case 'describe':
      case 'move':
      case 'update':
        this.#deps.switchboard.request(connection.from, request, respond);
        return;
      case 'say':
      case 'edit':
      case 'delete':
      case 'react':
      case 'read':
      case 'conversation':
      case 'entries':
      case 'search':
      case 'file':
      case 'group':
      case 'change':
      case 'leave':
        this.#deps.conversations.request(connection.from, request, respond);
        return;
      case 'conversations':
        this.#deps.conversations.request(connection.from, request, (outcome) =>
          respond('ok' in outcome ? { ok: visibleIn(connection.pass.grants, outcome.ok) } : outcome),
        );
        return;
      case 'profile':
      case 'look':
      case 'contacts':
      case 'contact':
      case 'block':
      case 'blocked':
        return this.#settle(request, respond, this.#people.answer(connection, request));
      case 'push_key':
      case 'push_subscribe':
      case 'push_unsubscribe':
      case 'push_test':
        return this.#settle(request, respond, this.#pushing.answer(connection, request));
      case 'phones':
      case 'phone_add':
        return this.#settle(request, respond, this.#phones.answer(connection, request));
      case 'voicemails':
      case 'voicemail_change':
      case 'voicemail_delete':
      case 'greeting':
        return this.#settle(request, respond, answerVoicemail(this.#deps.voicemail, connection, request));
      case 'session_join':
      case 'session_publish':
      case 'session_answer':
      case 'session_restart':
      case 'session_update':
      case 'session_record':
      case 'session_leave':
        this.#deps.sessions.request(connection.from, request, respond);
        return;
      case 'meetings':
      case 'meeting_create':
      case 'meeting_change':
      case 'meeting_cancel':
      case 'meeting_enter':
      case 'meeting_leave':
      case 'meeting_act':
      case 'meeting_call':
      case 'meeting_invite':
        if (!this.#mayRingAll(connection, calledBy(request))) return respond({ error: 'rate_limited' });
        this.#deps.meetings.request(
          {
            from: connection.from,
            guest: isVisitor(connection.pass),
            grants: connection.pass.grants,
            networkAddress: connection.link?.networkAddress ?? '',
          },
          request,
          respond,
        );
        return;
      case 'ice':
        respond({ ok: this.#deps.ice(connection.occupant.user.address) });
        return;
      case 'bye':
        void hangUp(this.#deps.switchboard, connection).then(() => {
          respond({ ok: {} });
          connection.link?.end();
          this.#deps.hub.forget(connection);
        });
        return;
      case 'remove_device':
        this.#answer(connection, request).then(
          (outcome) => {
            respond(outcome);
            if ('ok' in outcome) this.#deps.devices.close(connection.occupant.user.address, request.device, connection.id);
          },
          (error: unknown) => respond(this.#failure(request, error)),
        );
        return;
      case 'refresh':
      case 'rename':
      case 'people':
      case 'watch':
      case 'history':
      case 'settings':
      case 'devices':
      case 'name_device':
        return this.#settle(request, respond, this.#answer(connection, request));
    }
  }

  /** Whether somebody who has had others rung often in a short time may do so again. */
  #mayRing({ occupant }: Connection, request: RequestOf<'invite' | 'transfer'>): boolean {
    if (request.type === 'transfer' && 'call' in request.to) return true;
    return this.#invites.take(occupant.user.address, this.#deps.clock.now());
  }

  #mayRingAll({ occupant }: Connection, { length }: readonly Address[] = []): boolean {
    return length === 0 || this.#invites.take(occupant.user.address, this.#deps.clock.now(), length);
  }

  /** What is said instead of answering is said first: where it may not be, the call rings on. */
  #reject({ from, pass, occupant, id }: Connection, request: RequestOf<'reject'>, respond: Respond): void {
    const { switchboard, conversations } = this.#deps;
    const reject = (): void => switchboard.request(from, request, respond);
    const { call, reason, message: text } = request;
    const calls = text === undefined || reason === 'busy' ? [] : switchboard.views(occupant.user.address, id);
    const ringing = calls.find((view) => view.call === call && view.role === 'callee' && view.stage === 'ringing');
    // Nothing is said of a call that is over, or was taken.
    // Nor to somebody who has not called.
    if (ringing === undefined || ringing.placed === true || text === undefined) return reject();
    const say = { type: 'say' as const, id: request.id, in: { user: ringing.peer.address }, entry: `instead-${call}`, text };
    if (!mayTalkIn(pass.grants, say.in)) return respond({ error: 'forbidden' });
    conversations.request(from, say, (outcome) => ('error' in outcome ? respond(outcome) : reject()));
  }

  #settle(request: Signed, respond: Respond, outcome: Promise<Outcome>): void {
    outcome.then(respond, (error: unknown) => respond(this.#failure(request, error)));
  }

  #failure({ type }: Signed, error: unknown): Outcome {
    this.#deps.log.error('request', { request: type, error: String(error) });
    return { error: error instanceof StoreError ? 'store_failed' : 'internal' };
  }

  #answer(
    connection: Connection,
    request: Exclude<
      Signed,
      | CallRequest
      | ConversationRequest
      | PeopleRequest
      | PushRequest
      | PhoneRequest
      | VoicemailRequest
      | SessionRequest
      | MeetingRequest
      | { type: 'ice' | 'bye' }
    >,
  ): Promise<Outcome> {
    switch (request.type) {
      case 'refresh':
        return this.#refresh(connection, request);
      case 'rename':
        return this.#rename(connection, request);
      case 'people':
        return this.#list(connection, request);
      case 'watch':
        return this.#watch(connection, request);
      case 'history':
        return this.#history(connection, request);
      case 'settings':
        return this.#settings(connection, request);
      case 'devices':
        return this.#deps.devices.list(connection);
      case 'name_device':
        return this.#deps.devices.name(connection, request.device, request.name);
      case 'remove_device':
        return this.#deps.devices.remove(connection.occupant.user.address, request.device);
    }
  }

  /** Another token of the same person, for the device that is signed in. */
  async #refresh(connection: Connection, request: RequestOf<'refresh'>): Promise<Outcome> {
    const { token } = request;
    const { authenticator, clock, expiry, hub } = this.#deps;
    const { occupant, pass } = connection;
    const { signOuts } = hub;
    const next = await authenticator.authenticate(token);
    if ('error' in next) return { error: next.error };
    // Somebody may have been signed out meanwhile.
    if (hub.signOuts !== signOuts) return this.#refresh(connection, request);
    if (next.by !== 'token' || pass.by !== 'token' || next.user !== occupant.user.address) return { error: 'forbidden' };
    hub.admit(connection, { ...next, device: pass.device });
    expiry.watch(connection);
    if (this.#deps.push !== undefined) await follow(this.#deps.push, connection);
    if (next.grants.outgoing !== true) await this.#watchSome(connection, connection.watching ?? new Set(), false);
    if (next.name !== undefined && next.name !== occupant.user.name) await rename(this.#deps, occupant, next.name, '');
    return { ok: next.until === undefined ? {} : { expiresInMs: Math.max(0, Math.round(next.until - clock.now())) } };
  }

  async #rename(connection: Connection, request: RequestOf<'rename'>): Promise<Outcome> {
    const name = cleanName(request.name);
    if (name === undefined) return { error: 'name_invalid' };
    const user = await rename(this.#deps, connection.occupant, name, connection.id);
    return typeof user === 'string' ? { error: user } : { ok: { user } };
  }

  async #list(
    { pass, occupant }: Connection,
    { query, after, limit = peopleLimits.peoplePage }: RequestOf<'people'>,
  ): Promise<Outcome> {
    const page = await this.#deps.presence.page(occupant, query, after, limit);
    return { ok: { ...page, people: page.people.filter(({ address }) => mayKnow(pass.grants, address)) } };
  }

  async #watch(connection: Connection, { addresses, arrivals = false }: RequestOf<'watch'>): Promise<Outcome> {
    const wanted = new Set(addresses);
    if (wanted.size > peopleLimits.watchedAddresses) return { error: 'watch_too_many' };
    return { ok: { people: await this.#watchSome(connection, wanted, arrivals) } };
  }

  #watchSome(connection: Connection, wanted: ReadonlySet<Address>, arrivals: boolean): Promise<PersonPresence[]> {
    const { grants } = connection.pass;
    const known = new Set([...wanted].filter((address) => mayKnow(grants, address)));
    return this.#deps.presence.watch(connection, known, arrivals && grants.outgoing === true);
  }

  async #history(
    connection: Connection,
    { before, limit = serverLimits.historyPageUsual }: RequestOf<'history'>,
  ): Promise<Outcome> {
    const page = await this.#deps.store.history(connection.occupant.user.address, before, limit);
    return { ok: { entries: page.entries, ...(page.next !== undefined && { next: page.next }) } };
  }

  #settings(connection: Connection, { change }: RequestOf<'settings'>): Promise<Outcome> {
    const { bus, presence, switchboard } = this.#deps;
    const { occupant } = connection;
    return occupant.afterOthers(async () => {
      const { forward } = change;
      const refusal = forward ? await refusedForward(this.#deps, occupant.user.address, forward) : undefined;
      if (refusal !== undefined) return { error: refusal };
      const outcome = await new Promise<Parameters<Parameters<Switchboard['change']>[2]>[0]>((resolve) => {
        switchboard.change(occupant.user, change, resolve);
      });
      if ('error' in outcome) return outcome;
      const { settings } = outcome.ok;
      occupant.user = { ...occupant.user, settings };
      bus.publish(occupant.user.address, { event: { type: 'settings', settings }, except: connection.id });
      // Also where only the end has changed, of which presence says nothing.
      if (quietFields.some((field) => field in change)) presence.said(occupant);
      return outcome;
    });
  }
}

/** Somebody who is here for a while, without an account of their own. */
function isVisitor({ by, until }: Pass): boolean {
  return by === 'device' && until !== undefined;
}

/** The settings by which somebody is not to be disturbed. */
const quietFields = ['doNotDisturb', 'doNotDisturbUntil', 'quietHours'] as const satisfies (keyof Settings)[];
