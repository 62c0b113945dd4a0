/** What is the case, in words a person uses, and what to do about it. */
import { isMissed } from '@offhook/core';
import type { OffhookErrorCode } from '@offhook/client';
import { t, textFor } from '../texts/texts.ts';
import { briefly, inSentence } from './names.ts';
import { clock, duration } from './time.ts';
import { isHeld } from './state.ts';
import type { Again, CallStage, CallState, Ended, MediaProblem, SignedIn } from './state.ts';

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
      return incomingText(call);
    case 'active':
      return heldText(call);
    case 'reconnecting':
      return t.calls.reconnecting;
    case 'ended':
      return endedText(call, stage);
  }
}

/** What rings here, and by whom it was sent. */
export function incomingText({ media, meeting, placed, transferredBy, forwardedFrom }: CallState): string {
  if (meeting !== undefined) return t.calls.asksToMeeting(meeting.title && inSentence(meeting.title));
  if (placed) return t.calls.placedCall(media.video);
  const what = media.video ? t.calls.videoCall : t.calls.audioCall;
  if (forwardedFrom !== undefined) return t.calls.forwardedCall(what, briefly(forwardedFrom.name));
  return transferredBy === undefined ? what : t.calls.transferredCall(what, briefly(transferredBy.name));
}

/** That a call goes on with somebody else, and by whom. */
export function ledText(before: CallState, { peer, transferredBy, forwardedFrom, stage }: CallState): string | undefined {
  if (before.peer.address === peer.address && !isOpen(before.stage)) return undefined;
  const name = briefly(peer.name);
  if (forwardedFrom !== undefined && forwardedFrom.address !== before.forwardedFrom?.address)
    return t.calls.isForwarded(briefly(forwardedFrom.name), name);
  if (transferredBy === undefined || isOpen(stage) || stage.kind === 'ended') return undefined;
  const by = briefly(transferredBy.name);
  return stage.kind === 'calling' ? t.calls.sentOn(by, name) : t.calls.wasConnected(by, name);
}

/** Whether the one to whom one was led has taken the call shows only once one's own media is open. */
function isOpen(stage: CallStage): boolean {
  return stage.kind === 'connecting' && stage.led === true;
}

function heldText(call: CallState): string | undefined {
  const name = briefly(call.peer.name);
  if (call.mine.held && call.theirs.held) return t.calls.bothHold;
  if (call.mine.held) return t.calls.youHold(name);
  return call.theirs.held ? t.calls.holdsYou(name) : undefined;
}

/** What of a call matters after its end. `peerAway`: it was the other who could no longer be reached by the server. */
export type Over = Pick<CallState, 'role' | 'peer' | 'peerAway' | 'echo'>;

/** Why it ended, as the one reads it whose screen it is. */
export function endedText(call: Over, { cause, error, elsewhere, problem }: Ended): string {
  if (problem) return problemText(problem).what;
  if (error) return refusalText(error);
  if (cause === 'connection_lost' && call.peerAway) return t.calls.theirConnectionLost(briefly(call.peer.name));
  if (cause === 'answered_elsewhere' && elsewhere) return t.calls.answeredOn(inSentence(elsewhere));
  return t.calls.ended[cause][call.role].replaceAll('{name}', briefly(call.peer.name));
}

/** What remains to be said of a call that is over and no longer on the screen. */
export function farewell(call: Over, stage: Ended): string {
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
  if (stage.message !== undefined) return `${endedText(call, stage)}: ${stage.message}`;
  return endedText(call, stage);
}

/** The call that one may want to make next; undefined where it was not to be, or is going on elsewhere. */
export function againAfter(call: Pick<CallState, 'role' | 'peer' | 'media'>, { cause, error }: Ended): Again | undefined {
  const isElsewhere = (['answered_elsewhere', 'crossed', 'transferred', 'forwarded', 'joined'] as const).some(
    (one) => one === cause,
  );
  const over = isElsewhere || (call.role === 'callee' && cause === 'declined');
  if (over || error === 'self_call' || error === 'user_not_found' || error === 'blocked') return undefined;
  return { to: call.peer, video: call.media.video, label: call.role === 'caller' ? t.calls.callAgain : t.calls.callBack };
}

/** Refusals that a person can meet; the others are our mistakes. */
export function refusalText(code: OffhookErrorCode): string {
  return textFor(t.calls.refused, code) ?? t.calls.refused.other;
}

/** Why two could not be led together. */
export function transferProblem(code: OffhookErrorCode): string {
  return textFor(t.calls.notTransferred, code) ?? t.calls.notTransferred.other;
}

export interface ProblemText {
  readonly what: string;
  readonly remedy: string;
}

export function problemText({ device, reason }: MediaProblem): ProblemText {
  return t.calls.problems[device][reason];
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
