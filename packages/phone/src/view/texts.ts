/** What is the case, in words a person uses, and what to do about it. */
import { isMissed } from '@offhook/core';
import type { OffhookErrorCode } from '@offhook/client';
import { t, textFor } from '../texts/texts.ts';
import { briefly, inSentence } from './names.ts';
import { clock, duration } from './time.ts';
import { hasVideo, isHeld } from './state.ts';
import type { Again, CallState, Ended, MediaProblem, SignedIn } from './state.ts';

/** The line under the name on the call screen; undefined while the clock says it all. */
export function statusText(call: CallState): string | undefined {
  const name = briefly(call.peer.name);
  const { stage } = call;
  switch (stage.kind) {
    case 'opening':
    case 'connecting':
      if (stage.asking) return t.calls.asksFor[call.mine.camera ? 'camera' : 'microphone'];
      return stage.kind === 'connecting' ? t.calls.connecting : t.calls.opens[call.mine.camera ? 'camera' : 'microphone'];
    case 'calling':
      if (stage.remote === 'waiting') return t.calls.seesWaiting(name);
      return stage.remote === 'ringing' ? t.calls.rings(name) : t.calls.calling(name);
    case 'incoming':
      return call.media.video ? t.calls.videoCall : t.calls.audioCall;
    case 'active':
      return heldText(call);
    case 'reconnecting':
      return t.calls.reconnecting;
    case 'ended':
      return endedText(call, stage);
  }
}

function heldText(call: CallState): string | undefined {
  const name = briefly(call.peer.name);
  if (call.mine.held && call.theirs.held) return t.calls.bothHold;
  if (call.mine.held) return t.calls.youHold(name);
  return call.theirs.held ? t.calls.holdsYou(name) : undefined;
}

/** What is heard while a call is held by one of the two. */
export function musicText({ peer, mine, theirs }: CallState): string | undefined {
  if (mine.held === theirs.held) return undefined;
  return mine.held ? t.media.hearsMusic(briefly(peer.name)) : t.media.youHearMusic;
}

/** Why it ended, as the one reads it whose screen it is. */
export function endedText(call: Pick<CallState, 'role' | 'peer'>, { cause, error, elsewhere, problem }: Ended): string {
  if (problem) return problemText(problem).what;
  if (error) return refusalText(error);
  if (cause === 'answered_elsewhere' && elsewhere) return t.calls.answeredOn(inSentence(elsewhere));
  return t.calls.ended[cause][call.role].replaceAll('{name}', briefly(call.peer.name));
}

/** What remains to be said of a call that is over and no longer on the screen. */
export function farewell(call: Pick<CallState, 'role' | 'peer'>, stage: Ended): string {
  const name = briefly(call.peer.name);
  if (stage.cause === 'hangup') {
    return [t.calls.endedWith(name), stage.durationMs !== undefined && duration(stage.durationMs)].filter(Boolean).join(' · ');
  }
  if (call.role === 'callee' && stage.cause === 'answered_elsewhere') {
    if (stage.elsewhere === undefined) return t.calls.wasAnsweredElsewhere(name);
    return t.calls.wasAnsweredOn(name, inSentence(stage.elsewhere));
  }
  if (call.role === 'callee' && stage.cause === 'declined') return t.calls.wasDeclined(name);
  if (call.role === 'callee' && isMissed(stage.cause)) return t.calls.missedFrom(name);
  return endedText(call, stage);
}

/** The call that one may want to make next; undefined where it was not to be, or is going on elsewhere. */
export function againAfter(call: Pick<CallState, 'role' | 'peer' | 'media'>, { cause, error }: Ended): Again | undefined {
  const isElsewhere = cause === 'answered_elsewhere' || cause === 'crossed' || cause === 'transferred';
  const over = isElsewhere || (call.role === 'callee' && cause === 'declined');
  if (over || error === 'self_call' || error === 'user_not_found') return undefined;
  return { to: call.peer, video: call.media.video, label: call.role === 'caller' ? t.calls.callAgain : t.calls.callBack };
}

/** How long it was, and how well one heard the other: `4 min · good connection`. */
export function measures({ durationMs, quality }: Ended): string | undefined {
  if (durationMs === undefined) return undefined;
  return quality === undefined ? duration(durationMs) : `${duration(durationMs)} · ${t.calls.heard[quality]}`;
}

/** What to do after an end that nobody wanted. */
export function endedAdvice({ cause, error, problem }: Ended): string | undefined {
  if (problem) return problemText(problem).remedy;
  if (error) return undefined;
  switch (cause) {
    case 'media_failed':
      return t.calls.firewall;
    case 'connection_lost':
    case 'server_lost':
      return t.calls.checkConnection;
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
  return textFor(t.calls.refused, code) ?? t.calls.refused.other;
}

export interface ProblemText {
  readonly what: string;
  readonly remedy: string;
}

export function problemText({ device, reason }: MediaProblem): ProblemText {
  return t.calls.problems[device][reason];
}

export interface Chip {
  readonly icon: 'microphone' | 'camera' | 'line' | 'quality' | 'screen';
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
        text: talking ? t.calls.lineDown : t.general.reconnecting,
      },
    talking && call.peerAway && line === 'up' && { icon: 'line', text: t.calls.peerAway(name) },
    call.problem !== undefined && { icon: call.problem.device, text: sentences(problemText(call.problem)) },
    call.screenProblem !== undefined && {
      icon: 'screen',
      text: call.screenProblem === 'system' ? t.media.screenBySystem : t.media.screenFailed,
    },
    flows && call.theirs.screen === true && { icon: 'screen', text: t.media.shows(name) },
    call.poor && flows && { icon: 'quality', text: t.calls.poor },
    call.mine.muted && !isHeld(call) && { icon: 'microphone', text: t.calls.yourMicrophoneOff },
    flows && call.theirs.muted && { icon: 'microphone', text: t.calls.microphoneOff(name) },
    flows && hasVideo(call) && !call.theirs.camera && !call.theirs.screen && { icon: 'camera', text: t.calls.cameraOff(name) },
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
  if (ringing) return blink ? '☎ ☎ ☎' : t.calls.isCalling(ringing.peer.name);
  const call = calls.find(({ id }) => id === front) ?? calls[0];
  if (!call) return idle;
  const { stage, peer } = call;
  switch (stage.kind) {
    case 'active':
    case 'reconnecting':
      return isHeld(call) ? t.calls.titleHeld(peer.name) : t.calls.titleActive(clock(now - stage.since), peer.name);
    case 'opening':
    case 'calling':
      return t.calls.titleCalling(peer.name);
    case 'connecting':
      return t.calls.titleConnecting(peer.name);
    case 'incoming':
    case 'ended':
      return idle;
  }
}

/** What is said aloud to those who do not see the screen: the latest of what changed by itself. */
export function announcement({ calls, front }: Pick<SignedIn, 'calls' | 'front'>): string {
  const ringing = calls.find(({ stage }) => stage.kind === 'incoming');
  if (ringing) return `${t.calls.isCalling(ringing.peer.name)}. ${statusText(ringing) ?? ''}`;
  const call = calls.find(({ id }) => id === front?.call);
  if (!call) return '';
  return statusText(call) ?? t.calls.inCallWith(call.peer.name);
}
