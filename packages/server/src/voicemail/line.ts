/**
 * Takes calls in the place of those who do not: a device of the server's own, as the echo test is one (`echo/line.ts`). Calls come to it as
 * forwards do, so that whoever calls, by a page, a phone or a number, goes on with it as with anybody else.
 */
import { defaultSettings, leavingMachine, newLeaving, voicemailLimits, voicemailPerson as person } from '@offhook/core';
import type { Address, Answer, CallId, Event, From, LeavingEffect, LeavingInput, LeavingSound, Person } from '@offhook/core';
import type { Bus, CallRequest, Clock, Log, Outcome, Store, StoredUser, Switchboard } from '../ports.ts';
import type { Prompts } from '../ports/prompts.ts';
import type { IvrEvent, IvrMedia, Sound } from '../ports/voicemail.ts';
import type { Begun, VoicemailDesk } from './desk.ts';
import type { OwnGreetings } from './greetings.ts';
import { leavingSounds, pause } from './sounds.ts';

export interface VoicemailLineDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly switchboard: Switchboard;
  readonly clock: Clock;
  readonly log: Log;
  readonly media: IvrMedia;
  readonly desk: VoicemailDesk;
  readonly greetings: Pick<OwnGreetings, 'sound'>;
  readonly prompts: Prompts;
}

/** More calls at once than the workers of one machine could carry. */
const settings = { ...defaultSettings, maxCalls: 10_000, voicemail: { on: false } };
const from: From = { person, device: 'voicemail', deviceName: 'Voicemail', connection: 'voicemail' };

/** A request without what tells it apart from others. */
type Unsent<R = CallRequest> = R extends CallRequest ? Omit<R, 'id'> : never;

/** A caller who leaves a message. */
interface Visit {
  readonly call: CallId;
  readonly caller: Person;
  readonly user: Address;
  /** Of the call's media. */
  epoch: number;
  state: ReturnType<typeof newLeaving>;
  /** What is being played, under which number. */
  playing: { readonly play: number; readonly sound: LeavingSound } | undefined;
  begun: Begun | undefined;
  /** What is done one after the other. */
  work: Promise<void>;
}

export class VoicemailLine {
  readonly #deps: VoicemailLineDeps;
  readonly #sounds: ReturnType<typeof leavingSounds>;
  readonly #visits = new Map<CallId, Visit>();
  #requests = 0;
  #plays = 0;

  constructor(deps: VoicemailLineDeps) {
    this.#deps = deps;
    this.#sounds = leavingSounds(deps.prompts);
  }

  /** False where somebody has this address: then there is no voicemail. */
  async start(): Promise<boolean> {
    const { store, bus, switchboard, clock, log, media, desk } = this.#deps;
    const user: StoredUser = { ...person, settings, createdAt: clock.now() };
    const known = await store.user(person.address);
    if (known !== undefined && (await store.devices(person.address)).length > 0) {
      log.warn('voicemail', { error: 'somebody has this address' });
      return false;
    }
    if (known === undefined) await store.commit([{ type: 'new_user', user }]);
    switchboard.enter(user, new Set());
    switchboard.device(person.address, from.device, 'here');
    // What is told to the other connections of the device that has taken a call is not for the one that took it.
    bus.subscribe(person.address, ({ event, except }) => except !== from.connection && this.#hear(event));
    media.onIvr((call, event) => this.#heard(call, event));
    // Of a server before this one: nobody listens there any more.
    for (const { call } of switchboard.views(person.address, from.connection)) void this.#ask({ type: 'hangup', call });
    await desk.recover();
    return true;
  }

  /** Resolves once what was being spoken is kept. */
  async close(): Promise<void> {
    await Promise.all(
      Array.from(this.#visits.values(), (visit) => {
        this.#step(visit, { type: 'lost' });
        return visit.work;
      }),
    );
  }

  #hear(event: Event): void {
    switch (event.type) {
      case 'incoming': {
        const { call, epoch, offer, peer, forwardedFrom } = event.view;
        if (offer === undefined || this.#visits.has(call)) return;
        if (forwardedFrom === undefined) return void this.#ask({ type: 'reject', call, reason: 'declined' });
        return void this.#begin(call, epoch, offer.sdp, peer, forwardedFrom.address);
      }
      case 'reoffered':
        return this.#answer(event.call, event.epoch, event.offer.sdp, (answer) => ({
          type: 'accept',
          call: event.call,
          epoch: event.epoch,
          answer,
        }));
      case 'described': {
        const { call, epoch, description } = event;
        if (description.type !== 'offer') return;
        const { n } = description;
        return this.#answer(call, epoch, description.sdp, (answer) => ({
          type: 'describe',
          call,
          epoch,
          description: { ...answer, ...(n !== undefined && { n }) },
        }));
      }
      case 'transferred': {
        const { call, epoch, role, peer } = event.view;
        const visit = this.#end(event.call);
        if (visit === undefined) return;
        // It calls nobody.
        if (role === 'caller') return void this.#ask({ type: 'hangup', call });
        // Whoever was led here offers next.
        return void this.#visit(call, epoch, peer, visit.user, visit.state.hasRoom);
      }
      case 'ended':
        return void this.#end(event.call);
      default:
    }
  }

  async #begin(call: CallId, epoch: number, sdp: string, caller: Person, user: Address): Promise<void> {
    // From now on, so that whoever hangs up meanwhile ends it.
    const visit = this.#visit(call, epoch, caller, user, true);
    visit.state = newLeaving(await this.#deps.desk.hasRoom(user).catch(() => false));
    // It is over, or was offered anew and is being answered.
    if (this.#visits.get(call) !== visit || visit.epoch !== epoch) return;
    this.#answer(call, epoch, sdp, (answer) => ({ type: 'accept', call, epoch, answer }));
  }

  #visit(call: CallId, epoch: number, caller: Person, user: Address, hasRoom: boolean): Visit {
    const visit: Visit = {
      call,
      caller,
      user,
      epoch,
      state: newLeaving(hasRoom),
      playing: undefined,
      begun: undefined,
      work: Promise.resolve(),
    };
    this.#visits.set(call, visit);
    return visit;
  }

  /** Of a call that is over. */
  #end(call: CallId): Visit | undefined {
    const visit = this.#visits.get(call);
    if (visit === undefined) return undefined;
    this.#visits.delete(call);
    this.#step(visit, { type: 'ended' });
    // After what was recorded is complete.
    visit.work = visit.work.then(() => this.#deps.media.endIvr(call));
    return visit;
  }

  /** A call whose offer cannot be taken ends. */
  #answer(call: CallId, epoch: number, sdp: string, said: (answer: Answer) => Unsent): void {
    const { media, log } = this.#deps;
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    visit.epoch = epoch;
    media
      .answerIvr(call, sdp)
      .then((answer) => this.#ask(said({ type: 'answer', sdp: answer })))
      .catch((error: unknown) => {
        log.warn('voicemail', { call, error: String(error) });
        return this.#ask({ type: 'hangup', call });
      })
      .then(
        (outcome) => {
          // It was over meanwhile.
          if ('error' in outcome && outcome.error !== 'stale_epoch' && !this.#visits.has(call)) media.endIvr(call);
        },
        (error: unknown) => log.error('voicemail', { call, error: String(error) }),
      );
  }

  #heard(call: CallId, event: IvrEvent): void {
    const visit = this.#visits.get(call);
    if (visit === undefined) return;
    switch (event.type) {
      case 'media': {
        const { epoch } = visit;
        this.#deps.switchboard.ephemeral(from, { type: 'media', call, epoch, state: event.state });
        if (event.state === 'connected') this.#step(visit, { type: 'connected' });
        if (event.state === 'lost') this.#step(visit, { type: 'lost' });
        return;
      }
      case 'key':
      case 'recorded':
        return this.#step(visit, event);
      case 'played': {
        const { playing } = visit;
        if (playing?.play === event.play) this.#step(visit, { type: 'played', sound: playing.sound });
        return;
      }
    }
  }

  #step(visit: Visit, input: LeavingInput): void {
    const { state, effects } = leavingMachine.step(visit.state, input, this.#deps.clock.now());
    visit.state = state;
    for (const effect of effects) visit.work = visit.work.then(() => this.#perform(visit, effect));
  }

  async #perform(visit: Visit, effect: LeavingEffect): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#carryOut(visit, effect);
    } catch (error) {
      log.error('voicemail', { call: visit.call, error: String(error) });
      this.#step(visit, { type: 'lost' });
    }
  }

  async #carryOut(visit: Visit, effect: LeavingEffect): Promise<void> {
    const { media, desk, store } = this.#deps;
    const { call, user, caller } = visit;
    switch (effect.type) {
      case 'play': {
        const play = ++this.#plays;
        visit.playing = { play, sound: effect.sound };
        const played = effect.sound === 'greeting' ? await this.#greetingOf(user) : this.#sounds[effect.sound];
        return media.play(call, play, played);
      }
      case 'record': {
        const mostMs = (await store.user(user))?.settings.voicemail?.messageMs ?? voicemailLimits.messageMs;
        visit.begun = await desk.begin(user, caller, call);
        const { id: recording, folder } = visit.begun;
        return media.recordIvr(call, { recording, folder, silenceMs: voicemailLimits.silenceMs, mostMs });
      }
      case 'keep': {
        const { begun } = visit;
        const heardMs = await media.recordedIvr(call);
        return begun && desk.keep(begun.id, heardMs);
      }
      case 'hang_up':
        await this.#ask({ type: 'hangup', call });
    }
  }

  /** Where theirs cannot be read, callers hear that of the server. */
  async #greetingOf(user: Address): Promise<readonly Sound[]> {
    const { greetings, log } = this.#deps;
    try {
      const own = await greetings.sound(user);
      return own === undefined ? this.#sounds.greeting : [pause, own, pause];
    } catch (error) {
      log.warn('voicemail', { greeting: user, error: String(error) });
      return this.#sounds.greeting;
    }
  }

  #ask(request: Unsent): Promise<Outcome> {
    const id = `voicemail.${++this.#requests}`;
    return new Promise((resolve) => this.#deps.switchboard.request(from, { ...request, id }, resolve));
  }
}
