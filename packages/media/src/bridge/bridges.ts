/** The bridges of a worker, by their names. */
import type { Instant } from '@offhook/core';
import { NoPortError } from '../transport/ports.ts';
import type { UdpOptions } from '../transport/udp.ts';
import type { BridgeNews, WorkerAnswer, WorkerCommand, WorkerRequest } from '../wire.ts';
import { Bridge } from './bridge.ts';
import type { BridgeDeps } from './bridge.ts';

type OfBridge<T> = Extract<T, { readonly bridge: string }>;

export function isOfBridge<T extends WorkerRequest | WorkerCommand>(one: T): one is OfBridge<T> {
  return 'bridge' in one;
}

export interface Surroundings extends Pick<BridgeDeps, 'transport' | 'clock' | 'random' | 'transcoder' | 'holdMusic'> {
  readonly plain: UdpOptions | undefined;
}

interface Entry {
  readonly bridge: Bridge;
  /** What was asked of it is done one after the other. */
  work: Promise<unknown>;
  waiting: number;
  /** Something has been done with it. */
  hasBegun: boolean;
}

export class Bridges {
  readonly #bridges = new Map<string, Entry>();
  readonly #tell: (bridge: string, event: BridgeNews) => void;

  constructor(tell: (bridge: string, event: BridgeNews) => void) {
    this.#tell = tell;
  }

  /** @throws NegotiationError, TransportError, NoPortError; a bridge that has not begun with it is none */
  request(asked: OfBridge<WorkerRequest>, around: Surroundings): Promise<WorkerAnswer> {
    const entry = this.#bridges.get(asked.bridge) ?? this.#open(asked.bridge, around);
    entry.waiting++;
    const done = entry.work.then(() => requested(entry.bridge, asked));
    entry.work = done.then(
      () => {
        entry.waiting--;
        entry.hasBegun = true;
      },
      () => {
        entry.waiting--;
        if (!entry.hasBegun && entry.waiting === 0 && this.#bridges.get(asked.bridge) === entry) this.#end(asked.bridge);
      },
    );
    return done;
  }

  command(told: OfBridge<WorkerCommand>): void {
    const bridge = this.#bridges.get(told.bridge)?.bridge;
    switch (told.type) {
      case 'bridge_end':
        return this.#end(told.bridge);
      case 'bridge_press':
        return bridge?.press(told.side, told.digit);
      case 'bridge_play':
        return bridge?.play(told.what);
    }
  }

  tick(now: Instant): void {
    for (const { bridge } of this.#bridges.values()) bridge.tick(now);
  }

  close(): void {
    for (const name of this.#bridges.keys()) this.#end(name);
  }

  #open(name: string, { plain, ...around }: Surroundings): Entry {
    if (plain === undefined) throw new NoPortError('no ports are set apart for plain RTP');
    const bridge = new Bridge({
      ...around,
      plain,
      onState: (side, state) => this.#tell(name, { type: 'media', side, state }),
      onDigit: (side, digit) => this.#tell(name, { type: 'digit', side, digit }),
    });
    const entry: Entry = { bridge, work: Promise.resolve(), waiting: 0, hasBegun: false };
    this.#bridges.set(name, entry);
    return entry;
  }

  #end(name: string): void {
    this.#bridges.get(name)?.bridge.close();
    this.#bridges.delete(name);
  }
}

async function requested(bridge: Bridge, asked: OfBridge<WorkerRequest>): Promise<WorkerAnswer> {
  switch (asked.type) {
    case 'bridge_offer':
      return { sdp: await bridge.offer(asked.side, asked.terms) };
    case 'bridge_answer':
      return { sdp: await bridge.answer(asked.side, asked.offer, asked.terms) };
    case 'bridge_accept':
      bridge.accept(asked.side, asked.answer, asked.isEarly);
      return true;
    case 'bridge_lead': {
      const sdp = bridge.lead();
      return sdp === undefined ? true : { sdp };
    }
  }
}
