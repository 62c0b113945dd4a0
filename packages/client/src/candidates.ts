/**
 * Trickle ICE (RFC 8838) of one peer connection. Candidates carry the ICE generation they belong to, its user fragment; they
 * are gathered into few messages on the way out, and wait for the description of their generation on the way in.
 */
import { limits } from '@offhook/core';
import type { Candidate, Milliseconds } from '@offhook/core';
import { Alarm } from './alarm.ts';
import type { Clock } from './platform.ts';

/** The first candidates decide how soon the two hear each other; those that come later can share a message. */
const firstAfterMs: Milliseconds = 20;
const laterAfterMs: Milliseconds = 100;

/** Candidates of this side, on their way out. */
export class LocalCandidates {
  readonly #send: (candidates: readonly Candidate[], end: boolean) => void;
  readonly #alarm: Alarm;
  #generations: ReadonlySet<string> = new Set();
  /** All of the present generation, for the other side should it have lost them. */
  #all: Candidate[] = [];
  #sent = 0;
  #complete = false;
  #said = false;
  #open = false;

  constructor(clock: Clock, send: (candidates: readonly Candidate[], end: boolean) => void) {
    this.#alarm = new Alarm(clock);
    this.#send = send;
  }

  /** `undefined`: there are no more of this generation. */
  add(candidate: RTCIceCandidateInit | undefined): void {
    if (candidate === undefined) this.#complete = true;
    // The empty candidate says that one component is done (W3C webrtc-pc §4.8.1.3); what counts is that all are.
    else if (isUsable(candidate)) this.#all.push(withGeneration(candidate));
    this.#flushLater();
  }

  /** The description that the candidates belong to is out. */
  open(): void {
    this.#open = true;
    this.#flushLater();
  }

  /** These are the generations of the present description; what was gathered for others is void. */
  begin(generations: ReadonlySet<string>): void {
    if ([...generations].every((ufrag) => this.#generations.has(ufrag))) return;
    this.#generations = generations;
    const isOf = (candidate: Candidate): boolean => belongs(candidate, generations);
    this.#sent = this.#all.slice(0, this.#sent).filter(isOf).length;
    this.#all = this.#all.filter(isOf);
    this.#complete = this.#said = false;
  }

  /** All of them once more: the other side may not have heard. */
  repeat(): void {
    this.#sent = 0;
    this.#said = false;
    this.#flushLater();
  }

  close(): void {
    this.#alarm.clear();
    this.#open = false;
  }

  #flushLater(): void {
    if (!this.#open || this.#alarm.isSet || !this.#hasNews()) return;
    this.#alarm.set(this.#sent === 0 ? firstAfterMs : laterAfterMs, () => this.#flush());
  }

  #flush(): void {
    while (this.#open && this.#hasNews()) {
      const batch = this.#all.slice(this.#sent, this.#sent + limits.candidatesPerMessage);
      this.#sent += batch.length;
      this.#said = this.#complete && this.#sent === this.#all.length;
      this.#send(batch, this.#said);
    }
  }

  #hasNews(): boolean {
    return this.#sent < this.#all.length || (this.#complete && !this.#said);
  }
}

/** Candidates of the other side, on their way in. */
export class RemoteCandidates {
  /** User fragments of the remote description, and those it had before. */
  #current: ReadonlySet<string> = new Set();
  readonly #past = new Set<string>();
  #waiting: Candidate[] = [];
  #held: boolean;

  /** `held`: none is given out before `release`. */
  constructor(held: boolean) {
    this.#held = held;
  }

  add(candidates: readonly Candidate[], end: boolean): void {
    this.#waiting.push(...candidates);
    const ufrag = candidates.at(-1)?.usernameFragment;
    if (end) this.#waiting.push({ candidate: '', usernameFragment: ufrag });
    // A generation whose description never comes must not fill the memory.
    this.#waiting = this.#waiting.slice(-2 * limits.candidatesPerCall);
  }

  /** This remote description has been set. */
  describe(sdp: string): void {
    const next = ufragsIn(sdp);
    for (const ufrag of this.#current) if (!next.has(ufrag)) this.#past.add(ufrag);
    this.#current = next;
  }

  release(): void {
    this.#held = false;
  }

  /** Those whose time has come: the description of their generation is the present one. */
  take(): Candidate[] {
    if (this.#held || this.#current.size === 0) return [];
    const isDue = (candidate: Candidate): boolean => belongs(candidate, this.#current);
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((one) => !isDue(one) && !this.#past.has(one.usernameFragment ?? ''));
    return due;
  }
}

/**
 * A description without the candidates in it, and those candidates. While it rings, an answer can be prepared from it without a
 * packet leaving for an address that the caller has named.
 */
export function withoutCandidates(sdp: string): { readonly sdp: string; readonly candidates: readonly Candidate[] } {
  const candidates: Candidate[] = [];
  let section = -1;
  let usernameFragment: string | undefined;
  const kept = sdp.split('\r\n').filter((line) => {
    if (line.startsWith('m=')) section += 1;
    if (line.startsWith('a=ice-ufrag:')) usernameFragment = line.slice('a=ice-ufrag:'.length);
    if (!line.startsWith('a=candidate:')) return line !== 'a=end-of-candidates';
    candidates.push({ candidate: line.slice(2), sdpMLineIndex: section, usernameFragment });
    return false;
  });
  return { sdp: kept.join('\r\n'), candidates };
}

/** The user fragments of a description (RFC 8839 §5.4). */
export function ufragsIn(sdp: string): ReadonlySet<string> {
  return new Set([...sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, ufrag = '']) => ufrag));
}

function isUsable({ candidate = '' }: RTCIceCandidateInit): boolean {
  return candidate !== '' && candidate.length <= limits.candidateLength;
}

/** Older browsers name the generation only inside the line. */
function withGeneration({ candidate = '', sdpMid, sdpMLineIndex, usernameFragment }: RTCIceCandidateInit): Candidate {
  return {
    candidate,
    sdpMid,
    sdpMLineIndex,
    usernameFragment: usernameFragment ?? / ufrag (\S+)/.exec(candidate)?.[1],
  };
}

/** Whether a candidate is of one of these generations; one that does not say is of the present one. */
function belongs({ usernameFragment: ufrag }: Candidate, generations: ReadonlySet<string>): boolean {
  return ufrag === undefined || ufrag === null || generations.has(ufrag);
}
