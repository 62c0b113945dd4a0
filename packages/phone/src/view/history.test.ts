import { causes, type Cause, type HistoryEntry } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { byDay, entryText, kindOf } from './history.ts';

function entry(more: Partial<HistoryEntry>): HistoryEntry {
  return {
    call: 'call-1',
    role: 'callee',
    peer: { address: 'anna', name: 'Anna' },
    media: { audio: true, video: false },
    startedAt: 0,
    cause: 'hangup',
    missed: false,
    ...more,
  };
}

describe('entryText', () => {
  it.each<[string, Partial<HistoryEntry>]>([
    ['Missed', { missed: true, cause: 'cancelled' }],
    ['Missed video', { missed: true, cause: 'no_answer', media: { audio: true, video: true } }],
    ['Missed · you were busy', { missed: true, cause: 'busy' }],
    ['Missed · do not disturb', { missed: true, cause: 'do_not_disturb' }],
    ['Incoming · 4 min', { durationMs: 240_000 }],
    ['Incoming · declined', { cause: 'declined' }],
    ['Incoming · answered elsewhere', { cause: 'answered_elsewhere' }],
    ['Incoming · forwarded to Carla', { cause: 'forwarded', forwardedTo: { address: 'carla', name: 'Carla' } }],
    ['Outgoing · 45 s', { role: 'caller', durationMs: 45_000 }],
    ['Outgoing video · no answer', { role: 'caller', cause: 'no_answer', media: { audio: true, video: true } }],
    ['Outgoing · was not there', { role: 'caller', cause: 'unreachable' }],
  ])('writes “%s”', (text, more) => expect(entryText(entry(more))).toBe(text));

  it('has words for every cause', () => {
    for (const cause of Object.keys(causes) as Cause[]) {
      expect(entryText(entry({ role: 'caller', cause }))).toMatch(/^Outgoing · \w/);
    }
  });
});

describe('kindOf', () => {
  it('takes no call of one’s own for a missed one', () => {
    expect(kindOf(entry({ role: 'caller', missed: true, cause: 'no_answer' }))).toBe('unanswered');
    expect(kindOf(entry({ role: 'callee', missed: true, cause: 'no_answer' }))).toBe('missed');
  });
});

const at = (text: string): number => new Date(text).getTime();

describe('byDay', () => {
  it('keeps the order and gathers each day under one heading', () => {
    const [a, b, c] = ['2026-06-10T09:00:00', '2026-06-10T08:00:00', '2026-06-09T20:00:00'].map((text, i) =>
      entry({ call: `call-${i}`, startedAt: at(text) }),
    );
    expect(byDay([a!, b!, c!], at('2026-06-10T10:00:00'))).toEqual([
      ['Today', [a, b]],
      ['Yesterday', [c]],
    ]);
  });
});
