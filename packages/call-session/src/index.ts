/**
 * A call that stays in sight: what it is, how long it has been going on, what is being sent, and a way to hang up.
 *
 *     import { callSession } from 'call-session';
 *     callSession.create({ header: 'You are talking in Weekly planning', peerConnections: [connection] });
 */
export { CallActionEvent } from './action-event.ts';
export { CallSession, callSession } from './session.ts';
export type { CallSessionEvents } from './session.ts';
export type { CallSessionContainer } from './container.ts';
export type {
  CallSessionButton,
  CallSessionButtonPatch,
  CallSessionInit,
  CallSessionKind,
  CallSessionPatch,
  CallSessionSending,
  CallSessionState,
  CallSessionSubtext,
  CallSessionSupport,
  CallSessionSurface,
  CallSessionSurfaceSupport,
  CallSessionTexts,
} from './types.ts';
