import { describe, expect, it } from 'vitest';
import { t0 } from '../call/call.fixture.ts';
import type { Forwards, VoicemailSettings } from '../protocol/people.ts';
import { defaultSettings, newUser, userMachine } from './user.ts';
import type { Barred, UserEffect, UserInput } from './user.ts';

const all: Forwards = { always: 'dave', busy: 'carol', noAnswer: 'erin' };
const here: UserInput = { type: 'device', device: 'phone', state: 'here' };
const dnd: UserInput = { type: 'settings', change: { doNotDisturb: true } };
const full: UserInput[] = ['a', 'b'].map((call) => ({ type: 'place', call, to: 'zoe' }));
const blocks: UserInput = { type: 'blocked', users: new Set(['bob']) };
const blocksMallory: UserInput = { type: 'blocked', users: new Set(['mallory']) };
const offered = (barred?: Barred): UserInput => ({ type: 'offered', call: 'c', from: 'bob', barred });
const unanswered = (cause: 'busy' | 'no_answer' | 'unreachable', barred?: Barred): UserInput => ({
  type: 'unanswered',
  from: 'bob',
  cause,
  barred,
});

/** What the last of these leads to for Alice, who forwards. */
function outcome(forward: Forwards | null, ...inputs: readonly UserInput[]): readonly UserEffect[] {
  let state = newUser('alice', { ...defaultSettings, maxCalls: 2, forward });
  let last: readonly UserEffect[] = [];
  for (const input of inputs) ({ state, effects: last } = userMachine.step(state, input, t0));
  return last.filter(({ type }) => type !== 'presence');
}

const forward = (to: string, why: 'always' | 'busy' | 'no_answer'): UserEffect[] => [{ type: 'forward', to, why }];

describe('calls that are forwarded', () => {
  it('[U18] always, whatever else is the case', () => {
    for (const before of [[here], [], [here, dnd], [here, ...full]])
      expect(outcome(all, ...before, offered())).toEqual(forward('dave', 'always'));
  });

  it('[U18] on busy: not to be disturbed, or with as many calls as allowed', () => {
    const { always: _, ...rest } = all;
    expect(outcome(rest, here, dnd, offered())).toEqual(forward('carol', 'busy'));
    expect(outcome(rest, here, ...full, offered())).toEqual(forward('carol', 'busy'));
    expect(outcome({ noAnswer: 'erin' }, here, dnd, offered())).toEqual([{ type: 'turn_away', cause: 'do_not_disturb' }]);
  });

  it('[U18] on no answer, if nobody is there', () => {
    expect(outcome({ busy: 'carol', noAnswer: 'erin' }, offered())).toEqual(forward('erin', 'no_answer'));
    expect(outcome({ busy: 'carol' }, offered())).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
  });

  it('[U18] not while they can ring', () => {
    expect(outcome({ busy: 'carol', noAnswer: 'erin' }, here, offered())).toMatchObject([{ type: 'admit' }]);
    expect(outcome(null, here, offered())).toMatchObject([{ type: 'admit' }]);
  });

  it('[U18] that have rung: by why they are about to end', () => {
    expect(outcome(all, here, unanswered('busy'))).toEqual(forward('carol', 'busy'));
    expect(outcome(all, here, unanswered('no_answer'))).toEqual(forward('erin', 'no_answer'));
    expect(outcome(all, here, unanswered('unreachable'))).toEqual(forward('erin', 'no_answer'));
    expect(outcome({ always: 'dave' }, here, unanswered('no_answer'))).toEqual([]);
  });

  it.each<[string, Forwards, Barred | undefined]>([
    ['to oneself', { always: 'alice' }, undefined],
    ['to the caller', { always: 'bob' }, undefined],
    ['to somebody who is blocked', { always: 'mallory' }, undefined],
    ['to whom it is barred', { always: 'dave' }, new Set(['dave'])],
    ['once it was forwarded often enough', { always: 'dave' }, 'everybody'],
  ])('[U19] ring here instead of going %s', (_name, forwards, barred) => {
    expect(outcome(forwards, blocksMallory, here, offered(barred))).toMatchObject([{ type: 'admit' }]);
    const onNoAnswer = { noAnswer: forwards.always ?? '' };
    expect(outcome(onNoAnswer, blocksMallory, offered(barred))).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
    expect(outcome(onNoAnswer, blocksMallory, here, unanswered('no_answer', barred))).toEqual([]);
  });

  it('[U19] not those of somebody who is blocked, and nobody hears of them', () => {
    expect(outcome(all, here, blocks, offered())).toEqual([{ type: 'turn_away', cause: 'unreachable', secret: true }]);
    expect(outcome(all, here, blocks, unanswered('no_answer'))).toEqual([]);
  });
});

/** For Alice, who has said this of it, where the host wants it for those who have said nothing, or not. */
function taken(
  voicemail: VoicemailSettings | undefined,
  standard: boolean | undefined,
  offer: 'offered' | 'busy' | 'no_answer' | 'unreachable',
  ...before: readonly UserInput[]
): readonly UserEffect[] {
  let state = newUser('alice', { ...defaultSettings, maxCalls: 2, ...(voicemail && { voicemail }) });
  for (const input of before) ({ state } = userMachine.step(state, input, t0));
  const barred = 'everybody';
  const last: UserInput =
    offer === 'offered'
      ? { type: 'offered', call: 'c', from: 'bob', barred, voicemail: standard }
      : { type: 'unanswered', from: 'bob', cause: offer, barred, voicemail: standard };
  return userMachine.step(state, last, t0).effects.filter(({ type }) => type !== 'presence');
}

const toVoicemail = (why: 'always' | 'busy' | 'no_answer'): UserEffect[] => forward('voicemail', why);

describe('the voicemail', () => {
  const plain: VoicemailSettings = { on: true };

  it('[U21] takes what nobody has taken, and what comes while nobody is there', () => {
    expect(taken(plain, false, 'no_answer', here)).toEqual(toVoicemail('no_answer'));
    expect(taken(plain, false, 'unreachable', here)).toEqual(toVoicemail('no_answer'));
    expect(taken(plain, false, 'offered')).toEqual(toVoicemail('no_answer'));
    expect(taken(plain, false, 'offered', here)).toMatchObject([{ type: 'admit' }]);
  });

  it('[U21] takes calls while the user is busy, or not to be disturbed, unless they do not want that', () => {
    expect(taken(plain, false, 'offered', here, dnd)).toEqual(toVoicemail('busy'));
    expect(taken({ on: true, doNotDisturb: false }, false, 'offered', here, dnd)).toMatchObject([{ cause: 'do_not_disturb' }]);
    expect(taken(plain, false, 'offered', here, ...full)).toEqual(toVoicemail('busy'));
    expect(taken(plain, false, 'busy', here)).toEqual(toVoicemail('busy'));
    expect(taken({ on: true, busy: false }, false, 'offered', here, ...full)).toMatchObject([{ cause: 'busy' }]);
    expect(taken({ on: true, busy: false }, false, 'busy', here)).toEqual([]);
  });

  it('[U21] takes all where that is wanted', () => {
    expect(taken({ on: true, always: true }, false, 'offered', here)).toEqual(toVoicemail('always'));
  });

  it('[U21] takes none that is not wanted, or where there is no voicemail', () => {
    expect(taken({ on: false, always: true }, true, 'no_answer', here)).toEqual([]);
    expect(taken(undefined, false, 'no_answer', here)).toEqual([]);
    expect(taken(undefined, true, 'no_answer', here)).toEqual(toVoicemail('no_answer'));
    expect(taken(plain, undefined, 'no_answer', here)).toEqual([]);
  });

  it('[U21] takes none of somebody who is blocked, none where somebody else is called, and none of its own', () => {
    expect(taken(plain, true, 'offered', blocks)).toMatchObject([{ cause: 'unreachable', secret: true }]);
    const forwarding: UserInput = { type: 'settings', change: { forward: { noAnswer: 'erin' } } };
    const offer: UserInput = { type: 'unanswered', from: 'bob', cause: 'no_answer', voicemail: true };
    const state = userMachine.step(newUser('alice'), forwarding, t0).state;
    expect(userMachine.step(state, offer, t0).effects).toEqual(forward('erin', 'no_answer'));
    expect(userMachine.step(newUser('voicemail'), offer, t0).effects).toEqual([]);
  });
});
