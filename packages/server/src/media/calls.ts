/** Calls that a worker carries beside sessions: with the echo test, with the server itself, and between a phone and a browser. */
import { serverLimits } from '@offhook/core';
import type { BridgeEvent, BridgeMedia, BridgeSide, Meanwhile, PhoneTerms } from '../ports/bridge.ts';
import type { EchoMedia } from '../ports/echo.ts';
import { MediaError } from '../ports/media.ts';
import type { IvrEvent, IvrMedia, IvrRecordingOrder, Sound } from '../ports/voicemail.ts';
import { described, published } from './answers.ts';
import type { Seats } from './seats.ts';

export class EchoCalls implements EchoMedia {
  readonly #seats: Seats;
  readonly #listeners: Parameters<EchoMedia['onEcho']>[0][] = [];

  constructor(seats: Seats) {
    this.#seats = seats;
    seats.listen('echo', {
      onNews: (call, state) => {
        if (state !== 'connected' && state !== 'disconnected' && state !== 'failed') return;
        this.#tell(call, state === 'connected' ? state : 'interrupted');
      },
      onLost: (call) => this.#tell(call, 'lost'),
    });
  }

  async echo(call: string, offer: string): Promise<string> {
    return published(await this.#seats.begin('echo', call, { type: 'echo', call, offer })).answer;
  }

  endEcho(call: string): void {
    this.#seats.end('echo', call, { type: 'echo_end', call });
  }

  onEcho(listener: Parameters<EchoMedia['onEcho']>[0]): void {
    this.#listeners.push(listener);
  }

  #tell(...news: Parameters<Parameters<EchoMedia['onEcho']>[0]>): void {
    for (const listener of this.#listeners) listener(...news);
  }
}

export class IvrCalls implements IvrMedia {
  readonly #seats: Seats;
  readonly #freeBytes: number;
  readonly #listeners: Parameters<IvrMedia['onIvr']>[0][] = [];

  constructor(seats: Seats, freeBytes: number = serverLimits.recordingFreeBytes) {
    this.#seats = seats;
    this.#freeBytes = freeBytes;
    seats.listen('ivr', {
      onNews: (ivr, news) => {
        if (news.type === 'recorded') this.#tell(ivr, { type: 'recorded' });
        else if (news.type !== 'media') this.#tell(ivr, news);
        else if (news.state === 'connected') this.#tell(ivr, { type: 'media', state: 'connected' });
        else if (news.state !== 'connecting' && news.state !== 'closed')
          this.#tell(ivr, { type: 'media', state: 'interrupted' });
      },
      onLost: (ivr) => this.#tell(ivr, { type: 'media', state: 'lost' }),
    });
  }

  async answerIvr(ivr: string, offer: string): Promise<string> {
    return published(await this.#seats.begin('ivr', ivr, { type: 'ivr_answer', ivr, offer })).answer;
  }

  play(ivr: string, play: number, sounds: readonly Sound[]): void {
    this.#seats.of('ivr', ivr)?.tell({ type: 'ivr_play', ivr, play, sounds });
  }

  async recordIvr(ivr: string, order: IvrRecordingOrder): Promise<void> {
    const worker = this.#seats.of('ivr', ivr);
    if (worker === undefined) throw new MediaError('stale', 'it is over');
    await worker.ask({ type: 'ivr_record', ivr, order: { ...order, freeBytes: this.#freeBytes } });
  }

  async recordedIvr(ivr: string): Promise<number | undefined> {
    const result = await this.#seats
      .of('ivr', ivr)
      ?.ask({ type: 'ivr_recorded', ivr })
      .catch(() => undefined);
    return typeof result === 'object' && 'heardMs' in result ? result.heardMs : undefined;
  }

  endIvr(ivr: string): void {
    this.#seats.end('ivr', ivr, { type: 'ivr_end', ivr });
  }

  onIvr(listener: Parameters<IvrMedia['onIvr']>[0]): void {
    this.#listeners.push(listener);
  }

  #tell(ivr: string, event: IvrEvent): void {
    for (const listener of this.#listeners) listener(ivr, event);
  }
}

export class BridgedCalls implements BridgeMedia {
  readonly #seats: Seats;
  readonly #listeners: ((event: BridgeEvent) => void)[] = [];

  constructor(seats: Seats) {
    this.#seats = seats;
    seats.listen('bridge', {
      onNews: (bridge, event) => {
        if (event.type !== 'media') return this.#tell({ ...event, bridge });
        const { state } = event;
        if (state === 'connected' || state === 'disconnected' || state === 'failed') this.#tell({ ...event, bridge, state });
      },
      onLost: (bridge) => this.#tell({ type: 'lost', bridge }),
    });
  }

  async offer(bridge: string, side: BridgeSide, terms?: PhoneTerms): Promise<string> {
    return described(await this.#seats.for('bridge', bridge).ask({ type: 'bridge_offer', bridge, side, terms }));
  }

  async answerOffer(bridge: string, side: BridgeSide, offer: string, terms?: PhoneTerms): Promise<string> {
    return described(await this.#seats.for('bridge', bridge).ask({ type: 'bridge_answer', bridge, side, offer, terms }));
  }

  async accept(bridge: string, side: BridgeSide, answer: string, isEarly?: boolean): Promise<void> {
    await this.#seats.for('bridge', bridge).ask({ type: 'bridge_accept', bridge, side, answer, isEarly });
  }

  async lead(bridge: string): Promise<string | undefined> {
    const led = await this.#seats.for('bridge', bridge).ask({ type: 'bridge_lead', bridge });
    return led === true ? undefined : described(led);
  }

  press(bridge: string, side: BridgeSide, digit: string): void {
    this.#seats.of('bridge', bridge)?.tell({ type: 'bridge_press', bridge, side, digit });
  }

  playMeanwhile(bridge: string, what: Meanwhile | undefined): void {
    this.#seats.of('bridge', bridge)?.tell({ type: 'bridge_play', bridge, what });
  }

  endBridge(bridge: string): void {
    this.#seats.end('bridge', bridge, { type: 'bridge_end', bridge });
  }

  onBridge(listener: (event: BridgeEvent) => void): void {
    this.#listeners.push(listener);
  }

  #tell(event: BridgeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
