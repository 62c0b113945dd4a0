/** Keys of telephones as events between the packets of a stream (RFC 4733 §2). */

const digits = '0123456789*#ABCD';
/** Ticks of 20 ms that a key is held down, and how often its end is said, as it may be lost (§2.5.1.4). */
const heldTicks = 5;
const ends = 3;
/** Below what is spoken, in -dBm0. */
const volume = 10;

/** Undefined for what is on no keypad. */
export function eventOf(digit: string): number | undefined {
  const at = digits.indexOf(digit.toUpperCase());
  return digit.length === 1 && at !== -1 ? at : undefined;
}

/** One that is being pressed: an event that grows with each tick, and its end. */
export class KeyPress {
  readonly #event: number;
  #ticks = 0;
  /** When it began, in the time of its stream; the same in all of its packets. */
  timestamp: number | undefined;

  constructor(event: number) {
    this.#event = event;
  }

  get isOver(): boolean {
    return this.#ticks > heldTicks;
  }

  /** What is to be sent now. */
  tick(clockRate: number): readonly { readonly payload: Buffer; readonly isFirst: boolean }[] {
    const isEnd = ++this.#ticks > heldTicks;
    const payload = Buffer.from([this.#event, volume | (isEnd ? 0x80 : 0), 0, 0]);
    payload.writeUInt16BE((Math.min(this.#ticks, heldTicks) * clockRate) / 50, 2);
    return Array.from({ length: isEnd ? ends : 1 }, () => ({ payload, isFirst: this.#ticks === 1 }));
  }
}
