import { ignore } from './surface.ts';

/** Tells the browser's media session what to do at these actions, or with undefined that nothing is done any more. */
export function onMediaActions(actions: readonly string[], press: ((action: string) => void) | undefined): void {
  for (const action of actions) {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, press ? () => press(action) : null);
    } catch {
      // A browser that does not know the action, or has no media session.
      ignore();
    }
  }
}
