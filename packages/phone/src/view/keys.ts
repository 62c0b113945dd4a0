/** The keyboard ways: which keys do what, how they are written, and which command they mean at the moment. */
import type { Command } from './commands.ts';
import { isPrepared } from './meeting.ts';
import { isIn, isMine, rings } from './state.ts';
import type { CallState, SignedIn } from './state.ts';

export interface Shortcut {
  /** Ctrl, or ⌘ on Apple's keyboards. */
  readonly mod?: true;
  readonly shift?: true;
  /** `KeyboardEvent.key` in lower case. */
  readonly key: string;
}

export const shortcuts = {
  search: { key: '/' },
  close: { key: 'escape' },
  microphone: { mod: true, key: 'd' },
  camera: { mod: true, key: 'e' },
  fullScreen: { key: 'f' },
  hold: { mod: true, shift: true, key: 'l' },
  hangUp: { mod: true, shift: true, key: 'h' },
  answer: { mod: true, key: 'enter' },
  answerVideo: { mod: true, shift: true, key: 'enter' },
  decline: { mod: true, shift: true, key: 'd' },
} as const satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof shortcuts;

/** The parts of a KeyboardEvent that matter here. */
export interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The shortcut that these keys are, if any. Keys without Ctrl or ⌘ count only while nobody is `typing`. */
export function shortcutOf(keys: Keys, apple: boolean, typing: boolean): ShortcutName | undefined {
  const mod = apple ? keys.metaKey : keys.ctrlKey;
  const other = (apple ? keys.ctrlKey : keys.metaKey) || keys.altKey;
  if (other) return undefined;
  const names = Object.keys(shortcuts) as ShortcutName[];
  return names.find((name) => {
    const wanted: Shortcut = shortcuts[name];
    if (wanted.key !== keys.key.toLowerCase() || (wanted.mod ?? false) !== mod) return false;
    if (wanted.mod !== undefined) return (wanted.shift ?? false) === keys.shiftKey;
    // A slash needs Shift on many layouts.
    return !typing || wanted.key === 'escape';
  });
}

/** As people read it: `Ctrl+Shift+H`, `⇧⌘H`. */
export function keyText(name: ShortcutName, apple: boolean): string {
  const { mod, shift, key }: Shortcut = shortcuts[name];
  const last = key === 'escape' ? 'Esc' : key === 'enter' ? (apple ? '↩' : 'Enter') : key.toUpperCase();
  if (apple) return `${shift ? '⇧' : ''}${mod ? '⌘' : ''}${last}`;
  return [mod && 'Ctrl', shift && 'Shift', last].filter(Boolean).join('+');
}

/** As `aria-keyshortcuts` wants it (WAI-ARIA 1.2 §6.6). */
export function keyAria(name: ShortcutName, apple: boolean): string {
  const { mod, shift, key }: Shortcut = shortcuts[name];
  const last = key === 'escape' ? 'Escape' : key === 'enter' ? 'Enter' : key.toUpperCase();
  return [mod && (apple ? 'Meta' : 'Control'), shift && 'Shift', last].filter(Boolean).join('+');
}

/** What a shortcut asks for in this state; undefined where it has no meaning. Search is the list's own. */
export function commandOf(name: ShortcutName, state: SignedIn): Command | undefined {
  const ringing = state.calls.find(rings);
  const front = state.calls.find(({ id }) => id === state.front?.call);
  const mine = front && isMine(front) ? front : undefined;
  // A call in front comes first.
  const inMeeting = mine === undefined ? meetingCommand(name, state) : undefined;
  if (inMeeting !== undefined) return inMeeting;
  switch (name) {
    case 'search':
      return undefined;
    case 'close':
      return front && state.front?.full ? leave(front) : undefined;
    case 'microphone':
      return mine && { type: 'mute', call: mine.id, muted: !mine.mine.muted };
    case 'camera':
      return mine && { type: 'camera', call: mine.id, on: !mine.mine.camera };
    case 'hold':
      return mine && isIn(mine, 'active', 'reconnecting') ? { type: 'hold', call: mine.id, held: !mine.mine.held } : undefined;
    case 'fullScreen':
      return mine && state.front?.full ? { type: 'full-screen' } : undefined;
    case 'hangUp':
      return mine && { type: 'hang-up', call: mine.id };
    case 'answer':
      return ringing && { type: 'answer', call: ringing.id, video: ringing.media.video };
    case 'answerVideo':
      return ringing && { type: 'answer', call: ringing.id, video: true };
    case 'decline':
      return ringing && { type: 'decline', call: ringing.id };
  }
}

function meetingCommand(name: ShortcutName, state: SignedIn): Command | undefined {
  const { meeting } = state.meetings;
  if (!isPrepared(meeting)) return undefined;
  const { microphone, camera, stage, id } = meeting;
  const full = state.route.meeting === id;
  switch (name) {
    case 'microphone':
      return { type: 'meeting', what: { act: 'microphone', on: !microphone } };
    case 'camera':
      return { type: 'meeting', what: { act: 'camera', on: !camera } };
    case 'hangUp':
      return stage.kind === 'before' ? undefined : { type: 'meeting', what: { act: 'leave' } };
    case 'fullScreen':
      return full && stage.kind === 'in' ? { type: 'full-screen' } : undefined;
    case 'close':
      return full ? { type: 'go', to: { section: 'meetings' } } : undefined;
    default:
      return undefined;
  }
}

/** Away from a call that fills the window: an ended one is put away, a living one goes on as a bar. */
function leave(call: CallState): Command {
  return call.stage.kind === 'ended' ? { type: 'dismiss', call: call.id } : { type: 'show-call', call: call.id, full: false };
}
