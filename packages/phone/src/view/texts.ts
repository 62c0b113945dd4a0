/** What is the case, in words a person uses, and what to do about it. */
import { causes, isMissed } from '@offhook/core';
import type { OffhookErrorCode } from '@offhook/client';
import type { PresenceState } from '@offhook/core';
import { briefly, inSentence } from './names.ts';
import { clock, duration } from './time.ts';
import { hasVideo, isHeld } from './state.ts';
import type { Again, CallState, Ended, MediaProblem, SignedIn } from './state.ts';

export function presenceText(presence: PresenceState): string {
  switch (presence) {
    case 'online':
      return 'Online';
    case 'on_call':
      return 'On a call';
    case 'do_not_disturb':
      return 'Do not disturb';
    case 'offline':
      return 'Not here';
  }
}

/** What a call to this person would meet. */
export function reachText(presence: PresenceState): string {
  switch (presence) {
    case 'online':
      return 'Online';
    case 'on_call':
      return 'On another call. Yours will be shown as waiting.';
    case 'do_not_disturb':
      return 'Does not want to be disturbed right now.';
    case 'offline':
      return 'Not here right now. A call will be shown as missed.';
  }
}

/** The line under the name on the call screen; undefined while the clock says it all. */
export function statusText(call: CallState): string | undefined {
  const name = briefly(call.peer.name);
  const { stage } = call;
  switch (stage.kind) {
    case 'opening':
    case 'connecting':
      if (stage.asking) return `Your browser asks for your ${call.mine.camera ? 'microphone and camera' : 'microphone'}`;
      return stage.kind === 'connecting' ? 'Connecting…' : `Opening your ${call.mine.camera ? 'camera' : 'microphone'}…`;
    case 'calling':
      if (stage.remote === 'waiting') return `${name} is on another call and sees yours waiting`;
      return stage.remote === 'ringing' ? `${name}’s phone is ringing` : `Calling ${name}…`;
    case 'incoming':
      return call.media.video ? 'Video call' : 'Audio call';
    case 'active':
      return heldText(call);
    case 'reconnecting':
      return 'Trying to reconnect…';
    case 'ended':
      return endedText(call, stage);
  }
}

function heldText(call: CallState): string | undefined {
  const name = briefly(call.peer.name);
  if (call.mine.held && call.theirs.held) return 'You have both put the call on hold';
  if (call.mine.held) return `You put ${name} on hold`;
  return call.theirs.held ? `${name} put you on hold` : undefined;
}

/** Why it ended, as the one reads it whose screen it is. */
export function endedText(call: Pick<CallState, 'role' | 'peer'>, { cause, error, elsewhere, problem }: Ended): string {
  if (problem) return problemText(problem).what;
  if (error) return refusalText(error);
  if (cause === 'answered_elsewhere' && elsewhere) return `Answered on ${inSentence(elsewhere)}`;
  return causes[cause][call.role].replaceAll('{name}', briefly(call.peer.name));
}

/** What remains to be said of a call that is over and no longer on the screen. */
export function farewell(call: Pick<CallState, 'role' | 'peer'>, stage: Ended): string {
  const name = briefly(call.peer.name);
  if (stage.cause === 'hangup') {
    return `Call with ${name} ended${stage.durationMs === undefined ? '' : ` · ${duration(stage.durationMs)}`}`;
  }
  if (call.role === 'callee' && stage.cause === 'answered_elsewhere') {
    return `The call from ${name} was answered on ${stage.elsewhere ? inSentence(stage.elsewhere) : 'another device'}`;
  }
  if (call.role === 'callee' && stage.cause === 'declined') return `The call from ${name} was declined`;
  if (call.role === 'callee' && isMissed(stage.cause)) return `Missed call from ${name}`;
  return endedText(call, stage);
}

/** The call that one may want to make next; undefined where it was not to be, or is going on elsewhere. */
export function againAfter(call: Pick<CallState, 'role' | 'peer' | 'media'>, { cause, error }: Ended): Again | undefined {
  const isElsewhere = cause === 'answered_elsewhere' || cause === 'crossed' || cause === 'transferred';
  const over = isElsewhere || (call.role === 'callee' && cause === 'declined');
  if (over || error === 'self_call' || error === 'user_not_found') return undefined;
  return { to: call.peer, video: call.media.video, label: call.role === 'caller' ? 'Call again' : 'Call back' };
}

/** How long it was, and how well one heard the other: `4 min · good connection`. */
export function measures({ durationMs, quality }: Ended): string | undefined {
  if (durationMs === undefined) return undefined;
  const heard = { good: 'good connection', uneven: 'connection poor at times', poor: 'poor connection' };
  return quality === undefined ? duration(durationMs) : `${duration(durationMs)} · ${heard[quality]}`;
}

/** What to do after an end that nobody wanted. */
export function endedAdvice({ cause, error, problem }: Ended): string | undefined {
  if (problem) return problemText(problem).remedy;
  if (error) return undefined;
  switch (cause) {
    case 'media_failed':
      return 'A firewall may be in the way. Another network may help.';
    case 'connection_lost':
    case 'server_lost':
      return 'Check your connection and call again.';
    case 'hangup':
    case 'cancelled':
    case 'declined':
    case 'busy':
    case 'do_not_disturb':
    case 'no_answer':
    case 'unreachable':
    case 'answered_elsewhere':
    case 'transferred':
    case 'crossed':
      return undefined;
  }
}

/** Refusals that a person can meet; the others are our mistakes. */
export function refusalText(code: OffhookErrorCode): string {
  switch (code) {
    case 'self_call':
      return 'This is you. To try a call, open a second person in a new tab.';
    case 'user_not_found':
      return 'Nobody here has this name any more.';
    case 'too_many_calls':
      return 'You are in as many calls as you allow at once.';
    case 'rate_limited':
      return 'That was a lot of calls at once. Wait a moment and call again.';
    case 'unreachable':
      return 'The server does not answer. Check your connection and call again.';
    case 'unsupported_browser':
      return 'This browser cannot make calls. Use a current Chrome, Edge, Firefox or Safari.';
    default:
      return 'The call could not be made. Please try again.';
  }
}

export interface ProblemText {
  readonly what: string;
  readonly remedy: string;
}

export function problemText({ device, reason }: MediaProblem): ProblemText {
  switch (reason) {
    case 'refused':
      return {
        what: `This page may not use your ${device}`,
        remedy: `Click the symbol beside the address of this page, allow the ${device}, then try again.`,
      };
    case 'missing':
      return { what: `No ${device} was found`, remedy: `Connect a ${device} and try again.` };
    case 'in_use':
      return {
        what: `Your ${device} is in use`,
        remedy: `Another program may be holding the ${device}. Close it there and try again.`,
      };
    case 'insecure':
      return {
        what: `Browsers open the ${device} only on secure pages`,
        remedy: 'Open this page by https:// or as localhost.',
      };
    case 'lost':
      return { what: `Your ${device} was disconnected`, remedy: 'Connect it again, or another one, and turn it on.' };
  }
}

/** While the line to the server is gone. */
export const lineText = 'Reconnecting to the server…';

export interface Chip {
  readonly icon: 'microphone' | 'camera' | 'line' | 'quality';
  readonly text: string;
}

/** What is out of the ordinary in a call, most urgent first. */
export function chips(call: CallState, line: SignedIn['line']): readonly Chip[] {
  if (call.stage.kind === 'ended') return [];
  const talking = call.stage.kind === 'active' || call.stage.kind === 'reconnecting';
  const name = briefly(call.peer.name);
  const flows = talking && !isHeld(call);
  const all: readonly (Chip | false)[] = [
    // While the call itself is being reconnected, its status says so.
    line === 'down' &&
      call.stage.kind !== 'reconnecting' && {
        icon: 'line',
        text: talking ? 'Reconnecting to the server. Your call goes on.' : lineText,
      },
    talking && call.peerAway && line === 'up' && { icon: 'line', text: `${name} is reconnecting` },
    call.problem !== undefined && { icon: call.problem.device, text: sentences(problemText(call.problem)) },
    call.poor && flows && { icon: 'quality', text: 'The connection is poor' },
    call.mine.muted && !isHeld(call) && { icon: 'microphone', text: 'Your microphone is off' },
    flows && call.theirs.muted && { icon: 'microphone', text: `${name}’s microphone is off` },
    flows && hasVideo(call) && !call.theirs.camera && { icon: 'camera', text: `${name}’s camera is off` },
  ];
  return all.filter((chip) => chip !== false);
}

/** A problem and its way out, in one line. */
export function sentences({ what, remedy }: ProblemText): string {
  return `${what}. ${remedy}`;
}

/** The title of the page: the call when there is one, otherwise how much is unread. `blink` is the other face of a ringing title. */
export function pageTitle(
  calls: readonly CallState[],
  front: string | undefined,
  now: number,
  blink: boolean,
  unread = 0,
): string {
  const idle = unread > 0 ? `(${unread}) Offhook` : 'Offhook';
  const ringing = calls.find(({ stage }) => stage.kind === 'incoming');
  if (ringing) return blink ? '☎ ☎ ☎' : `${ringing.peer.name} is calling`;
  const call = calls.find(({ id }) => id === front) ?? calls[0];
  if (!call) return idle;
  const { stage, peer } = call;
  switch (stage.kind) {
    case 'active':
    case 'reconnecting':
      return isHeld(call) ? `On hold: ${peer.name}` : `${clock(now - stage.since)} ${peer.name}`;
    case 'opening':
    case 'calling':
      return `Calling ${peer.name}`;
    case 'connecting':
      return `Connecting ${peer.name}`;
    case 'incoming':
    case 'ended':
      return idle;
  }
}

/** What is said aloud to those who do not see the screen: the latest of what changed by itself. */
export function announcement({ calls, front }: Pick<SignedIn, 'calls' | 'front'>): string {
  const ringing = calls.find(({ stage }) => stage.kind === 'incoming');
  if (ringing) return `${ringing.peer.name} is calling. ${statusText(ringing) ?? ''}`;
  const call = calls.find(({ id }) => id === front?.call);
  if (!call) return '';
  return statusText(call) ?? `In a call with ${call.peer.name}`;
}
