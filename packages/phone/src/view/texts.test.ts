import { causes, type Cause } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { callIn } from './call.fixture.ts';
import type { CallStage, CallState, Ended, MediaProblem } from './state.ts';
import { barText, chips, endedAdvice, mayWriteAfter, measures, quietAdvice } from './call-texts.ts';
import {
  againAfter,
  announcement,
  endedText,
  farewell,
  ledText,
  pageTitle,
  problemText,
  refusalText,
  statusText,
} from './texts.ts';
import { timeOfDay } from './time.ts';

const side = { held: false, muted: false, camera: false };
const active: CallStage = { kind: 'active', since: 0 };

const texts = (call: CallState, line: 'up' | 'down' = 'up') => chips(call, line).map(({ text }) => text);

const title = (calls: readonly CallState[], blink = false) => pageTitle(calls, calls[0]?.id, 151_000, blink);

describe('statusText', () => {
  it.each<[string | undefined, CallStage, Partial<CallState>?]>([
    ['Opening your microphone…', { kind: 'opening', asking: false }],
    ['Opening your camera…', { kind: 'opening', asking: false }, { mine: { ...side, camera: true } }],
    ['Your browser asks for your microphone', { kind: 'opening', asking: true }],
    [
      'Your browser asks for your microphone and camera',
      { kind: 'connecting', asking: true },
      { mine: { ...side, camera: true } },
    ],
    ['Calling Anna…', { kind: 'calling' }],
    ['Anna’s phone is ringing', { kind: 'calling', remote: 'ringing' }],
    ['Anna is on another call and sees yours waiting', { kind: 'calling', remote: 'waiting' }],
    ['Audio call', { kind: 'incoming', waiting: false }],
    ['Video call', { kind: 'incoming', waiting: false }, { media: { audio: true, video: true } }],
    ['Connecting…', { kind: 'connecting', asking: false }],
    [undefined, active],
    ['You put Anna on hold', active, { mine: { ...side, held: true } }],
    ['Anna put you on hold', active, { theirs: { ...side, held: true } }],
    ['You have both put the call on hold', active, { mine: { ...side, held: true }, theirs: { ...side, held: true } }],
    ['Trying to reconnect…', { kind: 'reconnecting', since: 0 }],
    ['Anna declined the call', { kind: 'ended', cause: 'declined' }],
  ])('says “%s”', (text, stage, more) => expect(statusText(callIn(stage, more))).toBe(text));

  it('leaves room for itself beside a long name', () => {
    const peer = { address: 'm', name: 'Maximiliane Wilhelmine von Hohenstein' };
    expect(statusText(callIn({ kind: 'calling', remote: 'ringing' }, { peer }))).toBe(
      'Maximiliane Wilhelmine’s phone is ringing',
    );
  });

  it('keeps the direction of names apart from its own', () => {
    const call = callIn({ kind: 'calling', remote: 'ringing' }, { peer: { address: 'n', name: 'נועה' } });
    expect(statusText(call)).toBe('\u2068נועה\u2069’s phone is ringing');
  });
});

describe('barText', () => {
  const showing = { ...side, screen: true };
  it.each<[string | undefined, CallStage, Partial<CallState>?]>([
    ['Calling…', { kind: 'calling' }],
    ['Ringing…', { kind: 'calling', remote: 'ringing' }],
    ['On another call', { kind: 'calling', remote: 'waiting' }],
    ['Trying to reconnect…', { kind: 'reconnecting', since: 0 }],
    [undefined, active],
    ['On hold', active, { mine: { ...side, held: true }, theirs: showing }],
    ['You are on hold', active, { theirs: { ...side, held: true } }],
    ['Shows a screen', active, { theirs: showing }],
    ['You show your screen', active, { screen: {} as MediaStream }],
  ])('says “%s” beside the name', (text, stage, more) => expect(barText(callIn(stage, more))).toBe(text));
});

describe('ledText', () => {
  const bo = { address: 'bo', name: 'Bo' };
  const carla = { address: 'carla', name: 'Carla' };
  const withAnna = callIn(active);
  const led = (stage: CallStage) => callIn(stage, { peer: bo, transferredBy: withAnna.peer });
  const open = led({ kind: 'connecting', asking: false, led: true });

  it('waits until it is known whether it rings there or was taken', () => {
    expect(ledText(withAnna, open)).toBeUndefined();
    expect(ledText(open, open)).toBeUndefined();
    expect(ledText(open, led({ kind: 'calling' }))).toBe('Anna sends you on to Bo');
    expect(ledText(open, led({ kind: 'connecting', asking: false }))).toBe('Anna has connected you with Bo');
    expect(ledText(open, led(active))).toBe('Anna has connected you with Bo');
  });

  it('says it once', () => {
    expect(ledText(led({ kind: 'calling' }), led({ kind: 'connecting', asking: false }))).toBeUndefined();
    expect(ledText(led({ kind: 'connecting', asking: false }), led(active))).toBeUndefined();
    expect(ledText(open, led({ kind: 'ended', cause: 'declined' }))).toBeUndefined();
  });

  it('says who forwards', () => {
    const before = callIn({ kind: 'calling' }, { peer: bo });
    expect(ledText(before, callIn({ kind: 'calling' }, { peer: carla, forwardedFrom: bo }))).toBe('Bo forwards calls to Carla');
  });
});

describe('endedText', () => {
  const all = Object.keys(causes) as Cause[];
  it.each(all)('has a sentence with no gaps for %s on both sides', (cause) => {
    for (const role of ['caller', 'callee'] as const) {
      const text = endedText(callIn({ kind: 'ended', cause }, { role }), { kind: 'ended', cause });
      expect(text).not.toMatch(/[{}]/);
      expect(text.length).toBeGreaterThan(5);
    }
  });

  it('names the device that answered', () => {
    const ended = { kind: 'ended', cause: 'answered_elsewhere', elsewhere: 'Firefox on Linux' } as const;
    expect(endedText(callIn(ended, { role: 'callee' }), ended)).toBe('Answered on Firefox on Linux');
  });

  it('says first what was wrong with the microphone, then what the server refused', () => {
    const problem: MediaProblem = { device: 'microphone', reason: 'refused' };
    const ended = { kind: 'ended', cause: 'media_failed', problem } as const;
    expect(endedText(callIn(ended), ended)).toBe('This page may not use your microphone');
    expect(endedAdvice(callIn(ended), ended)).toMatch(/allow the microphone/);
    const refused = { kind: 'ended', cause: 'cancelled', error: 'self_call' } as const;
    expect(endedText(callIn(refused), refused)).toMatch(/^This is you/);
  });

  it('never shows a code', () => {
    for (const code of ['self_call', 'too_many_calls', 'internal', 'store_failed', 'unreachable'] as const)
      expect(refusalText(code)).not.toMatch(/_|[0-9]{3}/);
  });
});

describe('after a connection that was lost', () => {
  const lost = { kind: 'ended', cause: 'connection_lost' } as const;

  it('does not look for the fault on the side that was well', () => {
    const call = callIn(lost, { peerAway: true });
    expect(endedText(call, lost)).toBe('Anna’s connection was lost');
    expect(farewell(call, lost)).toBe('Anna’s connection was lost');
    expect(endedAdvice(call, lost)).toBeUndefined();
  });

  it('says what to do where it may have been one’s own', () => {
    expect(endedText(callIn(lost), lost)).toBe('The connection to Anna was lost');
    expect(endedAdvice(callIn(lost), lost)).toMatch(/^Check your connection/);
  });
});

describe('mayWriteAfter', () => {
  it('is so after every call with somebody', () => {
    for (const cause of Object.keys(causes) as Cause[]) expect(mayWriteAfter({}, { kind: 'ended', cause })).toBe(true);
  });

  it('is not where there is nobody to write to', () => {
    for (const error of ['self_call', 'user_not_found', 'blocked', 'destination_refused'] as const)
      expect(mayWriteAfter({}, { kind: 'ended', cause: 'unreachable', error })).toBe(false);
    expect(mayWriteAfter({ echo: true }, { kind: 'ended', cause: 'hangup' })).toBe(false);
  });
});

it('says what to do about a call to somebody whom one has blocked', () => {
  expect(refusalText('blocked')).toBe('You have blocked this person. Unblock them to call.');
});

describe('farewell', () => {
  it.each<[string, Cause, 'caller' | 'callee', number?]>([
    ['Call with Anna ended · 4 min', 'hangup', 'caller', 240_000],
    ['Call with Anna ended', 'hangup', 'callee'],
    ['The call from Anna was answered on another device', 'answered_elsewhere', 'callee'],
    ['The call from Anna was declined', 'declined', 'callee'],
    ['Missed call from Anna', 'cancelled', 'callee'],
    ['Anna did not answer', 'no_answer', 'caller'],
  ])('says “%s”', (text, cause, role, durationMs) => {
    const ended = { kind: 'ended', cause, durationMs } as const;
    expect(farewell(callIn(ended, { role }), ended)).toBe(text);
  });
});

describe('againAfter', () => {
  it.each<[string | undefined, Cause, 'caller' | 'callee']>([
    ['Call again', 'hangup', 'caller'],
    ['Call back', 'hangup', 'callee'],
    ['Call back', 'cancelled', 'callee'],
    ['Call again', 'declined', 'caller'],
    [undefined, 'declined', 'callee'],
    [undefined, 'answered_elsewhere', 'callee'],
  ])('offers “%s” after %s to the %s', (label, cause, role) => {
    const ended = { kind: 'ended', cause } as const;
    const call = callIn(ended, { role });
    expect(againAfter(call, ended)).toEqual(label && { to: call.peer, video: false, label });
  });

  it.each(['self_call', 'user_not_found', 'blocked'] as const)('offers nothing that cannot be, as after %s', (error) => {
    const ended = { kind: 'ended', cause: 'unreachable', error } as const;
    expect(againAfter(callIn(ended), ended)).toBeUndefined();
  });
});

function heardOf(loss: number, roundTripMs: number): NonNullable<Ended['measured']> {
  return { loss, roundTripMs, silent: false };
}

describe('measures', () => {
  it.each<[string | undefined, Partial<Ended>]>([
    [undefined, { quality: 'good' }],
    ['4 min', { durationMs: 240_000 }],
    ['4 min · good connection', { durationMs: 240_000, quality: 'good' }],
    ['45 s · connection poor at times', { durationMs: 45_000, quality: 'uneven' }],
    ['45 s · poor connection', { durationMs: 45_000, quality: 'poor' }],
  ])('are “%s”', (text, more) => expect(measures({}, { kind: 'ended', cause: 'hangup', ...more })).toBe(text));

  it.each<[string | undefined, Partial<Ended>]>([
    [undefined, {}],
    ['That was too short to tell. Stay on the line for a few seconds.', { durationMs: 2_000 }],
    ['Your connection is good: 24 ms there and back, nothing lost.', { quality: 'good', measured: heardOf(0.001, 24.2) }],
    ['Your connection was poor at times: 1 ms there and back, 2% lost.', { quality: 'uneven', measured: heardOf(0.02, 0.1) }],
  ])('of the echo test are “%s”', (text, more) => {
    const ended: Ended = { kind: 'ended', cause: 'hangup', ...(more.quality && { durationMs: 8_000 }), ...more };
    expect(measures({ echo: true }, ended)).toBe(text);
    expect(endedAdvice({ peerAway: false, echo: true }, ended)).toBeUndefined();
  });

  it('of the echo test say where nothing was heard', () => {
    const ended: Ended = { kind: 'ended', cause: 'hangup', durationMs: 8_000, measured: { ...heardOf(0, 10), silent: true } };
    expect(endedAdvice({ peerAway: false, echo: true }, ended)).toMatch(/^Nothing was heard of you/);
  });
});

describe('problemText', () => {
  it('says for each problem what is wrong and what to do', () => {
    for (const device of ['microphone', 'camera'] as const) {
      for (const reason of ['refused', 'missing', 'in_use', 'lost', 'insecure'] as const) {
        const { what, remedy } = problemText({ device, reason });
        expect(`${what}${remedy}`).toContain(device);
        expect(remedy).toMatch(/\.$/);
      }
    }
  });
});

describe('chips', () => {
  it('says nothing while all is well', () => expect(texts(callIn(active))).toEqual([]));

  it('says what is off on either side', () => {
    const call = callIn(active, { mine: { ...side, muted: true, camera: true }, theirs: { ...side, muted: true } });
    expect(texts(call)).toEqual(['Your microphone is off', 'Anna’s microphone is off', 'Anna’s camera is off']);
  });

  it('keeps still about microphones and cameras while the call is held', () => {
    const call = callIn(active, { mine: { ...side, muted: true, held: true }, theirs: { ...side, muted: true }, poor: true });
    expect(texts(call)).toEqual([]);
  });

  it('does not miss a camera in an audio call', () => {
    expect(texts(callIn(active, { theirs: side }))).toEqual([]);
  });

  it('puts a lost line first, and does not blame the other for it', () => {
    const call = callIn({ kind: 'reconnecting', since: 0 }, { peerAway: true });
    expect(texts(call, 'up')).toEqual(['Anna is reconnecting']);
    // The status says so already.
    expect(texts(call, 'down')).toEqual([]);
    const muted = callIn(active, { mine: { ...side, muted: true } });
    expect(texts(muted, 'down')).toEqual(['Reconnecting to the server. Your call goes on.', 'Your microphone is off']);
    expect(texts(callIn({ kind: 'calling' }), 'down')).toEqual(['Reconnecting to the server…']);
  });

  it('is empty once the call has ended', () => {
    expect(texts(callIn({ kind: 'ended', cause: 'hangup' }, { mine: { ...side, muted: true } }), 'down')).toEqual([]);
  });
});

describe('pageTitle', () => {
  it('shows the clock and the name of the call in front', () => {
    expect(title([])).toBe('Offhook');
    expect(title([callIn(active)])).toBe('2:31 Anna');
    expect(title([callIn(active, { theirs: { ...side, held: true } })])).toBe('On hold: Anna');
    expect(title([callIn({ kind: 'calling' })])).toBe('Calling Anna');
    expect(title([callIn({ kind: 'ended', cause: 'hangup' })])).toBe('Offhook');
  });

  it('counts what is unread while there is no call', () => {
    expect(pageTitle([], undefined, 0, false, 2)).toBe('(2) Offhook');
    expect(pageTitle([callIn(active)], undefined, 151_000, false, 2)).toBe('2:31 Anna');
  });

  it('blinks for whoever rings, also during a call', () => {
    const ringing = callIn({ kind: 'incoming', waiting: true }, { id: 'call-2', peer: { address: 'bo', name: 'Bo' } });
    expect(title([callIn(active), ringing])).toBe('Bo is calling');
    expect(title([callIn(active), ringing], true)).not.toContain('Bo');
  });
});

describe('announcement', () => {
  it('tells of whoever rings before the call in front', () => {
    const call = callIn({ kind: 'calling', remote: 'ringing' });
    const front = { call: call.id, full: true };
    expect(announcement({ calls: [call], front })).toBe('Anna’s phone is ringing');
    const ringing = callIn({ kind: 'incoming', waiting: true }, { id: 'call-2', peer: { address: 'bo', name: 'Bo' } });
    expect(announcement({ calls: [call, ringing], front })).toBe('Bo is calling. Audio call');
    expect(announcement({ calls: [], front: undefined })).toBe('');
  });
});

describe('quietAdvice', () => {
  const person = { address: 'anna', name: 'Anna', presence: 'do_not_disturb' as const };
  const end = Date.now() + 3_600_000;

  it('says until when somebody is not to be disturbed, after a call that was refused for it', () => {
    const refused: Ended = { kind: 'ended', cause: 'do_not_disturb' };
    expect(quietAdvice(refused, { ...person, quietUntil: end })).toBe(`Do not disturb until ${timeOfDay(end)}`);
    expect(quietAdvice(refused, person)).toBeUndefined();
    expect(quietAdvice(refused, undefined)).toBeUndefined();
    expect(quietAdvice({ ...refused, cause: 'declined' }, { ...person, quietUntil: end })).toBeUndefined();
  });
});
