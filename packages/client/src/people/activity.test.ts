import { expect, it } from 'vitest';
import { activityDeadline, idleMs, isActive, stepActivity } from './activity.ts';
import type { Activity, ActivityInput } from './activity.ts';

const after = (start: Activity, ...inputs: readonly (readonly [ActivityInput, number])[]): Activity =>
  inputs.reduce((activity, [input, now]) => stepActivity(activity, input, now), start);
const fresh: Activity = { inputAt: 0 };
const system = (state: 'active' | 'idle' | 'locked' | undefined): ActivityInput => ({ type: 'system', state });

it('is active until nothing was touched for a while', () => {
  expect([isActive(fresh, idleMs - 1), isActive(fresh, idleMs)]).toEqual([true, false]);
  expect(activityDeadline(fresh, 1)).toBe(idleMs);
  expect(activityDeadline(fresh, idleMs)).toBeUndefined();
});

it('is active again at the next input', () => {
  const touched = after(fresh, [{ type: 'input' }, idleMs + 7]);
  expect([isActive(touched, idleMs + 7), activityDeadline(touched, idleMs + 7)]).toEqual([true, 2 * idleMs + 7]);
});

it('believes the system, where it is asked', () => {
  const busyElsewhere = after(fresh, [system('active'), 5]);
  expect([isActive(busyElsewhere, 10 * idleMs), activityDeadline(busyElsewhere, 6)]).toEqual([true, undefined]);
  expect(isActive(after(busyElsewhere, [system('locked'), 6]), 7)).toBe(false);
  const gone = after(busyElsewhere, [system('idle'), 6]);
  expect([isActive(gone, 7), isActive(gone, idleMs + 6)]).toEqual([true, false]);
});

it('is not active behind a locked screen, whatever moves', () => {
  expect(isActive(after(fresh, [system('locked'), 5], [{ type: 'input' }, 6]), 6)).toBe(false);
});

it('goes on with input alone when the system is not asked any more', () => {
  const denied = after(fresh, [system('active'), 5], [system(undefined), 9]);
  expect(activityDeadline(denied, 10)).toBe(5 + idleMs);
});
