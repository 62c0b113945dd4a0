import { browserPlatform } from '@offhook/client';
import type { Call, Unsubscribe } from '@offhook/client';
import { safetyCode, watchQuality } from '@offhook/client/diagnostics';
import type { Heard } from '@offhook/client/diagnostics';
import { isEcho } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { CallStage, CallState, Ended, MediaProblem, ReplyState } from '../view/state.ts';
import { Keypad } from './keypad.ts';
import { conversationProblem, mediaProblem } from './problems.ts';
import { qualityOf } from './quality.ts';
import type { Heard as Seconds } from './quality.ts';
import { SharedScreen } from './shared-screen.ts';
import { Steady } from './steady.ts';

/** So many bad seconds in a row are worth telling, and so many good ones that it is over. */
const steadySeconds = 3;
/** As a root mean square; what a room without a voice is heard by stays below. */
const leastVoice = 0.005;

/** One call of the SDK, as the screens show it: a fresh value after each change. */
export class TrackedCall {
  readonly call: Call;
  /** Stays the same, also where the call's own id changes because two calls crossed. */
  readonly id: string;
  readonly screen: SharedScreen;
  readonly keypad: Keypad;
  readonly #changed: () => void;
  readonly #offs: readonly Unsubscribe[];
  #state: CallState;
  /** Answered by the person; the browser may be asking for the microphone. */
  #answering = false;
  #asking = false;
  #since: number | undefined;
  /** Whoever was sent on calls there, also where the call before came in. */
  #role: CallState['role'] | undefined;
  #problem: MediaProblem | undefined;
  #safety: string | undefined;
  #reply: ReplyState | undefined;
  #hearing = nothingHeard();

  constructor(call: Call, changed: () => void) {
    this.call = call;
    this.id = call.id;
    this.#changed = changed;
    this.screen = new SharedScreen(call, () => this.#update());
    this.keypad = new Keypad(call, () => this.#update());
    this.#offs = [
      call.on('change', () => this.#update()),
      call.on('stream', () => this.#update()),
      call.on('error', (error) => this.#fail(error)),
      watchQuality(call, (heard) => this.#heard(heard)),
      call.on('state', (state) => state === 'active' && void this.#compare()),
      // What goes on in its place is a call of its own, that begins anew.
      call.on('transferred', () => {
        this.#since = this.#role = undefined;
        this.#safety = undefined;
        this.#hearing = nothingHeard();
      }),
    ];
    this.#state = this.#draw();
    if (call.state === 'active') void this.#compare();
    if (call.state === 'opening') void this.#ask(call.media.video);
  }

  get state(): CallState {
    return this.#state;
  }

  async answer(video: boolean): Promise<void> {
    if (this.#answering) return;
    this.#answering = true;
    this.#problem = undefined;
    void this.#ask(video);
    this.#update();
    try {
      await this.call.answer({ video });
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#answering = false;
      this.#update();
    }
  }

  /** What is written instead of answering; undefined: nothing. */
  write(text: string | undefined): void {
    this.#reply = text === undefined ? undefined : { text, busy: false };
    this.#update();
  }

  /** Says it, and declines. Whether it was said. */
  async reply(text: string): Promise<boolean> {
    this.#reply = { text, busy: true };
    this.#update();
    try {
      await this.call.reject({ message: text });
      this.#reply = undefined;
      return true;
    } catch (error) {
      this.#reply = { text, busy: false, problem: conversationProblem(error) ?? t.calls.replyNotSaid };
      return false;
    } finally {
      this.#update();
    }
  }

  async setCamera(on: boolean): Promise<void> {
    this.#problem = undefined;
    this.#update();
    try {
      await this.call.setCamera(on);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  /** Whether the browser will ask the person. Where it does not say, it is taken not to. */
  async #ask(video: boolean): Promise<void> {
    const kinds = video ? (['microphone', 'camera'] as const) : (['microphone'] as const);
    const answers = await Promise.all(kinds.map((kind) => browserPlatform.permission(kind)));
    this.#asking = answers.includes('prompt');
    if (this.#asking) this.#update();
  }

  #fail(error: unknown): void {
    this.#problem = mediaProblem(error) ?? this.#problem;
    this.#update();
  }

  #update(): void {
    if (this.call.state === 'reconnecting') this.#hearing.interrupted = true;
    this.#state = this.#draw();
    this.#changed();
  }

  #draw(): CallState {
    const { call } = this;
    if (call.state === 'calling') this.#role = 'caller';
    const echo = isEcho(call.peer);
    return {
      id: this.id,
      role: this.#role ?? (call.isIncoming ? 'callee' : 'caller'),
      peer: call.peer,
      ...(echo && { echo }),
      media: call.media,
      stage: this.#stage(),
      mine: { held: call.held, muted: call.muted, camera: call.camera },
      theirs: call.remote,
      peerAway: call.peerAway,
      local: withTracks(call.localStream),
      remote: withTracks(call.remoteStream),
      connection: call.peerConnection,
      problem: this.#problem,
      poor: this.#hearing.poor.is,
      heard: this.#hearing.last,
      safety: this.#safety,
      screen: this.screen.stream,
      screenSound: this.screen.hasSound,
      screenProblem: this.screen.problem,
      keypad: this.keypad.state,
      meeting: call.meeting,
      placed: call.placed,
      transferredBy: call.transferredBy,
      forwardedFrom: call.forwardedFrom,
      reply: this.#reply,
    };
  }

  #stage(): CallStage {
    const { call } = this;
    const { duration } = call;
    if (duration !== undefined) this.#since ??= performance.now() - duration;
    const since = this.#since;
    switch (call.state) {
      case 'opening':
        // Media is opened anew in a call that goes on: after a reload, or on another network.
        if (since !== undefined) return { kind: 'reconnecting', since };
        if (call.transferredBy && !call.ringing) return { kind: 'connecting', asking: false, led: true };
        return call.ringing ? this.#calling() : { kind: 'opening', asking: this.#asking };
      case 'calling':
        return this.#calling();
      case 'incoming':
        return this.#answering ? { kind: 'connecting', asking: this.#asking } : { kind: 'incoming', waiting: call.waiting };
      case 'answering':
      case 'connecting':
        return since === undefined ? { kind: 'connecting', asking: false } : { kind: 'reconnecting', since };
      case 'active':
        return { kind: 'active', since: since ?? performance.now() };
      case 'reconnecting':
        return { kind: 'reconnecting', since: since ?? performance.now() };
      case 'ended':
        return {
          kind: 'ended',
          cause: call.cause ?? 'hangup',
          error: call.error?.code,
          durationMs: call.duration,
          quality: qualityOf(this.#hearing),
          measured: measuredOf(this.#hearing),
          elsewhere: call.answeredOn,
          problem: mediaProblem(call.error),
          message: call.message,
        };
    }
  }

  #calling(): CallStage {
    const remote = this.call.waiting ? 'waiting' : this.call.ringing ? 'ringing' : undefined;
    return { kind: 'calling', remote, early: this.call.early };
  }

  /** Each peer connection has a code of its own. */
  async #compare(): Promise<void> {
    this.#safety = await safetyCode(this.call).catch(() => undefined);
    this.#update();
  }

  #heard(heard: Heard): void {
    const hearing = this.#hearing;
    const isBad = heard.rating === 'bad';
    hearing.last = heard;
    hearing.all += 1;
    hearing.loss += heard.loss;
    hearing.roundTripMs += heard.roundTripMs;
    hearing.silent &&= (heard.loudness ?? 1) < leastVoice;
    if (isBad) hearing.bad += 1;
    hearing.poor.tell(isBad);
    this.#update();
  }
}

/** How a call was heard so far. */
interface Hearing extends Seconds {
  all: number;
  bad: number;
  interrupted: boolean;
  /** Of all seconds together. */
  loss: number;
  roundTripMs: number;
  /** Nothing was as loud as a voice. */
  silent: boolean;
  last: Heard | undefined;
  /** What is shown of it. */
  readonly poor: Steady;
}

function nothingHeard(): Hearing {
  return {
    all: 0,
    bad: 0,
    interrupted: false,
    loss: 0,
    roundTripMs: 0,
    silent: true,
    last: undefined,
    poor: new Steady(steadySeconds),
  };
}

function measuredOf({ all, loss, roundTripMs, silent }: Hearing): Ended['measured'] {
  return all === 0 ? undefined : { loss: loss / all, roundTripMs: roundTripMs / all, silent };
}

function withTracks(stream: MediaStream): MediaStream | undefined {
  return stream.getTracks().length > 0 ? stream : undefined;
}
