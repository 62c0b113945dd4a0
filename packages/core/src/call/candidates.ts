/** What is kept of the candidates of a side, for those of the other side who have to catch up. */
import { limits, serverLimits } from '../limits.ts';
import type { Candidate } from '../protocol/signaling.ts';
import type { End } from './types.ts';

/** Takes in what a side has gathered, each candidate once. That they were the last holds until a new one comes. */
export function gathered(end: End, more: { readonly candidates: readonly Candidate[]; readonly end: boolean }): End {
  const candidates = [...end.candidates];
  for (const one of more.candidates) if (!candidates.some((other) => isSame(one, other))) candidates.push(one);
  const isNews = candidates.length > end.candidates.length;
  const isEnd = more.end || (end.end && !isNews);
  if (!isNews && isEnd === end.end) return end;
  return { ...end, candidates: isNews ? newest(candidates) : end.candidates, end: isEnd };
}

/** Nobody needs them any more: media has connected on both sides. */
export function forgotten(end: End): End {
  return end.candidates.length === 0 ? end : { ...end, candidates: [] };
}

function isSame(one: Candidate, other: Candidate): boolean {
  return (
    one.candidate === other.candidate &&
    one.usernameFragment === other.usernameFragment &&
    one.sdpMid === other.sdpMid &&
    one.sdpMLineIndex === other.sdpMLineIndex
  );
}

/** The latest ones that the limits leave room for. */
function newest(candidates: readonly Candidate[]): readonly Candidate[] {
  let room = serverLimits.candidatesLength;
  const first = candidates.findLastIndex((one, at) => {
    room -= length(one);
    return room < 0 || candidates.length - at > limits.candidatesPerCall;
  });
  return candidates.slice(first + 1);
}

function length({ candidate, sdpMid, usernameFragment }: Candidate): number {
  return candidate.length + (sdpMid?.length ?? 0) + (usernameFragment?.length ?? 0);
}
