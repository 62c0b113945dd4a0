/**
 * Callers who key the PIN of a meeting: a media worker plays and hears keys (`core/src/meeting/keying.ts` says what), until their call goes on in
 * the session of the meeting.
 */
import { isNumber, keyingMachine, meetingsPerson as person, newKeying } from '@offhook/core';
import type {
  Answer,
  CallId,
  Event,
  ErrorCode,
  From,
  KeyingEffect,
  KeyingInput,
  KeyingRefusal,
  KeyingSound,
  KeyingState,
  MeetingCause,
  MeetingId,
  Person,
} from '@offhook/core';
import type { Answering } from '../ports/answering.ts';
import type { Dialled, MeetingPhones, Place } from '../ports/meeting-phones.ts';
import { numberName } from '../ports/number-name.ts';
import type { Prompts } from '../ports/prompts.ts';
import { Refusal } from '../ports.ts';
import type { Bus, Clock, Log, Outcome, Switchboard } from '../ports.ts';
import type { IvrEvent, IvrMedia } from '../ports/voicemail.ts';
import { orderOf } from './place.ts';
import type { Unsent } from './place.ts';
import { soundsOf } from './sounds.ts';

export interface KeypadDeps {
  readonly bus: Bus;
  readonly switchboard: Pick<Switchboard, 'ephemeral'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly media: IvrMedia;
  readonly prompts: Prompts;
  readonly phones: MeetingPhones;
  readonly answering: Answering;
  readonly ask: (side: From, request: Unsent) => Promise<Outcome>;
}

/** What callers are told of it. */
const refusedBy: Readonly<Partial<Record<ErrorCode, KeyingRefusal>>> = {
  meeting_locked: 'locked',
  meeting_full: 'full',
  meeting_removed: 'removed',
  meeting_not_found: 'over',
};
const goneBy: Readonly<Partial<Record<MeetingCause, KeyingRefusal>>> = {
  refused: 'not_admitted',
  removed: 'removed',
  ended: 'over',
  cancelled: 'over',
};

/** A caller who keys a PIN. */
interface Visit {
  readonly call: CallId;
  /** As what the server talks with them, and under which connection they hear of the meeting. */
  readonly side: From;
  /** As who they come. */
  readonly from: From;
  readonly dialled: Dialled;
  /** Of the call's media. */
  epoch: number;
  state: KeyingState;
  meeting: MeetingId | undefined;
  place: Place | undefined;
  /** What is being played, under which number. */
  playing: { readonly play: number; readonly sounds: readonly KeyingSound[] } | undefined;
  timer: (() => void) | undefined;
  readonly unsubscribe: () => void;
}

export class Keypad {
  readonly #deps: KeypadDeps;
  readonly #visits = new Map<CallId, Visit>();
  #plays = 0;

  constructor(deps: KeypadDeps) {
    this.#deps = deps;
    deps.media.onIvr((call, event) => this.#heard(call, event));
  }

  begin(call: CallId, epoch: number, sdp: string, caller: Person, dialled: Dialled): void {
    const connection = this.#deps.answering.connection();
    // Whoever calls says who they are, and may say anything.
    const known = isNumber(caller.address) ? { address: caller.address, name: numberName(caller.address) } : caller;
    const from: From = { person: known, device: `call ${call}`, deviceName: 'A telephone', connection };
    const visit: Visit = {
      call,
      side: { person, device: 'meetings', deviceName: 'Meetings', connection },
      from,
      dialled,
      epoch,
      state: newKeying,
      meeting: undefined,
      place: undefined,
      playing: undefined,
      timer: undefined,
      unsubscribe: this.#deps.bus.subscribe(caller.address, (delivery) => {
        if (delivery.connection === connection) this.#told(visit, delivery.event);
      }),
    };
    this.#visits.set(call, visit);
    this.#answer(visit, epoch, sdp, (answer) => ({ type: 'accept', call, epoch, answer }));
  }

  /** False: this call is none of a caller here. */
  has(call: CallId): boolean {
    return this.#visits.has(call);
  }

  /** Another offer of the caller; `said`: what its answer is to the call. */
  offered(call: CallId, epoch: number, sdp: string, said: (answer: Answer) => Unsent): void {
    const visit = this.#visits.get(call);
    if (visit !== undefined) this.#answer(visit, epoch, sdp, said);
  }

  /** The call is over. */
  ended(call: CallId): void {
    const visit = this.#visits.get(call);
    if (visit !== undefined) this.#gone(visit);
  }

  /** A call whose offer cannot be taken ends. */
  #answer(visit: Visit, epoch: number, sdp: string, said: (answer: Answer) => Unsent): void {
    const { media, log } = this.#deps;
    const { call, side } = visit;
    visit.epoch = epoch;
    media
      .answerIvr(call, sdp)
      .then(async (answer) => {
        const outcome = await this.#deps.ask(side, said({ type: 'answer', sdp: answer }));
        // It was over meanwhile.
        if ('error' in outcome && outcome.error !== 'stale_epoch' && !this.#visits.has(call)) media.endIvr(call);
      })
      .catch((error: unknown) => {
        log.warn('meeting', { call, error: String(error) });
        this.#step(visit, { type: 'lost' });
      });
  }

  /** What the meeting says to whoever waits in its lobby, or has just been let in. */
  #told(visit: Visit, event: Event): void {
    if (event.type === 'meeting_over') this.#step(visit, { type: 'refused', why: goneBy[event.cause] ?? 'refused' });
    if (event.type !== 'meeting_admitted' || event.session === undefined) return;
    visit.place = { participant: event.participant, session: event.session };
    this.#step(visit, { type: 'admitted' });
  }

  #heard(call: CallId, event: IvrEvent): void {
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    switch (event.type) {
      case 'media': {
        const { epoch, side } = visit;
        this.#deps.switchboard.ephemeral(side, { type: 'media', call, epoch, state: event.state });
        if (event.state === 'connected') this.#step(visit, { type: 'connected' });
        if (event.state === 'lost') this.#step(visit, { type: 'lost' });
        return;
      }
      case 'key':
        return this.#step(visit, event);
      case 'played': {
        const { playing } = visit;
        const sound = playing?.sounds.at(-1);
        if (playing?.play === event.play && sound !== undefined) this.#step(visit, { type: 'played', sound });
        return;
      }
      case 'recorded':
    }
  }

  #step(visit: Visit, input: KeyingInput): void {
    const { clock } = this.#deps;
    const { state, effects } = keyingMachine.step(visit.state, input, clock.now());
    visit.state = state;
    visit.timer?.();
    const at = keyingMachine.deadline(state);
    const wait = at === undefined ? undefined : Math.max(0, at - clock.now());
    visit.timer = wait === undefined ? undefined : clock.schedule(wait, () => this.#step(visit, { type: 'tick' }));
    for (const effect of effects) this.#perform(visit, effect);
  }

  #perform(visit: Visit, effect: KeyingEffect): void {
    const { log, media, prompts } = this.#deps;
    const { call, side } = visit;
    const failed = (error: unknown): void => {
      log.error('meeting', { call, error: String(error) });
      this.#step(visit, { type: 'lost' });
    };
    switch (effect.type) {
      case 'play':
        visit.playing = { play: ++this.#plays, sounds: effect.sounds };
        return media.play(
          call,
          visit.playing.play,
          effect.sounds.flatMap((sound) => soundsOf(sound, prompts)),
        );
      case 'check':
        return void this.#check(visit, effect).catch(failed);
      case 'come_in':
        return void this.#comeIn(visit).catch((error: unknown) => {
          log.warn('meeting', { call, error: String(error) });
          this.#leave(visit);
          return this.#deps.ask(side, { type: 'hangup', call });
        });
      case 'hang_up':
        return void this.#deps.ask(side, { type: 'hangup', call });
    }
  }

  async #check(visit: Visit, { what, digits }: Extract<KeyingEffect, { type: 'check' }>): Promise<void> {
    const { phones } = this.#deps;
    const { dialled, from } = visit;
    if (what === 'pin') {
      visit.meeting = await phones.find(digits, from.person.address, dialled);
      if (!this.#visits.has(visit.call)) return;
      if (visit.meeting === undefined) return this.#step(visit, { type: 'checked', verdict: 'wrong' });
    }
    if (visit.meeting === undefined) return;
    const place = await phones.enter(visit.meeting, from, what === 'passcode' ? digits : undefined);
    if ('error' in place) {
      const isAsked = ['passcode_needed', 'passcode_wrong', 'rate_limited'].includes(place.error);
      return this.#step(visit, { type: 'checked', verdict: isAsked ? 'passcode' : (refusedBy[place.error] ?? 'refused') });
    }
    visit.place = place;
    // It is over by now.
    if (!this.#visits.has(visit.call)) return phones.leave(visit.meeting, from);
    const waits = place.isLed === false ? 'no_host' : 'waiting';
    this.#step(visit, { type: 'checked', verdict: place.session === undefined ? waits : 'in' });
  }

  /** From here on whoever carries what is said in the session has the call. */
  async #comeIn(visit: Visit): Promise<void> {
    const { answering, media } = this.#deps;
    const { call, place, side } = visit;
    if (place === undefined) throw new Refusal('wrong_state');
    // Its next offer is for the session.
    this.#letGo(visit);
    await answering.takeOver(call, side, orderOf(place));
    media.endIvr(call);
  }

  #gone(visit: Visit): void {
    this.#step(visit, { type: 'ended' });
    this.#letGo(visit);
    this.#leave(visit);
  }

  #leave({ call, from, meeting, place }: Visit): void {
    this.#deps.media.endIvr(call);
    if (meeting !== undefined && place !== undefined) this.#deps.phones.leave(meeting, from);
  }

  #letGo(visit: Visit): void {
    visit.timer?.();
    visit.unsubscribe();
    this.#visits.delete(visit.call);
  }
}
