import type { CallSessionSurface } from './types.ts';

/** Something was pressed: `action` and `hangup` events. `preventDefault()` keeps what would follow from happening. */
export class CallActionEvent extends Event {
  /** The button: one of your own, `hangup`, `togglemicrophone`, `togglecamera` or `togglescreenshare`. */
  readonly action: string;
  /** Where it was pressed. */
  readonly source: CallSessionSurface;

  /** @hideconstructor */
  constructor(type: string, action: string, source: CallSessionSurface) {
    super(type, { cancelable: true });
    this.action = action;
    this.source = source;
  }
}
