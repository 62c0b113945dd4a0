/** What people ask of meetings, limited, with those named looked up, as inputs of their machines. */
import { meetingLimits } from '@offhook/core';
import type {
  Address,
  ErrorCode,
  From,
  MeetingId,
  MeetingInfo,
  MeetingInput,
  MeetingRequest,
  Person,
  Plan,
  RequestOf,
  StandingMeeting,
} from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { MeetingTalk } from '../ports/conversations.ts';
import type { Letters } from '../ports/meetings.ts';
import { StoreError } from '../ports.ts';
import type { Clock, Hash, Log, Outcome, Store } from '../ports.ts';
import type { MeetingIndex } from './meeting-index.ts';
import type { Respond } from './queues.ts';

/** Rings somebody who is to come into a meeting. Resolves with whether it rings. */
export type Ring = (
  from: From,
  to: Address,
  meeting: { readonly meeting: MeetingId; readonly title?: string | undefined },
) => Promise<boolean>;

export interface MeetingRequestsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly hash: Hash;
  readonly newId: () => string;
  readonly talk: MeetingTalk;
  readonly ring: Ring;
  readonly letters?: Letters | undefined;
  readonly index: MeetingIndex;
  readonly desk: {
    meeting(id: MeetingId): StandingMeeting | undefined;
    listOf(user: Address): MeetingInfo[];
    infoFor(meeting: StandingMeeting, user: Address): MeetingInfo;
    feed(id: MeetingId, input: MeetingInput, respond?: Respond): void;
  };
}

export class MeetingRequests {
  readonly #deps: MeetingRequestsDeps;
  /** Passcodes said, by meeting and user; wrong ones, by meeting. */
  readonly #passcodes = new Buckets({ perSecond: meetingLimits.passcodesPerMinute / 60, burst: meetingLimits.passcodeBurst });
  readonly #wrong = new Buckets({
    perSecond: meetingLimits.wrongPasscodesPerMinute / 60,
    burst: meetingLimits.wrongPasscodeBurst,
  });
  readonly #mails = new Buckets({ perSecond: meetingLimits.mailsPerHour / 3_600, burst: meetingLimits.mailBurst });

  constructor(deps: MeetingRequestsDeps) {
    this.#deps = deps;
  }

  handle(from: From, guest: boolean, request: MeetingRequest, respond: Respond): void {
    const { desk } = this.#deps;
    const user = from.person.address;
    switch (request.type) {
      case 'meetings':
        return respond({ ok: { meetings: desk.listOf(user) } });
      case 'meeting_leave':
        return desk.feed(request.meeting, { type: 'leave', from }, respond);
      case 'meeting_cancel':
        return desk.feed(request.meeting, { type: 'cancel', by: from }, respond);
      case 'meeting_change':
        return desk.feed(request.meeting, { type: 'change', by: from, change: request.change }, this.#shown(user, respond));
      case 'meeting_act':
        return desk.feed(request.meeting, this.#act(from, request), respond);
      case 'meeting_create':
        return this.#settle(this.#create(from, request, respond), request, respond);
      case 'meeting_invite':
        return this.#settle(this.#invite(from, request, respond), request, respond);
      case 'meeting_enter':
        return this.#settle(this.#enter(from, guest, request, respond), request, respond);
    }
  }

  #act(by: From, { act }: RequestOf<'meeting_act'>): MeetingInput {
    return act.type === 'admit' ? { ...act, by, fresh: this.#deps.newId() } : { ...act, by };
  }

  async #create(from: From, { plan: asked }: RequestOf<'meeting_create'>, respond: Respond): Promise<void> {
    const { desk, index, newId, talk } = this.#deps;
    const user = from.person.address;
    const { emails = [], users = [], lobby = 'guests', remindMs = meetingLimits.remindMs, ...rest } = asked;
    const made = [...index.meetingsOf(user)].filter((id) => desk.meeting(id)?.by?.address === user);
    if (made.length >= meetingLimits.meetingsPerUser) return respond({ error: 'too_many_meetings' });
    const mails = this.#mayMail(user, emails);
    if (mails !== undefined) return respond({ error: mails });
    if (rest.conversation !== undefined && !(await talk.isMember(rest.conversation, user)))
      return respond({ error: 'conversation_not_found' });
    const people = await this.#people(users);
    if ('error' in people) return respond(people);
    const plan: Plan = { ...rest, lobby, remindMs };
    desk.feed(newId(), { type: 'make', by: from, hosts: [], plan, emails, users: people.found }, this.#shown(user, respond));
  }

  async #invite(from: From, request: RequestOf<'meeting_invite'>, respond: Respond): Promise<void> {
    const { meeting: id, emails = [], users = [], ring = [] } = request;
    const user = from.person.address;
    const mails = this.#mayMail(user, emails);
    if (mails !== undefined) return respond({ error: mails });
    const people = await this.#people([...new Set([...users, ...ring])]);
    if ('error' in people) return respond(people);
    this.#deps.desk.feed(id, { type: 'invite', by: from, emails, users: people.found }, (outcome) => {
      if ('error' in outcome) return respond(outcome);
      const shown = this.#shownTo(user, outcome);
      this.#settle(
        this.#ring(from, id, ring).then((rung) => respond('ok' in shown ? { ok: { ...shown.ok, rung } } : shown)),
        request,
        respond,
      );
    });
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

  async #enter(from: From, guest: boolean, request: RequestOf<'meeting_enter'>, respond: Respond): Promise<void> {
    const { desk, newId, talk } = this.#deps;
    const { meeting: id, passcode: said } = request;
    const user = from.person.address;
    const conversation = desk.meeting(id)?.plan.conversation;
    const member = conversation !== undefined && (await talk.isMember(conversation, user));
    const passcode = this.#passcode(id, user, said);
    if (passcode === undefined) return respond({ error: 'rate_limited' });
    const fresh = { participant: newId(), session: newId() };
    desk.feed(id, { type: 'enter', from, guest, member, passcode, fresh }, respond);
  }

  /** Undefined: they have said too many. Whether one is right is found out in the same time, wherever it differs. */
  #passcode(id: MeetingId, user: Address, said: string | undefined): 'none' | 'right' | 'wrong' | undefined {
    const { clock, desk, hash } = this.#deps;
    const wanted = desk.meeting(id)?.plan.passcode;
    if (said === undefined || wanted === undefined) return 'none';
    const now = clock.now();
    if (!this.#passcodes.take(`${id} ${user}`, now) || !this.#wrong.take(id, now, 0)) return undefined;
    if (hash.equal(hash.digest(said), hash.digest(wanted))) return 'right';
    this.#wrong.take(id, now);
    return 'wrong';
  }

  #mayMail(user: Address, emails: readonly string[]): ErrorCode | undefined {
    if (emails.length === 0) return undefined;
    if (this.#deps.letters === undefined) return 'mail_unavailable';
    return this.#mails.take(user, this.#deps.clock.now(), emails.length) ? undefined : 'rate_limited';
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
