import type { CallSessionSurface } from '../types.ts';
import type { View } from '../view.ts';

/** A place where a call can be seen. Says nothing of calls that are not shown. */
export interface Surface {
  readonly name: CallSessionSurface;
  /** Shows this, or nothing any more; whether it is visible now. `others`: the surfaces before it that are. */
  update(view: View | undefined, others: ReadonlySet<CallSessionSurface>): boolean;
  /** Opens it in answer to a click; undefined where it cannot be. */
  open?(view: View): Promise<unknown> | undefined;
}

/** What surfaces tell the page. */
export interface Stage {
  press(action: string, source: CallSessionSurface): void;
  /** Opens a small window for the call. */
  open(): Promise<unknown>;
  /** A surface is seen or gone. */
  changed(): void;
}

/** What only disturbs where it is not there. */
export const ignore = (): undefined => undefined;
