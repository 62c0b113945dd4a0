import type { Command } from './view/commands.ts';
import { commandOf, shortcutOf } from './view/keys.ts';
import { isMine } from './view/state.ts';
import type { PhoneState, SignedIn } from './view/state.ts';
import { apple } from './elements/platform.ts';

export interface KeyboardTarget {
  readonly state: PhoneState;
  run(command: Command): void;
  search(): void;
}

/** The keys that count wherever the focus is; and the space bar, held to talk while the microphone is off. */
export function listenToKeys(target: KeyboardTarget): void {
  let talking: ((muted: boolean) => Command) | undefined;

  const stopTalking = (): void => {
    if (talking === undefined) return;
    target.run(talking(true));
    talking = undefined;
  };

  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || target.state.kind !== 'signed-in') return;
    if (event.key === ' ') {
      const muted = whereMuted(target.state);
      if (talking === undefined && (muted === undefined || isControl(event))) return;
      event.preventDefault();
      if (muted === undefined || talking !== undefined || event.repeat) return;
      talking = muted;
      return target.run(muted(false));
    }
    const name = shortcutOf(event, apple, isTyping(event));
    if (name === undefined) return;
    const command = name === 'search' ? undefined : commandOf(name, target.state);
    if (name !== 'search' && command === undefined) return;
    event.preventDefault();
    if (command) target.run(command);
    else target.search();
  });
  addEventListener('keyup', (event) => {
    if (event.key === ' ') stopTalking();
  });
  // The key may be let go somewhere else.
  addEventListener('blur', stopTalking);
}

/** What turns the microphone on and off, where it is off: in the call in front, otherwise in the meeting. */
function whereMuted({ calls, front, meetings }: SignedIn): ((muted: boolean) => Command) | undefined {
  const call = calls.find(({ id }) => id === front?.call);
  if (call && isMine(call)) return call.mine.muted ? (muted) => ({ type: 'mute', call: call.id, muted }) : undefined;
  const { meeting } = meetings;
  if (meeting?.stage.kind !== 'in' || meeting.microphone) return undefined;
  return (muted) => ({ type: 'meeting', what: { act: 'microphone', on: !muted } });
}

/** The element that has the focus, through shadow roots. */
function focused(event: Event): Element | undefined {
  const [target] = event.composedPath();
  return target instanceof Element ? target : undefined;
}

function isTyping(event: Event): boolean {
  return focused(event)?.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]') ?? false;
}

/** The space bar presses it, or writes into it. */
function isControl(event: Event): boolean {
  return isTyping(event) || (focused(event)?.matches('button, a[href], summary, input, [role=menuitem]') ?? false);
}
