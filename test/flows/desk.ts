/** A desk phone on the stage of a flow, and what its person does. */
import assert from 'node:assert/strict';
import type { DeskCall, DeskState } from '../sim/sip/desk-call.ts';
import type { DeskPhone } from '../sim/sip/desk-phone.ts';
import type { Scene } from './scene.ts';

export class Desk {
  readonly scene: Scene;
  readonly phone: DeskPhone;
  /** How the ladder calls it. */
  readonly label: string;
  /** Its calls, with those that are over, oldest first. */
  readonly calls: DeskCall[] = [];

  constructor(scene: Scene, phone: DeskPhone, label: string) {
    this.scene = scene;
    this.phone = phone;
    this.label = label;
  }

  /** In the trace. */
  get name(): string {
    return this.phone.name;
  }

  get user(): string {
    return this.phone.user;
  }

  get call(): DeskCall {
    const call = this.calls.at(-1);
    assert(call, `${this.name} has no call`);
    return call;
  }

  get states(): readonly DeskState[] {
    return this.calls.map(({ state }) => state);
  }

  dial(to: string, isLate = false): DeskCall {
    const call = this.phone.call(to, isLate);
    assert(call);
    this.calls.push(call);
    return call;
  }

  /** Notes what its person does, and does it. */
  does(what: string, act: () => void): void {
    this.scene.world.trace.add(this.name, this.name, what);
    act();
  }

  answer(): void {
    this.does('answers', () => this.call.answer());
  }

  hangUp(call: DeskCall = this.call): void {
    this.does('hangs up', () => call.hangUp());
  }

  /** Whether sound arrives in a call. */
  hears(call: DeskCall = this.call): boolean {
    return this.phone.sound.arriving(call)?.isSending === true;
  }

  async reaches(state: DeskState, call?: DeskCall): Promise<void> {
    const isThere = (): boolean => (call ?? this.calls.at(-1))?.state === state;
    await this.scene.until(isThere, `${this.name} is ${state}`);
  }
}
