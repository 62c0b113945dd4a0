/** What people ask of meetings, limited, with those named looked up, as inputs of their machines. */
import { isNumber, mayCall, meetingLimits, sidesOf } from '@offhook/core';
import type {
  Address,
  CallId,
  ErrorCode,
  From,
  MeetingId,
  MeetingInfo,
  MeetingInput,
  MeetingRequest,
  Person,
  Plan,
  RequestOf,
  RungFor,
  Sides,
  StandingMeeting,
} from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { MeetingTalk } from '../ports/conversations.ts';
import type { Asker, Letters } from '../ports/meetings.ts';
import type { SessionAdministration } from '../ports/sessions.ts';
import { Refusal, StoreError } from '../ports.ts';
import type { Clock, Hash, Log, Outcome, Store } from '../ports.ts';
import type { MeetingIndex } from './meeting-index.ts';
import type { Passcodes } from './passcodes.ts';
import type { Respond } from './queues.ts';

/** Rings somebody who is to come into a meeting. Resolves with whether it rings. */
export type Ring = (
  from: From,
  to: Address,
  meeting: { readonly meeting: MeetingId; readonly title?: string | undefined },
) => Promise<boolean>;

/** Calls a number, to bring whoever answers into a meeting, as the call of whoever asks. Rejects with a Refusal where that may not be. */
export type Dial = (meeting: MeetingId, number: Address, by: From) => Promise<unknown>;

/** Begins a call of two who were in a meeting, unless they have one. Resolves with which it is, or with why it cannot be. */
export type GoOn = (
  call: CallId,
  sides: Sides,
  meeting: RungFor,
) => Promise<{ readonly call: CallId } | { readonly error: ErrorCode }>;

export interface MeetingRequestsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly hash: Hash;
  readonly newId: () => string;
  readonly talk: MeetingTalk;
  readonly ring: Ring;
  readonly goOn: GoOn;
  readonly dial: Dial;
  readonly passcodes: Passcodes;
  readonly sessions: Pick<SessionAdministration, 'session'>;
  readonly letters?: Letters | undefined;
  readonly index: MeetingIndex;
  readonly desk: {
    meeting(id: MeetingId): StandingMeeting | undefined;
    listOf(user: Address): MeetingInfo[];
    infoFor(meeting: StandingMeeting, user: Address): MeetingInfo;
    feed(id: MeetingId, input: MeetingInput, respond?: Respond): void;
  };
}

/** Whether those are written to who were invited by e-mail: what their calendars show is otherwise, or the passcode is another one. */
function isWritten({ plan }: StandingMeeting, { passcode, ...change }: RequestOf<'meeting_change'>['change']): boolean {
  if (passcode !== undefined && passcode !== null && passcode !== plan.passcode) return true;
  return (['title', 'startsAt', 'durationMs', 'zone'] as const).some(
    (key) => change[key] !== undefined && (change[key] ?? undefined) !== plan[key],
  );
}

export class MeetingRequests {
  readonly #deps: MeetingRequestsDeps;
  /** E-mail invitations, by user and by meeting; by network address; and letters of changes, by meeting. */
  readonly #mails = new Buckets({ perSecond: meetingLimits.mailsPerHour / 3_600, burst: meetingLimits.mailBurst });
  readonly #mailsFrom = new Buckets({
    perSecond: meetingLimits.mailsFromAddressPerHour / 3_600,
    burst: meetingLimits.mailsFromAddressBurst,
  });
  readonly #changes = new Buckets({
    perSecond: meetingLimits.changeMailsPerHour / 3_600,
    burst: meetingLimits.changeMailsBurst,
  });

  constructor(deps: MeetingRequestsDeps) {
    this.#deps = deps;
  }

  handle(asker: Asker, request: MeetingRequest, respond: Respond): void {
    const { desk, letters } = this.#deps;
    const { from, guest } = asker;
    const user = from.person.address;
    switch (request.type) {
      case 'meetings':
        return respond({ ok: { meetings: desk.listOf(user), byEmail: letters !== undefined && !guest } });
      case 'meeting_leave':
        return desk.feed(request.meeting, { type: 'leave', from }, respond);
      case 'meeting_cancel':
        return desk.feed(request.meeting, { type: 'cancel', by: from }, respond);
      case 'meeting_change':
        return this.#change(from, request, respond);
      case 'meeting_act':
        return desk.feed(request.meeting, this.#act(from, request), respond);
      case 'meeting_create':
        return this.#settle(this.#create(asker, request, respond), request, respond);
      case 'meeting_invite':
        return this.#settle(this.#invite(asker, request, respond), request, respond);
      case 'meeting_enter':
        return this.#settle(this.#enter(asker, request, respond), request, respond);
      case 'meeting_call':
        return this.#settle(this.#call(asker, request, respond), request, respond);
    }
  }

  async #call({ from, grants }: Asker, { meeting: id, call }: RequestOf<'meeting_call'>, respond: Respond): Promise<void> {
    const { clock, desk, goOn, sessions } = this.#deps;
    const meeting = desk.meeting(id);
    const session = meeting?.session === undefined ? undefined : sessions.session(meeting.session);
    if (meeting === undefined || session === undefined) return respond({ error: 'meeting_not_found' });
    const sides = sidesOf(meeting, session, from, clock.now());
    if ('refused' in sides) return respond({ error: sides.refused });
    if (!mayCall(grants, sides.callee.person.address)) return respond({ error: 'destination_refused' });
    const { title } = meeting.plan;
    const gone = await goOn(call, sides, { meeting: id, ...(title !== undefined && { title }) });
    respond('error' in gone ? gone : { ok: { ...gone } });
  }

  #act(by: From, { act }: RequestOf<'meeting_act'>): MeetingInput {
    return act.type === 'admit' || act.type === 'lock' ? { ...act, by, fresh: this.#deps.newId() } : { ...act, by };
  }

  #change(from: From, { meeting: id, change }: RequestOf<'meeting_change'>, respond: Respond): void {
    const { clock, desk, newId } = this.#deps;
    const user = from.person.address;
    const meeting = desk.meeting(id);
    const letters = meeting?.hosts.includes(user) === true && isWritten(meeting, change) ? meeting.emails.length : 0;
    if (letters > 0 && !this.#changes.take(id, clock.now(), letters)) return respond({ error: 'rate_limited' });
    desk.feed(id, { type: 'change', by: from, change, fresh: newId() }, this.#shown(user, respond));
  }

  async #create(asker: Asker, { plan: asked }: RequestOf<'meeting_create'>, respond: Respond): Promise<void> {
    const { desk, index, newId, talk } = this.#deps;
    const { from } = asker;
    const user = from.person.address;
    const { emails = [], users = [], lobby = 'guests', remindMs = meetingLimits.remindMs, ...rest } = asked;
    const made = [...index.meetingsOf(user)].filter((id) => desk.meeting(id)?.by?.address === user);
    if (made.length >= meetingLimits.meetingsPerUser) return respond({ error: 'too_many_meetings' });
    const mails = this.#mayMail(asker, undefined, emails);
    if (mails !== undefined) return respond({ error: mails });
    if (rest.conversation !== undefined && !(await talk.isMember(rest.conversation, user)))
      return respond({ error: 'conversation_not_found' });
    const people = await this.#people(users);
    if ('error' in people) return respond(people);
    const plan: Plan = { ...rest, lobby, remindMs };
    desk.feed(newId(), { type: 'make', by: from, hosts: [], plan, emails, users: people.found }, this.#shown(user, respond));
  }

  async #invite(asker: Asker, request: RequestOf<'meeting_invite'>, respond: Respond): Promise<void> {
    const { meeting: id, emails = [], users = [], ring = [] } = request;
    const { from, guest, grants } = asker;
    const { desk, newId } = this.#deps;
    const user = from.person.address;
    const numbers = [...new Set(ring.filter(isNumber))];
    const rungUsers = ring.filter((one) => !isNumber(one));
    if (numbers.some((number) => !mayCall(grants, number))) return respond({ error: 'destination_refused' });
    const isHost = !guest && desk.meeting(id)?.hosts.includes(user) === true;
    // To others it is refused below, and counts nothing.
    const mails = isHost ? this.#mayMail(asker, id, emails) : undefined;
    if (mails !== undefined) return respond({ error: mails });
    const people = await this.#people([...new Set([...users, ...rungUsers])]);
    if ('error' in people) return respond(people);
    if (numbers.length > 0 && !isHost) return respond({ error: 'forbidden' });
    desk.feed(id, { type: 'invite', by: from, guest, emails, users: people.found, fresh: newId() }, (outcome) => {
      if ('error' in outcome) return respond(outcome);
      const shown = this.#shownTo(user, outcome);
      this.#settle(
        this.#reach(from, id, rungUsers, numbers).then((reached) => {
          if ('error' in reached) respond(reached);
          else respond('ok' in shown ? { ok: { ...shown.ok, rung: reached.rung } } : shown);
        }),
        request,
        respond,
      );
    });
  }

  /** Whom it rings; with why, where a number may not be called. */
  async #reach(
    from: From,
    id: MeetingId,
    users: readonly Address[],
    numbers: readonly Address[],
  ): Promise<{ readonly rung: readonly Address[] } | { readonly error: ErrorCode }> {
    const dialled = numbers.map(async (number) => this.#deps.dial(id, number, from));
    const [rung, ...outcomes] = await Promise.all([
      this.#ring(from, id, users),
      ...dialled.map((one) => one.then(() => undefined, codeOfRefusal)),
    ]);
    const error = outcomes.find((outcome) => outcome !== undefined);
    return error === undefined ? { rung: [...rung, ...numbers] } : { error };
  }

  async #ring(from: From, id: MeetingId, whom: readonly Address[]): Promise<Address[]> {
    const title = this.#deps.desk.meeting(id)?.plan.title;
    const rung = await Promise.all(
      [...new Set(whom)].map(async (to) => {
        const rings = await this.#deps.ring(from, to, { meeting: id, ...(title !== undefined && { title }) });
        return rings ? to : [];
      }),
    );
    return rung.flat();
  }

  async #enter(asker: Asker, request: RequestOf<'meeting_enter'>, respond: Respond): Promise<void> {
    const { desk, newId, talk } = this.#deps;
    const { from, guest } = asker;
    const { meeting: id, passcode: said } = request;
    const user = from.person.address;
    const conversation = desk.meeting(id)?.plan.conversation;
    const member = conversation !== undefined && (await talk.isMember(conversation, user));
    const wanted = desk.meeting(id)?.plan.passcode;
    const passcode = said === undefined || wanted === undefined ? 'none' : this.#deps.passcodes.check(id, asker, said, wanted);
    const fresh = { participant: newId(), session: newId() };
    desk.feed(id, { type: 'enter', from, guest, member, passcode, fresh }, respond);
  }

  #mayMail(
    { from, networkAddress }: Asker,
    meeting: MeetingId | undefined,
    { length }: readonly string[],
  ): ErrorCode | undefined {
    if (length === 0) return undefined;
    if (this.#deps.letters === undefined) return 'mail_unavailable';
    const now = this.#deps.clock.now();
    const keys = [from.person.address, ...(meeting === undefined ? [] : [meeting])];
    const has = keys.every((key) => this.#mails.has(key, now, length)) && this.#mailsFrom.has(networkAddress, now, length);
    if (!has) return 'rate_limited';
    for (const key of keys) this.#mails.take(key, now, length);
    this.#mailsFrom.take(networkAddress, now, length);
    return undefined;
  }

  async #people(addresses: readonly Address[]): Promise<{ readonly found: Person[] } | { readonly error: ErrorCode }> {
    if (addresses.length === 0) return { found: [] };
    const users = await this.#deps.store.users(addresses);
    if (users.length < new Set(addresses).size) return { error: 'user_not_found' };
    return { found: users.map(({ address, name }) => ({ address, name })) };
  }

  /** Answers with the meeting as this user sees it. */
  #shown(user: Address, respond: Respond): Respond {
    return (outcome) => respond(this.#shownTo(user, outcome));
  }

  #shownTo(user: Address, outcome: Outcome): Outcome {
    if ('error' in outcome) return outcome;
    return { ok: { meeting: this.#deps.desk.infoFor(outcome.ok['meeting'] as StandingMeeting, user) } };
  }

  #settle(work: Promise<void>, { type }: MeetingRequest, respond: Respond): void {
    work.catch((error: unknown) => {
      this.#deps.log.error('request', { request: type, error: String(error) });
      respond({ error: error instanceof StoreError ? 'store_failed' : 'internal' });
    });
  }
}

function codeOfRefusal(error: unknown): ErrorCode {
  if (error instanceof Refusal) return error.code;
  throw error;
}
