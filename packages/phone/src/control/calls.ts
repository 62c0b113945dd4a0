import type { Call, Phone } from '@offhook/client';
import type { CallId, Person } from '@offhook/core';
import { isIn, isMine, rings } from '../view/state.ts';
import type { CallState, Ended, Notice, SignedIn } from '../view/state.ts';
import { againAfter, farewell, refusalText } from '../view/texts.ts';
import { Part } from './part.ts';
import { TrackedCall } from './tracked-call.ts';
import { errorCode } from './problems.ts';

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
  /** It is over, and will be in the history. */
  ended(call: Call): void;
}

/** The calls of this tab: which of them are shown and how, and what a person does with them. One is talked in at a time. */
export class CallsControl extends Part<Calls> {
  readonly #phone: Phone;
  readonly #observer: CallsObserver;
  readonly #tracked = new Map<string, TrackedCall>();
  readonly #declined = new Set<string>();
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(phone: Phone, observer: CallsObserver) {
    super({ calls: [], front: undefined }, () => observer.changed());
    this.#phone = phone;
    this.#observer = observer;
    phone.on('calls', (calls) => this.#follow(calls));
    this.#follow(phone.calls);
  }

  async call(to: Person, video: boolean): Promise<void> {
    const already = this.state.calls.find((call) => isMine(call) && call.peer.address === to.address);
    if (already) return this.show(already.id, true);
    // They were faster.
    const ringing = this.state.calls.find((call) => rings(call) && call.peer.address === to.address);
    if (ringing) return this.answer(ringing.id, video);
    this.#holdAllBut(undefined);
    const before = new Set(this.#phone.calls);
    // In `phone.calls` at once, if it can begin at all.
    const placed = this.#phone.call(to, { video });
    const call = this.#phone.calls.find((one) => !before.has(one));
    if (call) this.show(call.id, true);
    try {
      await placed;
    } catch (error) {
      // A call that had begun tells by itself why it ended.
      if (!call) this.#observer.notice({ text: refusalText(errorCode(error)) });
    }
  }

  async answer(id: CallId, video: boolean): Promise<void> {
    const tracked = this.#tracked.get(id);
    if (!tracked || tracked.call.state !== 'incoming') return;
    this.#holdAllBut(id);
    this.show(id, true);
    await tracked.answer(video);
  }

  decline(id: CallId): void {
    this.#declined.add(id);
    this.#tracked.get(id)?.call.reject();
  }

  hangUp(id: CallId): void {
    this.#tracked.get(id)?.call.hangup();
  }

  mute(id: CallId, muted: boolean): void {
    this.#tracked.get(id)?.call.mute(muted);
  }

  async setCamera(id: CallId, on: boolean): Promise<void> {
    await this.#tracked.get(id)?.setCamera(on);
  }

  async share(id: CallId, on: boolean, sound: boolean): Promise<void> {
    await this.#tracked.get(id)?.screen.show(on, sound);
  }

  async press(id: CallId, digits: string): Promise<void> {
    await this.#tracked.get(id)?.keypad.press(digits);
  }

  hold(id: CallId, held: boolean): void {
    const call = this.#tracked.get(id)?.call;
    if (held) return call?.hold();
    this.#holdAllBut(id);
    call?.resume();
    this.show(id, this.state.front?.full ?? true);
  }

  show(id: CallId, full: boolean): void {
    this.#dropEnded(id);
    this.set({ front: { call: id, full }, calls: this.#states() });
  }

  /** Puts an ended call away. */
  dismiss(id: CallId): void {
    if (this.#tracked.get(id)?.call.state !== 'ended') return;
    this.#drop(id);
    this.#next();
  }

  close(): void {
    clearTimeout(this.#keeping);
    for (const tracked of this.#tracked.values()) tracked.close();
  }

  #follow(calls: readonly Call[]): void {
    const known = new Set([...this.#tracked.values()].map(({ call }) => call));
    for (const call of calls.filter((one) => !known.has(one))) {
      const tracked = new TrackedCall(call, () => this.#redraw(tracked));
      this.#tracked.set(tracked.id, tracked);
      // Found again after a reload.
      if (isMine(tracked.state) && this.state.front === undefined) this.show(tracked.id, true);
    }
    this.set({ calls: this.#states() });
  }

  #redraw(tracked: TrackedCall): void {
    if (!this.#tracked.has(tracked.id)) return;
    const before = this.state.calls.find(({ id }) => id === tracked.id);
    this.set({ calls: this.#states() });
    if (isIn(tracked.state, 'ended') && before?.stage.kind !== 'ended') this.#ended(tracked, tracked.state.stage, before);
  }

  /** What remains of a call that is over: its screen where somebody looks at it and there is something to say, or a word. */
  #ended(tracked: TrackedCall, stage: Ended, before: CallState | undefined): void {
    const { id, state } = tracked;
    tracked.close();
    this.#observer.ended(tracked.call);
    const { front } = this.state;
    const rang = before?.stage.kind === 'incoming';
    const withdrawn = stage.cause === 'cancelled' && state.role === 'caller' && !stage.error && !stage.problem;
    const others = this.state.calls.some((call) => call.id !== id && isMine(call));
    if (!rang && !withdrawn && front?.call === id && front.full && !others) {
      if (stage.cause === 'hangup') this.#keeping = setTimeout(() => this.dismiss(id), keptMs);
      return;
    }
    // Whoever did it need not be told.
    const wanted = withdrawn || this.#declined.has(id);
    this.#drop(id);
    if (front?.call === id) this.#next();
    if (wanted) return;
    this.#observer.notice({ text: farewell(state, stage), again: againAfter(state, stage) });
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
    clearTimeout(this.#keeping);
    this.#tracked.delete(id);
    this.#declined.delete(id);
    this.set({ calls: this.#states() });
  }

  #states(): readonly CallState[] {
    return [...this.#tracked.values()].map(({ state }) => state);
  }
}
