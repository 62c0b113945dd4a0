import { beforeEach, describe, expect, it } from 'vitest';
import { Drive, from, refusal, told } from './session.fixture.ts';
import type { Recorded, SessionEffect } from './session.ts';

let room: Drive;
beforeEach(() => {
  room = new Drive();
  room.visit('anna');
  room.input({ type: 'join', from: from('bo'), as: 'guest', id: 'bo' });
});

const file = { name: '0-0.ogg', type: 'audio/ogg; codecs=opus', part: 0, at: 0 };
const kept = (effects: readonly SessionEffect[]): Recorded | undefined =>
  effects.flatMap((effect) => (effect.type === 'keep' ? [effect.recording] : [])).at(-1);
const answered = (effects: readonly SessionEffect[]): boolean => effects.some(({ type }) => type === 'reply');

describe('who records', () => {
  it('[P31] whoever began the session, and nobody who came later', () => {
    expect(refusal(room.record('recording', 'bo'))).toBe('recording_refused');
    expect(refusal(room.record('recording', 'eve'))).toBe('not_joined');
    expect(room.open.recording).toBeUndefined();
    room.record('recording', 'anna');
    expect(room.open.recording).toMatchObject({ id: 'r-1', state: 'recording', startedAt: room.now, part: 0, files: [] });
  });

  it('[P31] who was added to record', () => {
    const other = new Drive().create();
    other.input({ type: 'add', participant: { id: 'p-1', publish: [], record: true }, subscriptions: {} });
    other.add('p-2');
    other.join('cem', 'p-1');
    other.join('dora', 'p-2');
    expect(refusal(other.record('recording', 'dora'))).toBe('recording_refused');
    expect(refusal(other.record('recording', 'cem'))).toBeUndefined();
  });

  it('[P31] whoever runs it; what is the case already is answered, and what is not recorded is not paused', () => {
    expect(refusal(room.record('paused'))).toBe('not_recording');
    expect(answered(room.record('stopped'))).toBe(true);
    room.record('recording');
    expect(answered(room.record('recording', 'anna', 'r-2'))).toBe(true);
    expect(refusal(room.record('recording', undefined, 'r-2'))).toBe('recording_exists');
    expect(room.open.recording?.id).toBe('r-1');
    room.record('paused');
    expect(room.records).toEqual({ recording: 'r-1', part: 0, isPaused: true });
    const asks = room.asks.length;
    room.record('paused');
    expect(room.asks).toHaveLength(asks);
    room.record('recording');
    expect(room.records).toMatchObject({ isPaused: false });
  });
});

/** By a program, of one that has begun before. */
const say = (to: 'recording' | 'paused' | 'stopped', recording: string): readonly SessionEffect[] =>
  room.input({ type: 'record', to, id: recording });

describe('[P31] what is said of one recording', () => {
  it.each(['recording', 'paused', 'stopped'] as const)('%s: changes no other that has begun since', (to) => {
    room.record('recording', undefined, 'r-2');
    expect(refusal(say(to, 'r-1'))).toBe('not_recording');
    expect(room.open.recording).toMatchObject({ id: 'r-2', state: 'recording' });
  });

  it('begins none where it has ended', () => {
    room.record('recording');
    room.record('stopped');
    expect(refusal(say('recording', 'r-1'))).toBe('not_recording');
    expect(answered(say('stopped', 'r-1'))).toBe(true);
    expect(room.open.recording).toBeUndefined();
  });

  it('holds for it', () => {
    room.record('recording');
    say('paused', 'r-1');
    expect(room.records).toMatchObject({ isPaused: true });
    say('recording', 'r-1');
    expect(room.records).toMatchObject({ isPaused: false });
    say('stopped', 'r-1');
    expect(room.open.recording).toBeUndefined();
  });
});

it('[P32] everybody is told, and sees it who comes later', () => {
  expect(told(room.record('recording', 'anna'))).toEqual(['anna recording', 'bo recording']);
  expect(told(room.record('paused'))).toEqual(['anna paused', 'bo paused']);
  const [reply] = room.visit('cem');
  expect(reply).toMatchObject({ ok: { view: { recording: { recording: 'r-1', state: 'paused' } } } });
  expect(told(room.record('stopped', 'anna'))).toEqual(
    ['anna', 'bo', 'cem'].map((one) => `${one} recorded no longer: stopped`),
  );
  const [later] = room.visit('dora');
  expect(later).not.toHaveProperty('ok.view.recording');
});

it('[P33] its beginning and its end are answered by the worker', () => {
  const begun = room.record('recording', 'anna');
  expect(answered(begun)).toBe(false);
  expect(begun).toContainEqual({
    type: 'media',
    ask: { type: 'record', recording: 'r-1', part: 0, mix: 'together', streams: true },
  });
  const ended = room.record('stopped');
  expect(answered(ended)).toBe(false);
  expect(ended).toContainEqual({ type: 'media', ask: { type: 'record_stop', recording: 'r-1', answers: true } });
});

describe('its files', () => {
  it('[P34] are known from their beginning, with the name that the application has for the stream', () => {
    room.publish('anna', '0:video:screen');
    room.record('recording');
    const own = { ...file, name: '0-1.webm', participant: 'anna', mid: '0' };
    room.input({ type: 'recorded', recording: 'r-1', file });
    expect(kept(room.input({ type: 'recorded', recording: 'r-1', file: own }))?.files).toEqual([
      file,
      { ...own, alias: 'screen' },
    ]);
    const before = room.state;
    room.input({ type: 'recorded', recording: 'r-0', file });
    expect(room.state).toBe(before);
  });

  it('[P34] go on in another part with the next worker, paused if they were', () => {
    room.record('recording');
    room.record('paused');
    expect(kept(room.input({ type: 'lost' }))).toMatchObject({ state: 'paused', part: 1 });
    expect(room.records).toEqual({ recording: 'r-1', part: 1, isPaused: true });
    // It lets go of what it holds before it records.
    expect(room.asks.slice(-3).map(({ type }) => type)).toEqual(['close', 'record', 'record_pause']);
  });
});

describe('its end', () => {
  beforeEach(() => void room.record('recording'));

  it.each(['disk_full', 'too_large', 'failed'] as const)('[P35] when it cannot go on, everybody hears why: %s', (fault) => {
    const effects = room.input({ type: 'recording_failed', recording: 'r-1', fault });
    expect(told(effects)).toEqual([`anna recorded no longer: ${fault}`, `bo recorded no longer: ${fault}`]);
    expect(kept(effects)).toMatchObject({ state: 'ended', cause: fault, endedAt: room.now });
    expect(room.input({ type: 'recording_failed', recording: 'r-1', fault: 'failed' })).toEqual([]);
  });

  it('[P35] when everybody has left', () => {
    room.input({ type: 'leave', from: from('anna') });
    expect(room.open.recording).toBeDefined();
    expect(kept(room.input({ type: 'leave', from: from('bo') }))).toMatchObject({ state: 'ended', cause: 'empty' });
    expect(room.open.recording).toBeUndefined();
  });

  it('[P35] when the session is over', () => {
    expect(kept(room.input({ type: 'end' }))).toMatchObject({ state: 'ended', cause: 'ended', endedAt: room.now });
  });
});
