import { describe, expect, it } from 'vitest';
import { t0 } from '../call/call.fixture.ts';
import type { Forwards } from '../protocol/people.ts';
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
