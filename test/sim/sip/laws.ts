/** What must hold of phones whenever the world has come to rest, and at the end: S23 to S25 of packages/core/src/call/SPEC.md. */
import { sipLimits } from '@offhook/core';
import type { CallState, CallView } from '@offhook/core';
import type { Call } from '../../../packages/client/src/call.ts';
import { short } from '../trace.ts';
import type { World } from '../world.ts';
import type { DeskCall } from './desk-call.ts';
import type { DeskPhone } from './desk-phone.ts';

/** Phones and the server agree on who is registered and who talks, and there is no bridge too many. */
export function lookAtPhones(world: World): void {
  const { laws, server, telephony } = world;
  const { sip } = server;
  if (sip === undefined) return;
  const live = [...laws.calls_.values()].filter(({ record }) => record === undefined);
  for (const phone of telephony.phones) {
    const isKnown = sip.registry.flows(phone.device).length > 0;
    laws.expect(!phone.isRegistered || isKnown, 'S23', `${phone.name} is registered, and not for the server`);
    const talks = live.filter(({ state }) => isSide(state, phone)).length;
    const talking = phone.calls.filter(({ state }) => state === 'talking').length;
    laws.expect(talks === talking, 'S23', `${phone.name} talks in ${talking} calls, for the server in ${talks}`);
    const rings = live.some(({ state }) => calleeOf(state) === phone.user);
    for (const call of phone.calls) if (call.state === 'ringing') laws.expect(rings, 'S4', `${phone.name} rings for nothing`);
  }
  const bridges = sip.bridges.open.length;
  // What rings at a phone rings at each of its contacts, by a bridge of its own.
  const rung = telephony.phones.flatMap(({ user }) => live.filter(({ state }) => calleeOf(state) === user)).length;
  const most = sip.calls.size + rung * (sipLimits.bindingsPerPhone - 1);
  laws.expect(bridges <= most, 'S24', `${bridges} bridges are open for ${sip.calls.size} calls of phones`);
}

/** A page and a phone in a call: each hears what the other one sends, unless somebody holds. */
export function lookAtPair(
  { laws, telephony }: World,
  phone: DeskPhone,
  call: Call,
  view: CallView,
  at: DeskCall | undefined,
): void {
  const id = `${short(view.call)} at ${phone.name}`;
  if (at === undefined) return laws.break('S23', `${id} has no sound`);
  laws.expect(at.phone === phone && at.state === 'talking', 'S23', `${id} has its sound from ${at.phone.name}`);
  laws.expect(
    at.isHeld === view.theirs.held,
    'S23',
    `${id} is ${at.isHeld ? '' : 'not '}held at the phone, otherwise for the server`,
  );
  const isHeard = telephony.sound.arriving(at)?.isSending === true;
  const isSent = !call.muted && !view.mine.held && !view.theirs.held;
  laws.expect(isHeard === isSent, 'S5', `${id}: sound ${isHeard ? 'comes' : 'does not come'} to the phone`);
}

/** These were heard when the worker died. Whoever has moved in a call is asked at the old place until that is given up. */
export function lookAtHeard({ laws, telephony }: World, calls: readonly DeskCall[], since: number): void {
  for (const call of calls) {
    const { phone, state } = call;
    if (state !== 'talking' || !phone.isReachable || phone.onSince > since || phone.link.loss > 0.05) continue;
    if (phone.movedAt > call.since) continue;
    laws.expect(telephony.sound.arriving(call) !== undefined, 'S24', `${phone.name} hears nothing since the worker is gone`);
  }
}

/** Everybody has gone. */
export function lookAtNoPhones({ laws, server, telephony }: World): void {
  const { sip } = server;
  for (const phone of telephony.phones)
    laws.expect(phone.open === 0, 'S25', `${phone.open} transactions and dialogs are open at ${phone.name}`);
  laws.expect(telephony.sound.size === 0, 'S24', `${telephony.sound.size} ends of sound are open`);
  if (sip === undefined) return;
  const { transactions, dialogs } = sip.agent;
  laws.expect(transactions + dialogs === 0, 'S25', `the server has ${transactions} transactions and ${dialogs} dialogs`);
  laws.expect(sip.calls.size === 0, 'S23', `the server has ${sip.calls.size} calls of phones`);
  laws.expect(sip.bridges.open.length === 0, 'S24', `${sip.bridges.open.length} bridges are open`);
}

/** Of a call that rings. */
function calleeOf(state: CallState | undefined): string | undefined {
  return state?.kind === 'ringing' ? state.callee.address : undefined;
}

/** Whoever has been led on talks at their phone, while the next one rings. */
function isSide(state: CallState | undefined, { device }: DeskPhone): boolean {
  const connection = `sip:${device}`;
  if (state?.kind === 'ringing') return state.origin?.transferredBy !== undefined && state.caller.connection === connection;
  return state?.kind === 'active' && [state.caller, state.callee].some((side) => side.connection === connection);
}
