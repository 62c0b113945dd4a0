/** In the place of a media worker: it describes itself as one does, is connected at once, and carries nothing. */
import type { BridgeEvent, BridgeMedia, BridgeSide } from '../../packages/server/src/ports/bridge.ts';
import type { IvrEvent, IvrMedia } from '../../packages/server/src/ports/voicemail.ts';
import { recording } from '../data/recorded.ts';

const { offer, answer } = recording().audio;
const lines = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 0',
  'a=sendrecv',
];
const plain = `${lines.join('\r\n')}\r\n`;

export class SilentMedia implements BridgeMedia, IvrMedia {
  readonly #bridges: ((event: BridgeEvent) => void)[] = [];
  readonly #ivrs: ((call: string, event: IvrEvent) => void)[] = [];

  offer(_bridge: string, side: BridgeSide): Promise<string> {
    return Promise.resolve(side === 'phone' ? plain : offer);
  }

  answerOffer(bridge: string, side: BridgeSide): Promise<string> {
    if (side === 'browser') this.#connect(bridge);
    return Promise.resolve(side === 'phone' ? plain : answer);
  }

  accept(bridge: string, side: BridgeSide): Promise<void> {
    if (side === 'browser') this.#connect(bridge);
    return Promise.resolve();
  }

  lead(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  press(): void {}
  playMeanwhile(): void {}

  endBridge(): void {}

  onBridge(listener: (event: BridgeEvent) => void): void {
    this.#bridges.push(listener);
  }

  answerIvr(call: string): Promise<string> {
    setImmediate(() => {
      for (const listener of this.#ivrs) listener(call, { type: 'media', state: 'connected' });
    });
    return Promise.resolve(answer);
  }

  /** The announcement goes on for as long as the call does. */
  play(): void {}

  recordIvr(): Promise<void> {
    return Promise.resolve();
  }

  recordedIvr(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  endIvr(): void {}

  onIvr(listener: (call: string, event: IvrEvent) => void): void {
    this.#ivrs.push(listener);
  }

  #connect(bridge: string): void {
    setImmediate(() => {
      for (const side of ['phone', 'browser'] as const)
        for (const listener of this.#bridges) listener({ type: 'media', bridge, side, state: 'connected' });
    });
  }
}
