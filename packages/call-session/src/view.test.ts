import { describe, expect, it, vi } from 'vitest';
import { FakeConnection, fakeTrack } from './fake-connection.fixture.ts';
import { read } from './connection.ts';
import type { CallSessionInit } from './types.ts';
import { clockOf, safeArtwork, safeImage, viewOf } from './view.ts';
import type { Now, View } from './view.ts';

const avatar = [{ src: 'https://example.com/anna.png' }];
const artwork = [{ src: 'https://example.com/room.png' }];
const report = vi.fn<(error: unknown) => void>();

function view(init: CallSessionInit, connection = new FakeConnection().with('audio'), now: Partial<Now> = {}): View {
  const readings = [read(connection.becomes('connected').real)];
  return viewOf(init, { id: 'x', state: 'active', duration: 2206, readings, report, ...now });
}

const actions = ({ buttons }: View): string[] => buttons.map(({ action }) => action);

describe('what is shown', () => {
  it('is header, live duration and picture', () => {
    const shown = view({ header: 'You are talking in Weekly planning', artwork });
    expect(shown).toMatchObject({ header: 'You are talking in Weekly planning', subtext: 'Duration 36:46', artwork });
  });

  it('is, between two without pictures, the other: their picture and no camera button', () => {
    const connection = new FakeConnection().with('audio');
    connection.add(fakeTrack('video'), 'inactive');
    const shown = view({ peer: { name: 'Anna Berg', avatar }, artwork }, connection);
    expect(shown).toMatchObject({ kind: 'audio', header: 'You are talking with Anna Berg', artwork: avatar, initials: 'AB' });
    expect(actions(shown)).toEqual(['togglemicrophone', 'hangup']);
  });

  it('is, with pictures, that of the call, with a camera button', () => {
    const shown = view({ peer: { name: 'Anna', avatar }, artwork }, new FakeConnection().with('audio', 'video'));
    expect(shown).toMatchObject({ kind: 'video', artwork });
    expect(actions(shown)).toEqual(['togglemicrophone', 'togglecamera', 'hangup']);
  });

  it('has the buttons in one order, those of the application by priority', () => {
    const buttons = [
      { action: 'a', title: 'A' },
      { action: 'b', title: 'B', priority: 2 },
    ];
    const shown = view({ buttons }, new FakeConnection().with('audio', 'video', 'screen'));
    expect(actions(shown)).toEqual(['togglemicrophone', 'togglecamera', 'togglescreenshare', 'b', 'a', 'hangup']);
    expect(shown.sendingText).toBe('Sending microphone, camera, screen');
  });

  it('has Hang up unless it is not wanted, and it stays Hang up', () => {
    expect(actions(view({ hangup: false }))).toEqual(['togglemicrophone']);
    const shown = view({ hangup: { title: 'Leave', action: 'other' } as never });
    expect(shown.buttons.at(-1)).toMatchObject({ action: 'hangup', title: 'Leave' });
  });

  it('has no button for what is not there', () => {
    const connection = new FakeConnection();
    connection.add(null, 'recvonly');
    const shown = view({}, connection);
    expect(actions(shown)).toEqual(['hangup']);
    expect(shown).toMatchObject({ header: 'You are in a call', sendingText: 'Sending nothing' });
  });

  it('is a line of the application, in its words and its language', () => {
    expect(view({ subtext: '3 people' }).subtext).toBe('3 people');
    expect(view({ subtext: ({ duration }) => `${duration} s` }).subtext).toBe('2206 s');
    expect(view({ texts: { duration: 'Dauer {time}' } }).subtext).toBe('Dauer 36:46');
    expect(view({ subtext: '3 people' }, undefined, { state: 'reconnecting' }).subtext).toBe('Reconnecting…');
    expect(view({ peer: { name: '$& {time}' } }).header).toBe('You are talking with $& {time}');
  });

  it('is the usual line where the function of the application throws', () => {
    const error = new Error('theirs');
    const subtext = () => {
      throw error;
    };
    expect(view({ subtext }).subtext).toBe('Duration 36:46');
    expect(report).toHaveBeenCalledWith(error);
  });
});

it.each([
  [0, '0:00'],
  [9.99, '0:09'],
  [2206, '36:46'],
  [3600, '1:00:00'],
  [36_061, '10:01:01'],
])('%s s are %s', (seconds, text) => {
  expect(clockOf(seconds)).toBe(text);
});

describe('addresses of images', () => {
  const base = 'https://example.com/app/';

  it.each([
    ['anna.png', 'https://example.com/app/anna.png'],
    ['//cdn.example.com/a.png', 'https://cdn.example.com/a.png'],
    ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
    ['blob:https://example.com/1', 'blob:https://example.com/1'],
  ])('%s is one', (address, absolute) => {
    expect(safeImage(address, base)).toBe(absolute);
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'https://[',
    undefined,
    {},
  ])('%j is none', (address) => {
    expect(safeImage(address, base)).toBeUndefined();
    expect(safeArtwork([{ src: address as string }, null as never], base)).toEqual([]);
  });
});
