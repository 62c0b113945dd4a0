/**
 * The user: which devices are there, which calls occupy the user, and whether another one is let in. What spans several calls
 * (call waiting, busy, invites that cross) is decided here and nowhere else.
 *
 *      place ──► oneself? ──► refuse self_call
 *                somebody who is blocked? ──► refuse blocked
 *                it rings here from that very user? ──► cross: the two invites become one call
 *                as many calls as allowed? ──► refuse too_many_calls
 *                otherwise ──► placed
 *
 *      offered ─► from somebody who is blocked? ──► turn away unreachable, and never tell of it here
 *                 forwarded always? ──► forward always
 *                 (or to the voicemail: always, where that is wished)
 *                 do not disturb? ──► forward busy, or turn away do_not_disturb
 *                 as many calls as allowed? ──► forward busy, or turn away busy
 *                 no device there on which calls ring, none on its way back, none to push to? ──► forward no_answer, or turn
 *                                                                                                 away unreachable
 *                 otherwise ──► admit (`waiting` when another call is being talked)
 *
 *      unanswered ─► every device busy? ──► forward busy
 *                    otherwise ──► forward no_answer
 *      Where nobody else is called, the voicemail takes what is forwarded busy or no_answer, as far as it may.
 *      Nobody is forwarded to whom the call has come from, or beyond the last of `forwardsPerCall`: then all is as without it.
 *
 *      device ──► here ── its last socket lost, or left ──► away ── back in time ──► here
 *                 │  ▲                                       └──── not back ───────► no longer a device of the user
 *                 ▼  │ somebody uses it again
 *                 idle
 */
import { limits, serverLimits } from '../limits.ts';
import type { Instant, Machine, Milliseconds, Step, Tick } from '../machine.ts';
import type { Address, CallId, DeviceId, PresenceState, Settings } from '../protocol/signaling.ts';
import { noOccupations } from './occupations.ts';
import type { Occupations } from './occupations.ts';
import { hasRoom } from './outside.ts';
import { isQuiet, nextQuietChange } from './quiet.ts';
import { takesVoicemail, voicemailPerson } from './voicemail.ts';
import type { VoicemailReason } from './voicemail.ts';
import type { ForwardReason, Occupation } from '../call/types.ts';

export interface UserState {
  readonly address: Address;
  readonly settings: Settings;
  /** Not to be disturbed, when it was last looked at the time. */
  readonly isQuiet: boolean;
  /** When to look at it again; undefined: it does not depend on the time. */
  readonly quietUntil: Instant | undefined;
  /** From whom nothing comes in. */
  readonly blocked: ReadonlySet<Address>;
  readonly devices: ReadonlyMap<DeviceId, DeviceState>;
  /** Devices that can be pushed to, also while they are not there. */
  readonly pushable: ReadonlySet<DeviceId>;
  readonly calls: Occupations;
}

/** `idle`: it rings there like anywhere else, but nobody has touched it for a while. */
type DeviceState = 'here' | 'idle' | 'quiet' | Away;

/** A device whose sockets are all gone, for a moment perhaps. */
export interface Away {
  /** Its last page has left by itself: it was closed, or is being loaded again. */
  readonly left: boolean;
  /** When it is no longer waited for. */
  readonly until: Instant;
}

/**
 * What becomes of a device: a socket is open, and somebody uses it or nobody; the last one was lost, the page of the last one has left,
 * nothing is to be resumed; or `quiet`: it may place calls, but its token lets none in.
 */
export type DeviceChange = 'here' | 'idle' | 'away' | 'left' | 'quiet' | 'gone';

export type UserInput =
  | { readonly type: 'place'; readonly call: CallId; readonly to: Address }
  /** `voicemail`: whether it takes calls of those who have not said whether they want it; absent: there is none. */
  | {
      readonly type: 'offered';
      readonly call: CallId;
      readonly from: Address;
      readonly barred?: Barred | undefined;
      readonly voicemail?: boolean | undefined;
    }
  /** A call that rings here is about to end with this cause. */
  | {
      readonly type: 'unanswered';
      readonly from: Address;
      readonly cause: 'busy' | 'no_answer' | 'unreachable';
      readonly barred?: Barred | undefined;
      readonly voicemail?: boolean | undefined;
    }
  /** From the call: it occupies this user in this way (said again after a restart), or no longer. */
  | { readonly type: 'occupied'; readonly call: CallId; readonly as: Occupation }
  | { readonly type: 'released'; readonly call: CallId }
  | { readonly type: 'device'; readonly device: DeviceId; readonly state: DeviceChange }
  | { readonly type: 'settings'; readonly change: SettingsChange }
  | { readonly type: 'blocked'; readonly users: ReadonlySet<Address> }
  | { readonly type: 'pushable'; readonly devices: ReadonlySet<DeviceId> }
  | Tick;

/** To whom a call is not forwarded: where it has come from, and who is not to be called. `everybody`: it was forwarded often enough. */
export type Barred = ReadonlySet<Address> | 'everybody';

/** What is not named, or undefined, stays as it is. */
export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | undefined };

export type UserEffect =
  | { readonly type: 'placed' }
  | { readonly type: 'cross'; readonly call: CallId }
  | { readonly type: 'refuse'; readonly code: 'self_call' | 'blocked' | 'too_many_calls' }
  /** `left`: whoever is waited for has left by itself. */
  | {
      readonly type: 'admit';
      readonly devices: readonly DeviceId[];
      readonly left: boolean;
      readonly waiting: boolean;
      readonly ringMs: Milliseconds;
      /** Devices that are reached by push alone, and those of `devices` that can be pushed to. */
      readonly push?: { readonly asleep: readonly DeviceId[]; readonly awake: readonly DeviceId[] } | undefined;
    }
  /** Somebody else, or the voicemail, is to be called in the place of this user. */
  | { readonly type: 'forward'; readonly to: Address; readonly why: ForwardReason }
  /** `secret`: this user is not to hear that the call was tried. */
  | {
      readonly type: 'turn_away';
      readonly cause: 'busy' | 'do_not_disturb' | 'unreachable';
      readonly secret?: true;
    }
  | { readonly type: 'attach'; readonly call: CallId; readonly device: DeviceId }
  | {
      readonly type: 'detach';
      readonly call: CallId;
      readonly device: DeviceId;
      readonly left: boolean;
      /** It is reached by push. */
      readonly asleep?: true | undefined;
    }
  | { readonly type: 'presence'; readonly presence: PresenceState };

export const userInputs = [
  'place',
  'offered',
  'unanswered',
  'occupied',
  'released',
  'device',
  'settings',
  'blocked',
  'pushable',
  'tick',
] as const satisfies UserInput['type'][];

export const defaultSettings: Settings = { doNotDisturb: false, maxCalls: serverLimits.callsPerUser, ringMs: limits.ringMs };

export function newUser(
  address: Address,
  settings: Settings = defaultSettings,
  blocked: ReadonlySet<Address> = nobody,
  pushable: ReadonlySet<DeviceId> = nobody,
): UserState {
  // What time it is, the first input says.
  const dependsOnTime = (settings.doNotDisturbUntil ?? settings.quietHours ?? undefined) !== undefined;
  const quietUntil = dependsOnTime ? 0 : undefined;
  const calls = noOccupations;
  return { address, settings, isQuiet: settings.doNotDisturb, quietUntil, blocked, devices: none, pushable, calls };
}

/** Shared by all who have no device, as most users have none. */
const none: ReadonlyMap<string, never> = new Map<string, never>();
const nobody: ReadonlySet<Address> = new Set<Address>();

/** Situations that differ in what they let in, for coverage: a user has no other states. */
export const userStates = ['offline', 'online', 'away', 'on_call', 'do_not_disturb'] as const satisfies PresenceState[];

export function presenceOf(state: UserState): PresenceState {
  if (!isReachable(state)) return 'offline';
  if (state.isQuiet) return 'do_not_disturb';
  if (isEngaged(state)) return 'on_call';
  return isIdle(state) ? 'away' : 'online';
}

/** Whether a device is there on which calls ring, or on its way back. */
function isReachable({ devices }: UserState): boolean {
  for (const device of devices.values()) if (device !== 'quiet') return true;
  return false;
}

/** Whether nobody uses any of the devices that are there: the most awake of them counts, and one on its way back is not asleep. */
function isIdle({ devices }: UserState): boolean {
  let isAny = false;
  for (const device of devices.values()) {
    if (device === 'here' || isAway(device)) return false;
    isAny ||= device === 'idle';
  }
  return isAny;
}

function isEngaged(state: UserState): boolean {
  for (const call of state.calls.values()) if (call.stage === 'engaged') return true;
  return false;
}

export const userMachine: Machine<UserState, UserInput, UserEffect> = {
  step(state, input, now) {
    const next = transition(atTime(state, now), input, now);
    const presence = presenceOf(next.state);
    return presence === presenceOf(state)
      ? next
      : { state: next.state, effects: [...next.effects, { type: 'presence', presence }] };
  },
  /** When the first device that is away is no longer waited for, or the user is to be disturbed again or no longer. */
  deadline({ devices, quietUntil }) {
    let first: Instant | undefined = quietUntil;
    for (const device of devices.values())
      if (isAway(device) && (first === undefined || device.until < first)) first = device.until;
    return first;
  },
  recover: () => [],
};

/** What depends on the time, brought up to date. */
function atTime(state: UserState, now: Instant): UserState {
  return state.quietUntil === undefined || now < state.quietUntil ? state : withSettings(state, state.settings, now);
}

function withSettings(state: UserState, settings: Settings, now: Instant): UserState {
  return { ...state, settings, isQuiet: isQuiet(settings, now), quietUntil: nextQuietChange(settings, now) };
}

function transition(state: UserState, input: UserInput, now: Instant): Step<UserState, UserEffect> {
  switch (input.type) {
    case 'place':
      return place(state, input.call, input.to);
    case 'offered':
      return offered(state, input);
    case 'unanswered':
      return { state, effects: instead(state, input.cause === 'busy' ? 'busy' : 'no_answer', input) };
    case 'occupied':
      return { state: withCall(state, input.call, input.as), effects: [] };
    case 'released':
      return { state: { ...state, calls: state.calls.without(input.call) }, effects: [] };
    case 'device':
      return device(state, input.device, input.state, now);
    case 'settings':
      return { state: withSettings(state, changeSettings(state.settings, input.change), now), effects: [] };
    case 'blocked':
      return { state: { ...state, blocked: input.users }, effects: [] };
    case 'pushable':
      return { state: { ...state, pushable: input.devices }, effects: [] };
    case 'tick':
      return { state: withoutMissed(state, now), effects: [] };
  }
}

export function changeSettings(settings: Settings, change: SettingsChange): Settings {
  const { doNotDisturbUntil: _, ...endless } = settings;
  const before = change.doNotDisturb === undefined ? settings : endless;
  return { ...before, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) };
}

function withCall(state: UserState, call: CallId, as: Occupation): UserState {
  return { ...state, calls: state.calls.with(call, as) };
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest.size === 0 ? none : rest;
}

/** The calls that ring for this user. */
function ringing(state: UserState): [CallId, Occupation][] {
  return [...state.calls].filter(([, call]) => call.role === 'callee' && call.stage === 'ringing');
}

function place(state: UserState, call: CallId, to: Address): Step<UserState, UserEffect> {
  if (to === state.address) return { state, effects: [{ type: 'refuse', code: 'self_call' }] };
  if (state.calls.has(call)) return { state, effects: [{ type: 'placed' }] };
  if (state.blocked.has(to)) return { state, effects: [{ type: 'refuse', code: 'blocked' }] };
  const crossing = ringing(state).find(([, other]) => other.peer === to);
  if (crossing !== undefined) return { state, effects: [{ type: 'cross', call: crossing[0] }] };
  if (!hasRoom(state)) return { state, effects: [{ type: 'refuse', code: 'too_many_calls' }] };
  return { state: withCall(state, call, { role: 'caller', peer: to, stage: 'ringing' }), effects: [{ type: 'placed' }] };
}

function offered(state: UserState, input: Extract<UserInput, { type: 'offered' }>): Step<UserState, UserEffect> {
  const { call, from } = input;
  if (state.blocked.has(from)) return { state, effects: [{ type: 'turn_away', cause: 'unreachable', secret: true }] };
  const always = instead(state, 'always', input);
  if (always.length > 0) return { state, effects: always };
  const turnAway = (cause: 'busy' | 'do_not_disturb' | 'unreachable'): Step<UserState, UserEffect> => {
    const [next] = instead(state, cause === 'unreachable' ? 'no_answer' : cause, input);
    return { state, effects: [next ?? { type: 'turn_away', cause }] };
  };
  if (state.isQuiet) return turnAway('do_not_disturb');
  if (!hasRoom(state)) return turnAway('busy');
  const asleep = [...state.pushable].filter((id) => !isAwake(state.devices.get(id)));
  if (!isReachable(state) && asleep.length === 0) return turnAway('unreachable');
  const devices = [...state.devices.keys()].filter((id) => rings(state.devices.get(id)));
  const left = [...state.devices.values()].every((one) => one === 'quiet' || (isAway(one) && one.left));
  return {
    state: withCall(state, call, { role: 'callee', peer: from, stage: 'ringing' }),
    effects: [
      {
        type: 'admit',
        devices,
        left,
        waiting: isEngaged(state),
        ringMs: state.settings.ringMs,
        ...(state.pushable.size > 0 && { push: { asleep, awake: devices.filter((id) => state.pushable.has(id)) } }),
      },
    ],
  };
}

interface Offered {
  readonly from: Address;
  readonly barred?: Barred | undefined;
  readonly voicemail?: boolean | undefined;
}

/** Who takes a call in the place of this user: somebody to whom it is forwarded, or else the voicemail. */
function instead(state: UserState, reason: VoicemailReason, offer: Offered): UserEffect[] {
  const why = reason === 'do_not_disturb' ? 'busy' : reason;
  const somebody = forwarded(state, why, offer);
  if (somebody.length > 0 || state.blocked.has(offer.from) || state.address === voicemailPerson.address) return somebody;
  return takesVoicemail(state.settings, reason, offer.voicemail) ? [{ type: 'forward', to: voicemailPerson.address, why }] : [];
}

/** The one who is called in the place of this user, if it is somebody whom the call may come to. */
function forwarded(
  { address, blocked, settings: { forward } }: UserState,
  why: ForwardReason,
  { from, barred = nobody }: Offered,
): UserEffect[] {
  const to = forward?.[why === 'no_answer' ? 'noAnswer' : why];
  if (to === undefined || to === address || to === from || blocked.has(from) || blocked.has(to)) return [];
  if (barred === 'everybody' || barred.has(to)) return [];
  return [{ type: 'forward', to, why }];
}

/** Calls that ring for the user reach a device when it comes, and no longer wait for it when it has gone. */
function device(state: UserState, id: DeviceId, to: DeviceChange, now: Instant): Step<UserState, UserEffect> {
  const before = state.devices.get(id);
  if (!isChange(before, to)) return { state, effects: [] };
  const calls = ringing(state).map(([call]) => call);
  if (to === 'here' || to === 'idle') {
    const told = rings(before) ? [] : calls;
    return { state: withDevice(state, id, to), effects: told.map((call) => ({ type: 'attach', call, device: id })) };
  }
  const left = to === 'left';
  const asleep = to !== 'quiet' && state.pushable.has(id) && { asleep: true as const };
  const until = now + (left ? serverLimits.reloadMs : serverLimits.reachMs);
  return {
    state:
      to === 'gone'
        ? { ...state, devices: without(state.devices, id) }
        : withDevice(state, id, to === 'quiet' ? to : { left, until }),
    effects: rings(before) ? calls.map((call) => ({ type: 'detach', call, device: id, left, ...asleep })) : [],
  };
}

/** Whether calls ring on a device at once. */
function rings(device: DeviceState | undefined): boolean {
  return device === 'here' || device === 'idle';
}

/** Whether it hears of a call by itself, or is not to hear of any. */
function isAwake(device: DeviceState | undefined): boolean {
  return rings(device) || device === 'quiet';
}

/** Whoever is not there cannot go, and nobody waits for a device on which nothing rings. */
function isChange(before: DeviceState | undefined, to: DeviceChange): boolean {
  switch (to) {
    case 'here':
    case 'idle':
    case 'quiet':
      return before !== to;
    case 'away':
    case 'left':
      return rings(before);
    case 'gone':
      return before !== undefined;
  }
}

function isAway(device: DeviceState | undefined): device is Away {
  return typeof device === 'object';
}

function withDevice(state: UserState, id: DeviceId, to: DeviceState): UserState {
  return { ...state, devices: new Map(state.devices).set(id, to) };
}

/** Devices that are not back in time are no longer waited for. */
function withoutMissed(state: UserState, now: Instant): UserState {
  const left = [...state.devices].filter(([, device]) => !isAway(device) || device.until > now);
  return left.length === state.devices.size ? state : { ...state, devices: left.length === 0 ? none : new Map(left) };
}
