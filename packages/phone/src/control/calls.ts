import type { Call, Phone } from '@offhook/client';
import { isConnectionCheck } from '@offhook/client/diagnostics';
import type { CallId, Person } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { isIn, isMine, rings } from '../view/state.ts';
import type { Beside, CallState, Ended, Notice, SignedIn } from '../view/state.ts';
import { againAfter, farewell, ledText, refusalText, transferProblem } from '../view/texts.ts';
import { briefly } from '../view/names.ts';
import type { OfCalls } from '../view/commands.ts';
import { Part } from './part.ts';
import { TrackedCall } from './tracked-call.ts';
import { errorCode } from './problems.ts';
import { keepSize, wasSmall } from './size.ts';

/** A call that ended as it should is put away after this time. */
const keptMs = 5_000;

interface Calls {
  readonly calls: readonly CallState[];
  readonly front: SignedIn['front'];
}

/** What the calls tell the rest of the phone. */
export interface CallsObserver {
  changed(): void;
  notice(notice: Notice): void;
  /** What was written to somebody who has hung up meanwhile. */
  unsaid(to: Person, text: string): void;
  /** Somebody goes to the meeting that a call has asked them to. */
  meet(meeting: string): void;
  /** It is over, and will be in the history. */
  ended(call: Call): void;
}

/** The calls of this tab: which of them are shown and how, and what a person does with them. One is talked in at a time. */
export class CallsControl extends Part<Calls> {
  readonly #phone: Phone;
  readonly #observer: CallsObserver;
  readonly #tracked = new Map<string, TrackedCall>();
  /** Whoever did it need not be told that they ended. */
  readonly #settled = new Set<string>();
  /** In which call somebody is asked about which other one. */
  readonly #about = new Map<CallId, CallId>();
  /** The call that ended and is still shown, for a while. */
  #kept: { readonly call: string; readonly end: ReturnType<typeof setTimeout> } | undefined;

  constructor(phone: Phone, observer: CallsObserver) {
    super({ calls: [], front: undefined }, () => observer.changed());
    this.#phone = phone;
    this.#observer = observer;
    phone.on('calls', (calls) => this.#follow(calls));
    this.#follow(phone.calls);
  }

  async run(command: OfCalls): Promise<void> {
    const tracked = 'call' in command ? this.#tracked.get(command.call) : undefined;
    switch (command.type) {
      case 'call':
        return this.#call(command.to, command.video);
      case 'answer':
        return this.#answer(command.call, command.video);
      case 'decline':
        this.#settled.add(command.call);
        return tracked?.call.reject();
      case 'reply':
        return this.#reply(command.call, command.text, command.send ?? false);
      case 'hang-up':
        return tracked?.call.hangup();
      case 'mute':
        return tracked?.call.mute(command.muted);
      case 'camera':
        return tracked?.setCamera(command.on);
      case 'hold':
        return this.#hold(command.call, command.held);
      case 'show-call':
        return this.#show(command.call, command.full);
      case 'share-screen':
        return tracked?.screen.show(command.on, command.sound);
      case 'digits':
        return tracked?.keypad.press(command.digits);
      case 'consult':
        return this.#place(() => tracked?.call.consult(command.to), command.call);
      case 'connect':
        return this.#connect(command.call, command.with);
      case 'transfer':
        return this.#transfer(tracked, command.to);
      case 'take-back':
        this.#tracked.get(command.from)?.call.hangup();
        return this.#hold(command.call, false);
      case 'dismiss':
        return this.#dismiss(command.call);
    }
  }

  async #call(to: Person, video: boolean): Promise<void> {
    const already = this.state.calls.find((call) => isMine(call) && call.peer.address === to.address);
    if (already) return this.#show(already.id, true);
    // They were faster.
    const ringing = this.state.calls.find((call) => rings(call) && call.peer.address === to.address);
    if (ringing) return this.#answer(ringing.id, video);
    this.#holdAllBut(undefined);
    await this.#place(() => this.#phone.call(to, { video }));
  }

  /** Shows the call that is placed. `about`: the one about which somebody is asked in it. */
  async #place(place: () => Promise<unknown> | undefined, about?: CallId): Promise<void> {
    const before = new Set(this.#phone.calls);
    // In `phone.calls` at once, if it can begin at all.
    const placed = place();
    const call = this.#phone.calls.find((one) => !before.has(one));
    if (call && about !== undefined) this.#about.set(call.id, about);
    if (call) this.#show(call.id, true);
    try {
      await placed;
    } catch (error) {
      // A call that had begun tells by itself why it ended.
      if (!call) this.#observer.notice({ text: refusalText(errorCode(error)) });
    }
  }

  async #answer(id: CallId, video: boolean): Promise<void> {
    const tracked = this.#tracked.get(id);
    if (!tracked || tracked.call.state !== 'incoming') return;
    const { meeting } = tracked.call;
    if (meeting !== undefined) {
      this.#settled.add(id);
      return this.#observer.meet(meeting.meeting);
    }
    this.#holdAllBut(id);
    this.#show(id, true);
    await tracked.answer(video);
  }

  async #reply(id: CallId, text: string | undefined, send: boolean): Promise<void> {
    const tracked = this.#tracked.get(id);
    if (text === undefined || !send) return tracked?.write(text);
    this.#settled.add(id);
    if (!(await tracked?.reply(text))) this.#settled.delete(id);
  }

  /** Two others are led together, in the place of both calls. */
  async #connect(id: CallId, other: CallId): Promise<void> {
    const [first, second] = [this.#tracked.get(id), this.#tracked.get(other)];
    if (first === undefined || second === undefined) return;
    const done = t.calls.connected(briefly(first.state.peer.name), briefly(second.state.peer.name));
    await this.#leave([first, second], () => first.call.transfer(second.call), done);
  }

  async #transfer(tracked: TrackedCall | undefined, to: Person): Promise<void> {
    if (tracked === undefined) return;
    const done = t.calls.ringsNow(briefly(tracked.state.peer.name), briefly(to.name));
    await this.#leave([tracked], () => tracked.call.transfer(to), done);
  }

  /** What was `done` is told instead of the ends of these calls; or why not. */
  async #leave(calls: readonly TrackedCall[], lead: () => Promise<void>, done: string): Promise<void> {
    for (const { id } of calls) this.#settled.add(id);
    try {
      await lead();
      this.#observer.notice({ text: done });
    } catch (error) {
      for (const { id } of calls) this.#settled.delete(id);
      this.#observer.notice({ text: transferProblem(errorCode(error)) });
    }
  }

  #hold(id: CallId, held: boolean): void {
    const call = this.#tracked.get(id)?.call;
    if (held) return call?.hold();
    this.#holdAllBut(id);
    call?.resume();
    this.#show(id, this.state.front?.full ?? true);
  }

  #show(id: CallId, full: boolean): void {
    keepSize(full);
    this.#dropEnded(id);
    this.set({ front: { call: id, full }, calls: this.#states() });
  }

  /** Puts an ended call away. */
  #dismiss(id: CallId): void {
    if (this.#tracked.get(id)?.call.state !== 'ended') return;
    this.#drop(id);
    this.#next();
  }

  /** One talks elsewhere. */
  holdAll(): void {
    this.#holdAllBut(undefined);
  }

  close(): void {
    clearTimeout(this.#kept?.end);
    for (const tracked of this.#tracked.values()) tracked.close();
  }

  #follow(calls: readonly Call[]): void {
    const known = new Set([...this.#tracked.values()].map(({ call }) => call));
    for (const call of calls.filter((one) => !known.has(one) && !isConnectionCheck(one))) {
      const tracked = new TrackedCall(call, () => this.#redraw(tracked));
      this.#tracked.set(tracked.id, tracked);
      // Found again after a reload.
      if (isMine(tracked.state) && this.state.front === undefined) this.#show(tracked.id, !wasSmall());
    }
    this.set({ calls: this.#states() });
  }

  #redraw(tracked: TrackedCall): void {
    if (!this.#tracked.has(tracked.id)) return;
    const before = this.state.calls.find(({ id }) => id === tracked.id);
    this.set({ calls: this.#states() });
    const led = before && ledText(before, tracked.state);
    if (led !== undefined) this.#observer.notice({ text: led });
    if (isIn(tracked.state, 'ended') && before?.stage.kind !== 'ended') this.#ended(tracked, tracked.state.stage, before);
  }

  /** What remains of a call that is over: its screen where somebody looks at it and there is something to say, or a word. */
  #ended(tracked: TrackedCall, stage: Ended, before: CallState | undefined): void {
    const { id, state } = tracked;
    tracked.close();
    this.#observer.ended(tracked.call);
    const { front } = this.state;
    const rang = before?.stage.kind === 'incoming';
    const wentOn = !rang && stage.cause === 'joined';
    const withdrawn = stage.cause === 'cancelled' && state.role === 'caller' && !stage.error && !stage.problem;
    const others = this.state.calls.some((call) => call.id !== id && isMine(call));
    if (!rang && !wentOn && !withdrawn && !this.#settled.has(id) && front?.call === id && front.full && !others) {
      // What a test has shown is to be read.
      if (stage.cause === 'hangup' && !state.echo) this.#kept = { call: id, end: setTimeout(() => this.#dismiss(id), keptMs) };
      return;
    }
    const wasSaid = before?.reply?.busy && stage.cause === 'declined';
    const unsaid = rang && !wasSaid ? before?.reply?.text.trim() : undefined;
    if (unsaid) this.#observer.unsaid(state.peer, unsaid);
    const wanted = withdrawn || wentOn || (this.#settled.has(id) && !unsaid);
    this.#drop(id);
    if (front?.call === id) this.#next();
    if (wanted) return;
    const text = unsaid ? `${farewell(state, stage)}. ${t.calls.replyKept}` : farewell(state, stage);
    this.#observer.notice({ text, again: againAfter(state, stage) });
  }

  /** The call that comes to the front when the one there has gone. */
  #next(): void {
    const { front } = this.state;
    const next = this.state.calls.find((call) => isMine(call) && this.#tracked.has(call.id));
    this.set({ calls: this.#states(), front: next && { call: next.id, full: front?.full ?? true } });
  }

  #holdAllBut(id: CallId | undefined): void {
    for (const { call, id: other, state } of this.#tracked.values()) {
      if (other !== id && isMine(state) && !call.held) call.hold();
    }
  }

  /** One ended call at most is kept, and only while it is looked at. */
  #dropEnded(but: CallId): void {
    for (const { id, call } of this.#tracked.values()) if (id !== but && call.state === 'ended') this.#drop(id);
  }

  #drop(id: CallId): void {
    if (this.#kept?.call === id) clearTimeout(this.#kept.end);
    this.#tracked.delete(id);
    this.#settled.delete(id);
    this.#about.delete(id);
    this.set({ calls: this.#states() });
  }

  #states(): readonly CallState[] {
    const states = [...this.#tracked.values()].map(({ state }) => state);
    const mine = states.filter(isMine);
    if (mine.length < 2) return states;
    return states.map((state) => (isMine(state) ? { ...state, beside: this.#beside(state, mine) } : state));
  }

  #beside(state: CallState, mine: readonly CallState[]): readonly Beside[] {
    return mine
      .filter(({ id }) => id !== state.id)
      .map((other) => ({
        call: other.id,
        peer: other.peer,
        asked: this.#about.get(state.id) === other.id,
        ready: isAnswered(state) && isAnswered(other),
      }));
  }
}

function isAnswered(call: CallState): boolean {
  return isIn(call, 'active', 'reconnecting');
}
