/**
 * A call that rings where no page is open, or where one sleeps: by push (RFC 8030), which a service worker shows.
 *
 *      a device ──► asleep: no page, but a subscription ───────────────────────────────► pushed
 *               └─► awake: told ──► says that it rings ──► nothing                          │
 *                             └──► says nothing for `confirmMs`: frozen, or gone ─────► pushed
 *                             └──► its last page has gone ────────────────────────────► pushed
 *
 *      pushed ──► taken there ──► nothing: the page that took it puts the notification away
 *             └─► over, or taken elsewhere ──► pushed once more, which ends the ringing there
 *
 * As long as it is pushed somewhere it rings its whole time, though no device is there: somebody may open one.
 */
import type { Instant } from '../machine.ts';
import { serverLimits } from '../limits.ts';
import type { DeviceId } from '../protocol/signaling.ts';
import type { Admitted, CallEffect, Pushes, Ringing, RingNotice } from './types.ts';

/** What is to be pushed of a call that begins to ring. */
export function pushes({ push }: Admitted): Pushes | undefined {
  if (push === undefined || (push.asleep.length === 0 && push.awake.length === 0)) return undefined;
  return { sent: push.asleep, awake: push.awake };
}

/** Its devices are told now: from here on they have to say that they ring. */
export function told(state: Ringing, now: Instant): Ringing {
  const { push } = state;
  if (push === undefined || push.awake.length === 0) return state;
  return { ...state, push: { ...push, confirmBy: now + serverLimits.confirmMs } };
}

/** Wakes these devices. What has no offer yet rings nowhere. */
export function wake(state: Ringing, devices: readonly DeviceId[]): CallEffect[] {
  return push(state, devices, noticeOf(state));
}

/** The devices that were pushed to and may ring. */
export function reached({ push }: Ringing): DeviceId[] {
  return push?.sent.filter((device) => push.lost?.includes(device) !== true) ?? [];
}

/** Nothing reached a device this time. What was pushed before may still arrive. */
export function misses(state: Ringing, device: DeviceId): Ringing {
  const { push } = state;
  return push === undefined || !reached(state).includes(device)
    ? state
    : { ...state, push: { ...push, lost: [...(push.lost ?? []), device] } };
}

/** It rings there after all. */
export function isReached(state: Ringing, device: DeviceId): Ringing {
  const { push } = state;
  if (push?.lost?.includes(device) !== true) return state;
  return { ...state, push: { ...push, lost: push.lost.filter((one) => one !== device) }, reachBy: undefined };
}

/** Wakes a device that was there and has gone. */
export function fallsAsleep(before: Ringing, device: DeviceId): { readonly state: Ringing; readonly effects: CallEffect[] } {
  if (reached(before).includes(device)) return { state: before, effects: [] };
  const state = isReached(before, device);
  const { sent = [], awake = [], lost, confirmBy } = state.push ?? {};
  const rest = awake.filter((one) => one !== device);
  const push = { sent: [...new Set([...sent, device])], awake: rest, lost, ...(rest.length > 0 && { confirmBy }) };
  const next = { ...state, push };
  return { state: next, effects: wake(next, [device]) };
}

/** Wakes the devices that should have said by now that they ring, and have not. */
export function unconfirmed(state: Ringing): { readonly state: Ringing; readonly effects: CallEffect[] } {
  const { sent = [], awake = [] } = state.push ?? {};
  const silent = awake.filter((device) => state.legs[device] === 'invited' && !sent.includes(device));
  const next = { ...state, push: { ...state.push, sent: [...sent, ...silent], awake, confirmBy: undefined } };
  return { state: next, effects: wake(next, silent) };
}

/** Ends the ringing where it was pushed to, but for the device that has taken it. */
export function stopPushed(state: Ringing, over: Required<RingNotice>['over'], taken?: DeviceId): CallEffect[] {
  const devices = state.push?.sent.filter((device) => device !== taken) ?? [];
  return push(state, devices, { ...noticeOf(state), over });
}

function push({ callee, offer }: Ringing, devices: readonly DeviceId[], notice: RingNotice): CallEffect[] {
  return offer === undefined ? [] : devices.map((device) => ({ type: 'push', user: callee.address, device, notice }));
}

function noticeOf({ id, caller, media, origin, ringUntil }: Ringing): RingNotice {
  const { forwardedFrom } = origin ?? {};
  return { call: id, caller: caller.person, video: media.video, until: ringUntil, ...(forwardedFrom && { forwardedFrom }) };
}
