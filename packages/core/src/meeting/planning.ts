/** How a meeting is made, changed, called off, and who is invited. */
import { cleanLine } from '../address.ts';
import type { ErrorCode } from '../errors.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant } from '../machine.ts';
import { isTimeZone } from '../user/quiet.ts';
import { letInAll } from './entering.ts';
import { closed } from './hosting.ts';
import { announce, entry, inside, mayHost, refused, remembered, show } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { MeetingEffect, MeetingInput, Plan, Standing, Unmade } from './types.ts';

type InputOf<T extends MeetingInput['type']> = Extract<MeetingInput, { type: T }>;

export function make(
  { id }: Unmade,
  { by, hosts, plan, emails, users, asked, pin: given }: InputOf<'make'>,
  now: Instant,
): Outcome {
  const checked = checkPlan(plan, now);
  if ('error' in checked) return refused({ kind: 'unmade', id }, checked.error);
  const to = spelledOnce(emails);
  const founders = distinct(by === undefined ? hosts : [by.person.address, ...hosts]);
  if (to.length + users.length > meetingLimits.invitedMost) return refused({ kind: 'unmade', id }, 'too_many_invited');
  const state: Standing = {
    kind: 'standing',
    id,
    plan: checked.plan,
    by: by?.person,
    hosts: founders,
    founders,
    emails: to,
    users: [...users],
    sequence: 0,
    madeAt: now,
    ...(asked !== undefined && { asked }),
    ...(given !== undefined && { pin: given }),
    changedAt: now,
    usedAt: now,
    // The invitation is a reminder then.
    reminded: isSoon(checked.plan, now) ? checked.plan.startsAt : undefined,
    locked: false,
    cleared: remembered([], ...users.map(({ address }) => address)),
    barred: [],
    attendees: {},
  };
  return {
    state,
    effects: [{ type: 'reply', ok: 'meeting' }, ...invitations(state, to), ...entry(state, false), announce('meeting.created')],
  };
}

export function change(state: Standing, input: InputOf<'change'>, now: Instant): Outcome {
  if (!mayHost(state, input.by)) return refused(state, 'forbidden');
  const wanted = Object.entries(input.change).filter(([, value]) => value !== undefined);
  const merged = { ...state.plan, ...Object.fromEntries(wanted.map(([key, value]) => [key, value ?? undefined])) };
  const isMoved = merged.startsAt !== state.plan.startsAt;
  const checked = checkPlan(merged, now, isMoved);
  if ('error' in checked) return refused(state, checked.error);
  const { plan } = checked;
  if (isSame(plan, state.plan)) return { state, effects: [{ type: 'reply', ok: 'meeting' }] };
  const concernsCalendars = (['title', 'startsAt', 'durationMs', 'zone'] as const).some((key) => plan[key] !== state.plan[key]);
  const next: Standing = {
    ...state,
    plan,
    changedAt: now,
    // A time that was put off is one to be reminded of anew.
    ...(isMoved && { reminded: isSoon(plan, now) ? plan.startsAt : undefined }),
    ...(concernsCalendars && { sequence: state.sequence + 1 }),
  };
  const within = letInAll(next, input.fresh, now);
  return {
    state: within.state,
    effects: [
      { type: 'reply', ok: 'meeting' },
      ...show(next),
      ...changes(state, next, concernsCalendars),
      ...(concernsCalendars ? entry(next, false) : []),
      announce('meeting.changed'),
      ...within.effects,
    ],
  };
}

/** Whoever has the one before reaches nobody by it. */
export function pin(state: Standing, input: InputOf<'pin'>): Outcome {
  if (!mayHost(state, input.by)) return refused(state, 'forbidden');
  const next = { ...state, pin: input.pin };
  return { state: next, effects: [{ type: 'reply', ok: 'meeting' }, ...show(next)] };
}

/** Written to those who were invited: what their calendars show, and a new passcode, which they need. */
function changes({ plan: before, emails }: Standing, { plan }: Standing, concernsCalendars: boolean): MeetingEffect[] {
  if (concernsCalendars && (before.startsAt ?? plan.startsAt) !== undefined)
    return mail('changed', emails, plan.startsAt === undefined ? 'CANCEL' : 'REQUEST');
  const isPasscodeNew = plan.passcode !== undefined && plan.passcode !== before.passcode;
  return concernsCalendars || isPasscodeNew ? mail('changed', emails) : [];
}

export function cancel(state: Standing, { by }: InputOf<'cancel'>): Outcome {
  if (!mayHost(state, by)) return refused(state, 'forbidden');
  const { state: over, effects } = closed(state, 'cancelled');
  return {
    state: over,
    effects: [
      { type: 'reply', ok: 'nothing' },
      ...mail('cancelled', state.emails, state.plan.startsAt === undefined ? undefined : 'CANCEL'),
      ...effects,
    ],
  };
}

/** Hosts, and whoever is in it; by e-mail, in the name of this server, hosts with an account here alone. */
export function invite(state: Standing, { by, guest, emails, users, fresh }: InputOf<'invite'>, now: Instant): Outcome {
  const isIn = by !== undefined && inside(state).some(({ person }) => person.address === by.person.address);
  const isByHost = mayHost(state, by);
  if (!isByHost && !isIn) return refused(state, 'forbidden');
  if (emails.length > 0 && (guest || !isByHost)) return refused(state, 'forbidden');
  const to = spelledOnce(emails, state.emails);
  const added = users.filter(({ address }) => !state.users.some((known) => known.address === address));
  const next: Standing = {
    ...state,
    emails: [...state.emails, ...to],
    users: [...state.users, ...added],
    cleared: remembered(state.cleared, ...users.map(({ address }) => address)),
    // Whoever is asked in again by somebody who may do so comes in.
    barred: isByHost ? state.barred.filter((user) => !users.some(({ address }) => address === user)) : state.barred,
    changedAt: to.length > 0 ? now : state.changedAt,
  };
  if (next.emails.length + next.users.length > meetingLimits.invitedMost) return refused(state, 'too_many_invited');
  const within = letInAll(next, fresh, now);
  return { state: within.state, effects: [{ type: 'reply', ok: 'meeting' }, ...invitations(next, to), ...within.effects] };
}

/** When those who were invited are to be reminded, if they are. */
export function remindsAt({ plan: { startsAt, remindMs }, reminded }: Standing): Instant | undefined {
  return startsAt === undefined || remindMs === 0 || reminded === startsAt ? undefined : startsAt - remindMs;
}

/** Whoever was not running at the time reminds late, but not of what has begun. */
export function remind(state: Standing, now: Instant): { state: Standing; effects: readonly MeetingEffect[] } {
  const { startsAt } = state.plan;
  const next = { ...state, reminded: startsAt };
  if (startsAt === undefined || now >= startsAt) return { state: next, effects: [] };
  return { state: next, effects: [...mail('reminder', state.emails), announce('meeting.reminder')] };
}

/** So near that whoever is written to now need not be reminded. */
function isSoon({ startsAt, remindMs }: Plan, now: Instant): boolean {
  return startsAt !== undefined && now >= startsAt - remindMs;
}

/** One without a time stands in no calendar. */
function invitations({ plan }: Standing, to: readonly string[]): MeetingEffect[] {
  return mail('invitation', to, plan.startsAt === undefined ? undefined : 'REQUEST');
}

type Letter = Extract<MeetingEffect, { type: 'mail' }>;

function mail(what: Letter['what'], to: readonly string[], calendar?: Letter['calendar']): MeetingEffect[] {
  return to.length === 0 ? [] : [{ type: 'mail', what, to, ...(calendar && { calendar }) }];
}

function checkPlan(plan: Plan, now: Instant, isNewTime = true): { readonly plan: Plan } | { readonly error: ErrorCode } {
  const { title: given, startsAt, zone } = plan;
  const title = given === undefined ? undefined : cleanLine(given, meetingLimits.titleLength);
  if (given !== undefined && title === undefined) return { error: 'title_invalid' };
  if (zone !== undefined && !isTimeZone(zone)) return { error: 'zone_invalid' };
  if (isNewTime && startsAt !== undefined && startsAt < now - meetingLimits.startsAgoMsMost) return { error: 'time_invalid' };
  const entries = Object.entries({ ...plan, title }).filter(([, value]) => value !== undefined);
  return { plan: Object.fromEntries(entries) as unknown as Plan };
}

function isSame(a: Plan, b: Plan): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Plan>;
  return [...names].every((name) => a[name] === b[name]);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Those that are not known; no mail server tells addresses apart by case. */
function spelledOnce(emails: readonly string[], known: readonly string[] = []): string[] {
  const seen = new Set(known.map((email) => email.toLowerCase()));
  return emails.filter((email) => {
    const isNew = !seen.has(email.toLowerCase());
    seen.add(email.toLowerCase());
    return isNew;
  });
}
