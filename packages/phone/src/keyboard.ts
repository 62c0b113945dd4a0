import type { Command } from './view/commands.ts';
import { commandOf, shortcutOf } from './view/keys.ts';
import { isMine } from './view/state.ts';
import type { CallState, PhoneState } from './view/state.ts';
import { apple } from './elements/platform.ts';

export interface KeyboardTarget {
  readonly state: PhoneState;
  run(command: Command): void;
  search(): void;
}

/** The keys that count wherever the focus is; and the space bar, held to talk while the microphone is off. */
export function listenToKeys(target: KeyboardTarget): void {
  let talking: string | undefined;

  const stopTalking = (): void => {
    if (talking === undefined) return;
    target.run({ type: 'mute', call: talking, muted: true });
    talking = undefined;
  };

  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || target.state.kind !== 'signed-in') return;
    if (event.key === ' ') {
      const call = mutedCall(target.state);
      if (talking === undefined && (call === undefined || isControl(event))) return;
      event.preventDefault();
      if (call === undefined || talking !== undefined || event.repeat) return;
      talking = call.id;
      return target.run({ type: 'mute', call: call.id, muted: false });
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

function mutedCall(state: Extract<PhoneState, { kind: 'signed-in' }>): CallState | undefined {
  return state.calls.find((call) => call.id === state.front?.call && isMine(call) && call.mine.muted);
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
