/** What stands on the screen of a call and in its bar, and nowhere else: it is loaded with them. */
import type { OffhookErrorCode } from '@offhook/client';
import type { PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { echoAdvice, echoText } from './echo.ts';
import { briefly } from './names.ts';
import { doesText } from './own.ts';
import { hasVideo, isHeld } from './state.ts';
import type { CallState, Ended, SignedIn } from './state.ts';
import { problemText, sentences, statusText } from './texts.ts';
import type { Over } from './texts.ts';
import { duration } from './time.ts';

/** How far a call is, where the name stands beside it and there is little room; undefined while the clock says it all. */
export function barText(call: CallState): string | undefined {
  const { stage, mine, theirs, screen } = call;
  if (stage.kind === 'calling') return t.calls.briefly[stage.remote ?? 'calling'];
  if (stage.kind !== 'active') return statusText(call);
  if (isHeld(call)) return mine.held ? t.calls.onHold : t.calls.youAreOnHold;
  if (screen !== undefined) return t.media.youShowBriefly;
  return theirs.screen === true ? t.media.showsBriefly : undefined;
}

/** By whom one came to the one with whom one talks, if it was not by oneself. */
export function ledByText({ role, transferredBy, forwardedFrom }: CallState): string | undefined {
  if (forwardedFrom !== undefined) return role === 'caller' ? t.calls.forwardedBy(briefly(forwardedFrom.name)) : undefined;
  return transferredBy && t.calls.ledBy(briefly(transferredBy.name));
}

/** What is heard while a call is held by one of the two. */
export function musicText({ peer, mine, theirs }: CallState): string | undefined {
  if (mine.held === theirs.held) return undefined;
  return mine.held ? t.media.hearsMusic(briefly(peer.name)) : t.media.youHearMusic;
}

/** Whether one may want to write to the other now, beside calling: not where there is nobody, or nobody to be written to. */
export function mayWriteAfter({ echo }: Pick<CallState, 'echo'>, { error }: Ended): boolean {
  if (echo) return false;
  return error === undefined || !unwritable.has(error);
}

const unwritable: ReadonlySet<OffhookErrorCode> = new Set(['self_call', 'user_not_found', 'blocked', 'destination_refused']);

/** How long it was, and how well one heard the other: `4 min · good connection`. */
export function measures({ echo }: Pick<CallState, 'echo'>, ended: Ended): string | undefined {
  if (echo) return echoText(ended);
  const { durationMs, quality } = ended;
  if (durationMs === undefined) return undefined;
  return quality === undefined ? duration(durationMs) : `${duration(durationMs)} · ${t.calls.heard[quality]}`;
}

/** What to do after an end that nobody wanted, or a test that has shown something to be wrong. */
export function endedAdvice({ peerAway, echo }: Pick<Over, 'peerAway' | 'echo'>, ended: Ended): string | undefined {
  const { cause, error, problem } = ended;
  if (echo && cause === 'hangup') return echoAdvice(ended);
  if (problem) return problemText(problem).remedy;
  if (error) return undefined;
  switch (cause) {
    case 'media_failed':
      return t.calls.firewall;
    case 'connection_lost':
      return peerAway ? undefined : t.calls.checkConnection;
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
    case 'forwarded':
    case 'voicemail':
    case 'crossed':
    case 'joined':
      return undefined;
  }
}

export interface Chip {
  readonly icon: 'microphone' | 'camera' | 'line' | 'quality' | 'screen';
  readonly text: string;
}

/** Until when somebody is not to be disturbed who refused a call for that. */
export function quietAdvice({ cause }: Ended, person: PersonPresence | undefined): string | undefined {
  return cause === 'do_not_disturb' && person?.quietUntil !== undefined ? doesText(person, Date.now()) : undefined;
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
