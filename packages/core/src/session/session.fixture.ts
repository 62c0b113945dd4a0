import type { From } from '../call/call.ts';
import type { PublishedSection, StreamKind, Subscriptions } from '../protocol/sessions.ts';
import type { Event } from '../protocol/signaling.ts';
import { newSession, sessionMachine } from './session.ts';
import type { MediaAsk, Open, RecordingWishes, SessionEffect, SessionInput, SessionState } from './session.ts';

/** One page of somebody: `anna`, or `anna/phone` on another device, or `anna/phone/2` in another tab of it. */
export function from(where: string): From {
  const [address = '', device = 'laptop', tab = '1'] = where.split('/');
  return {
    person: { address, name: address.toUpperCase() },
    device: `${address}-${device}`,
    deviceName: device,
    connection: `${address}-${device}-${tab}`,
  };
}

export const id = 'standup';

/** A session with a worker that takes whatever it is offered. An offer names its streams: `0:audio 1:video:screen`. */
export class Drive {
  state: SessionState = newSession(id);
  now = 1_000_000;
  /** What the worker was last told that somebody receives: `anna/0`. */
  readonly receives = new Map<string, string[]>();
  /** Whose data it was last told that somebody is sent. */
  readonly hears = new Map<string, readonly string[]>();
  /** What it records. */
  records: { readonly recording: string; readonly part: number; readonly isPaused: boolean } | undefined;
  /** What it was asked, in order. */
  readonly asks: MediaAsk[] = [];

  input(input: SessionInput, afterMs = 1_000): readonly SessionEffect[] {
    this.now += afterMs;
    const { state, effects } = sessionMachine.step(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) if (effect.type === 'media') this.#carry(effect.ask);
    return effects;
  }

  #carry(ask: MediaAsk): void {
    this.asks.push(ask);
    if (ask.type === 'subscribe')
      this.receives.set(
        ask.participant,
        ask.streams.map(({ participant, mid }) => `${participant}/${mid}`),
      );
    if (ask.type === 'hear') this.hears.set(ask.participant, ask.from);
    if (ask.type === 'leave') for (const map of [this.receives, this.hears]) map.delete(ask.participant);
    if (ask.type === 'record') this.records = { recording: ask.recording, part: ask.part, isPaused: false };
    if (ask.type === 'record_pause' && this.records !== undefined) this.records = { ...this.records, isPaused: ask.isPaused };
    if (ask.type === 'record_stop' || ask.type === 'close') this.records = undefined;
    if (ask.type === 'close') for (const map of [this.receives, this.hears]) map.clear();
  }

  create(change: Partial<Extract<SessionInput, { type: 'create' }>> = {}): this {
    this.input({ type: 'create', access: 'added', most: 20, ...change });
    return this;
  }

  add(
    participant: string,
    subscriptions: Subscriptions = {},
    publish: readonly StreamKind[] = ['audio', 'video'],
  ): readonly SessionEffect[] {
    return this.input({ type: 'add', participant: { id: participant, publish }, subscriptions });
  }

  /** Adds somebody by their own name, who joins. */
  enter(participant: string, subscriptions: Subscriptions = { session: id }): void {
    this.add(participant, subscriptions);
    this.join(participant);
  }

  join(where: string, participant: string = from(where).person.address, data = false): readonly SessionEffect[] {
    return this.input({ type: 'join', from: from(where), as: 'added', id: participant, data });
  }

  visit(where: string, participant: string = from(where).person.address): readonly SessionEffect[] {
    return this.input({ type: 'join', from: from(where), as: 'guest', id: participant });
  }

  /** Offers these streams; the worker takes them. */
  publish(where: string, streams: string): readonly SessionEffect[] {
    const effects = this.input({ type: 'publish', from: from(where), offer: streams, streams: sections(streams) });
    const asked = effects.flatMap((effect) => (effect.type === 'media' && effect.ask.type === 'publish' ? [effect.ask] : []));
    return asked.length === 0 ? effects : asked.flatMap((ask) => this.published(ask));
  }

  published(ask: Extract<MediaAsk, { type: 'publish' }>): readonly SessionEffect[] {
    const { participant, joins, asked, offer, allowed } = ask;
    const streams = sections(offer).filter(({ kind }) => allowed.includes(kind));
    return this.input({ type: 'published', participant, joins, asked, outcome: { answer: `answer to ${offer}`, streams } });
  }

  /** By somebody's page, or by whoever runs the session. */
  record(
    to: Extract<SessionInput, { type: 'record' }>['to'],
    where?: string,
    recording = 'r-1',
    wishes: RecordingWishes | undefined = { mix: 'together', streams: true },
  ): readonly SessionEffect[] {
    return this.input({ type: 'record', from: where === undefined ? undefined : from(where), to, id: recording, wishes });
  }

  get open(): Open {
    if (this.state.kind !== 'open') throw new Error(`it is ${this.state.kind}`);
    return this.state;
  }

  /** Those who are there. */
  get here(): string[] {
    return this.state.kind === 'open'
      ? Object.values(this.state.participants)
          .filter(({ here }) => here)
          .map(({ id: one }) => one)
      : [];
  }

  /** Lets time pass up to the deadline, and asks the machine. */
  wait(): readonly SessionEffect[] {
    const deadline = sessionMachine.deadline(this.state);
    if (deadline === undefined) throw new Error('it waits for nothing');
    return this.input({ type: 'tick' }, deadline - this.now);
  }
}

function sections(streams: string): PublishedSection[] {
  return streams
    .split(' ')
    .filter(Boolean)
    .map((stream) => {
      const [mid = '', kind = 'audio', alias] = stream.split(':');
      return { mid, kind: kind as StreamKind, ...(alias !== undefined && { alias }) };
    });
}

/** The code with which an input was refused. */
export function refusal(effects: readonly SessionEffect[]): string | undefined {
  return effects.find((effect) => effect.type === 'refuse')?.code;
}

/** What was told to whom: `bo session_participant joined`. */
export function told(effects: readonly SessionEffect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' ? `${effect.to.connection.split('-')[0]} ${words(effect.event)}` : [],
  );
}

function words(event: Event): string {
  switch (event.type) {
    case 'session_participant':
      return `${event.participant.participant} ${event.change}${event.participant.away && event.change !== 'left' ? ' away' : ''}`;
    case 'session_streams':
      return `${event.participant}: ${event.streams.map(({ mid, muted }) => mid + (muted ? ' muted' : '')).join(' ') || 'nothing'}`;
    case 'session_ended':
      return event.cause;
    case 'session_recording':
      return event.recording?.state ?? `recorded no longer: ${event.cause}`;
    default:
      return event.type;
  }
}
