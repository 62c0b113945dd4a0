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

export interface Surroundings extends Pick<BridgeDeps, 'transport' | 'clock' | 'random'> {
  readonly plain: UdpOptions | undefined;
}

export class Bridges {
  readonly #bridges = new Map<string, Bridge>();
  readonly #tell: (bridge: string, event: BridgeNews) => void;

  constructor(tell: (bridge: string, event: BridgeNews) => void) {
    this.#tell = tell;
  }

  /** @throws NegotiationError, TransportError, NoPortError; a bridge that has not begun with it is none */
  async request(asked: OfBridge<WorkerRequest>, around: Surroundings): Promise<WorkerAnswer> {
    const known = this.#bridges.get(asked.bridge);
    const bridge = known ?? this.#open(asked.bridge, around);
    try {
      switch (asked.type) {
        case 'bridge_offer':
          return { sdp: await bridge.offer(asked.side, asked.at) };
        case 'bridge_answer':
          return { sdp: await bridge.answer(asked.side, asked.offer, asked.at) };
        case 'bridge_accept':
          bridge.accept(asked.side, asked.answer);
          return true;
      }
    } catch (error) {
      if (known === undefined) this.#end(asked.bridge);
      throw error;
    }
  }

  command(told: OfBridge<WorkerCommand>): void {
    if (told.type === 'bridge_end') this.#end(told.bridge);
    else this.#bridges.get(told.bridge)?.press(told.side, told.digit);
  }

  tick(now: Instant): void {
    for (const one of this.#bridges.values()) one.tick(now);
  }

  close(): void {
    for (const name of this.#bridges.keys()) this.#end(name);
  }

  #open(name: string, { plain, ...around }: Surroundings): Bridge {
    if (plain === undefined) throw new NoPortError('no ports are set apart for plain RTP');
    const bridge = new Bridge({
      ...around,
      plain,
      onState: (side, state) => this.#tell(name, { type: 'media', side, state }),
      onDigit: (side, digit) => this.#tell(name, { type: 'digit', side, digit }),
    });
    this.#bridges.set(name, bridge);
    return bridge;
  }

  #end(name: string): void {
    this.#bridges.get(name)?.close();
    this.#bridges.delete(name);
  }
}
