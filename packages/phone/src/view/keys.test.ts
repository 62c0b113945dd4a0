import { describe, expect, it } from 'vitest';
import { callIn, withCalls } from './call.fixture.ts';
import { commandOf, keyAria, keyText, shortcutOf, shortcuts } from './keys.ts';
import type { Keys, ShortcutName } from './keys.ts';

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const keys = (key: string, more: Partial<Keys> = {}): Keys => ({ ...none, key, ...more });
const ctrl = { ctrlKey: true };
const meta = { metaKey: true };
const shift = { shiftKey: true };

describe('shortcutOf', () => {
  it.each<[ShortcutName, Keys, Keys]>([
    ['microphone', keys('d', ctrl), keys('d', meta)],
    ['camera', keys('E', ctrl), keys('e', meta)],
    ['hangUp', keys('H', { ...ctrl, ...shift }), keys('h', { ...meta, ...shift })],
    ['answer', keys('Enter', ctrl), keys('Enter', meta)],
    ['answerVideo', keys('Enter', { ...ctrl, ...shift }), keys('Enter', { ...meta, ...shift })],
    ['decline', keys('D', { ...ctrl, ...shift }), keys('D', { ...meta, ...shift })],
  ])('knows %s on both kinds of keyboards', (name, others, apples) => {
    expect(shortcutOf(others, false, true)).toBe(name);
    expect(shortcutOf(apples, true, true)).toBe(name);
    expect(shortcutOf(apples, false, false)).toBeUndefined();
  });

  it('leaves a slash to whoever is typing', () => {
    expect(shortcutOf(keys('/'), false, false)).toBe('search');
    expect(shortcutOf(keys('/', shift), false, false)).toBe('search');
    expect(shortcutOf(keys('/'), false, true)).toBeUndefined();
    expect(shortcutOf(keys('Escape'), false, true)).toBe('close');
  });

  it('leaves other keys to the browser', () => {
    for (const other of [keys('d'), keys('d', { altKey: true, ...ctrl }), keys('t', ctrl), keys('Enter')])
      expect(shortcutOf(other, false, false)).toBeUndefined();
  });
});

describe('names of keys', () => {
  it('are those on the keyboard', () => {
    expect(keyText('hangUp', false)).toBe('Ctrl+Shift+H');
    expect(keyText('hangUp', true)).toBe('⇧⌘H');
    expect(keyText('close', false)).toBe('Esc');
    expect(keyAria('answer', false)).toBe('Control+Enter');
    expect(keyAria('microphone', true)).toBe('Meta+D');
  });
});

describe('commandOf', () => {
  const active = callIn({ kind: 'active', since: 0 });
  const ringing = callIn({ kind: 'incoming', waiting: false }, { id: 'call-2', media: { audio: true, video: true } });
  const names = Object.keys(shortcuts) as ShortcutName[];

  it('means nothing without a call', () => {
    for (const name of names) expect(commandOf(name, withCalls())).toBeUndefined();
  });

  it('turns what is in front on and off', () => {
    expect(commandOf('microphone', withCalls(active))).toEqual({ type: 'mute', call: 'call-1', muted: true });
    expect(commandOf('camera', withCalls(active))).toEqual({ type: 'camera', call: 'call-1', on: true });
    expect(commandOf('hold', withCalls(active))).toEqual({ type: 'hold', call: 'call-1', held: true });
    expect(commandOf('hangUp', withCalls(active))).toEqual({ type: 'hang-up', call: 'call-1' });
    expect(commandOf('close', withCalls(active))).toEqual({ type: 'show-call', call: 'call-1', full: false });
  });

  it('cannot hold what is not answered', () => {
    expect(commandOf('hold', withCalls(callIn({ kind: 'calling' })))).toBeUndefined();
  });

  it('answers and declines what rings, and hangs up only what was taken up', () => {
    const state = withCalls(ringing);
    expect(commandOf('answer', state)).toEqual({ type: 'answer', call: 'call-2', video: true });
    expect(commandOf('decline', state)).toEqual({ type: 'decline', call: 'call-2' });
    expect(commandOf('hangUp', state)).toBeUndefined();
    expect(commandOf('hangUp', withCalls(active, ringing))).toEqual({ type: 'hang-up', call: 'call-1' });
  });

  it('puts an ended call away', () => {
    const ended = withCalls(callIn({ kind: 'ended', cause: 'hangup' }));
    expect(commandOf('close', ended)).toEqual({ type: 'dismiss', call: 'call-1' });
    expect(commandOf('microphone', ended)).toBeUndefined();
  });
});
