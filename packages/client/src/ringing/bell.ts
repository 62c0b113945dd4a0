import { bellMachine, silent } from '@offhook/core';
import type { BellEffect, BellInput, BellState, Fitness } from '@offhook/core';
import { Alarm } from '../alarm.ts';
import type { Call } from '../call.ts';
import { Emitter } from '../emitter.ts';
import type { Clock } from '../platform.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { Tabs } from './tabs.ts';
import type { Word } from './tabs.ts';

/** What a bell tells. */
export interface BellEvents {
  /** `bell.rings` or `bell.isHeardElsewhere` has changed. */
  change: [];
}

const known = new WeakMap<Phone, Bell>();

/** The bell of a phone; the same object each time. */
export function bellOf(phone: Phone): Bell {
  const bell = known.get(phone) ?? new Bell(phone);
  known.set(phone, bell);
  return bell;
}

/**
 * Says whether this tab is the one that rings. Of all tabs of the device one does, from when a call comes in until none rings any more:
 * one where somebody talks, or is, rather than one that nobody sees, and rather than one that may make no sound. When it is closed or its
 * browser puts it to sleep another one goes on. Where the browser has no Web Locks or no BroadcastChannel every tab rings.
 * Made by `bellOf(phone)`.
 */
export class Bell extends Emitter<BellEvents> {
  readonly #phone: Phone;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #followed = new WeakSet<Call>();
  readonly #stop = new AbortController();
  #tabs: Tabs | undefined;
  #state: BellState = silent;
  #rings = false;
  #isHeardElsewhere = false;
  #audible: boolean | undefined;

  /** Made by `bellOf(phone)`. @hideconstructor */
  constructor(phone: Phone) {
    const { platform } = openPhone(phone);
    super((error) => platform.report(error));
    this.#phone = phone;
    this.#clock = platform.clock;
    this.#alarm = new Alarm(platform.clock);
    this.#tabs = Tabs.open(`offhook ringing ${phone.device.id}`, {
      granted: () => this.#feed({ type: 'granted' }),
      lost: () => this.#feed({ type: 'lost' }),
      heard: (word) => this.#heard(word),
      refused: () => this.#alone(),
    });
    phone.on('calls', () => this.#look());
    phone.on('closed', () => this.#close());
    this.#listen();
    this.#look();
  }

  /** A call rings, and this tab is the one that is to be heard. */
  get rings(): boolean {
    return this.#rings;
  }

  /** Another tab rings, and may make sounds. */
  get isHeardElsewhere(): boolean {
    return this.#isHeardElsewhere;
  }

  /**
   * Whether this page may make sounds; those that may ring rather than others. Unless a page says so itself, it is whether somebody has
   * clicked or typed in it (HTML §6.4.2, sticky activation).
   */
  get audible(): boolean {
    const { userActivation } = navigator as { userActivation?: UserActivation };
    return this.#audible ?? userActivation?.hasBeenActive ?? true;
  }

  set audible(is: boolean) {
    this.#audible = is;
    this.#look();
  }

  /** What rings, and how good it would be if it rang here. */
  readonly #look = (): void => {
    const { calls } = this.#phone;
    for (const call of calls) {
      if (this.#followed.has(call)) continue;
      this.#followed.add(call);
      call.on('state', this.#look);
    }
    const isRinging = calls.some(({ state }) => state === 'incoming');
    if (this.#tabs === undefined) return this.#tell(isRinging, false);
    if (!isRinging) return this.#feed({ type: 'over' });
    const fitness = this.#fitness();
    this.#feed({ type: 'ring', fitness });
    this.#feed({ type: 'fitness', fitness });
  };

  #fitness(): Fitness {
    if (this.#phone.calls.some(({ state }) => state !== 'incoming' && state !== 'ended')) return 'talking';
    if (!this.audible) return 'mute';
    if (document.hidden) return 'hidden';
    return document.hasFocus() ? 'used' : 'seen';
  }

  #feed(input: BellInput): void {
    const { state, effects } = bellMachine.step(this.#state, input, this.#clock.now());
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    const at = bellMachine.deadline(state);
    if (at === undefined) this.#alarm.clear();
    else this.#alarm.set(at - this.#clock.now(), () => this.#feed({ type: 'tick' }));
    this.#tell(state.kind === 'ringing', state.kind === 'following' && state.of !== 'mute');
  }

  #carryOut(effect: BellEffect): void {
    switch (effect.type) {
      case 'say':
      case 'ask':
        return this.#tabs?.say(effect);
      case 'queue':
      case 'take':
        return this.#tabs?.want(effect.type);
      case 'release':
        return this.#tabs?.release();
      case 'sound':
      case 'hush':
        // Told once the step is done.
        return;
    }
  }

  #heard(word: Word): void {
    if (word.type === 'ask') this.#feed({ type: 'asked' });
    else if (word.type === 'say') this.#feed({ type: 'said', fitness: word.fitness });
  }

  #tell(rings: boolean, isHeardElsewhere: boolean): void {
    if (rings === this.#rings && isHeardElsewhere === this.#isHeardElsewhere) return;
    this.#rings = rings;
    this.#isHeardElsewhere = isHeardElsewhere;
    this.emit('change');
  }

  #alone(): void {
    this.#alarm.clear();
    this.#tabs?.close();
    this.#tabs = undefined;
    this.#look();
  }

  #listen(): void {
    const { signal } = this.#stop;
    for (const type of ['focus', 'blur', 'pointerdown', 'pointerup', 'keydown', 'pageshow'] as const)
      addEventListener(type, this.#look, { capture: true, passive: true, signal });
    for (const type of ['visibilitychange', 'resume']) document.addEventListener(type, this.#look, { signal });
    // What sleeps is not heard (W3C Page Lifecycle §4.2), nor does it hear that it is over.
    const off = (): void => this.#feed({ type: 'off' });
    document.addEventListener('freeze', off, { signal });
    addEventListener('pagehide', off, { signal });
  }

  #close(): void {
    this.#stop.abort();
    this.#feed({ type: 'off' });
    this.#tabs?.close();
  }
}
