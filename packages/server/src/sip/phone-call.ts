/**
 * A call at a phone of a user. Towards the server it is what a page is, by the same machine (`core/src/call/endpoint.ts`): what that wants of
 * a page is done by SIP, and what the phone says is what a person does.
 *
 *     call ──incoming──► endpoint ──prepare──► INVITE ──► phone          phone ──INVITE──► endpoint ──open──► invite ──► call
 *          ◄──accept──── endpoint ◄──answer─── 200 ◄─────                      ◄──200───── endpoint ◄─accepted────────
 *          ──ended─────► endpoint ──close────► BYE, CANCEL or a refusal, with the reason
 */
import type { Answer, Description, EndpointEffect, EndpointInput, EndpointState, Event, Offer, Outgoing } from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { CallEphemeral } from '../ports.ts';
import { EndpointDrive } from './endpoint-drive.ts';
import { isHeldIn } from './hold.ts';
import { InOrder } from './in-order.ts';
import type { Invitation } from './incoming.ts';
import type { LegEvents, SipLeg } from './leg.ts';
import { reasonOf, refusalOf, statusOf } from './phone-causes.ts';
import type { PhoneHost } from './phone-host.ts';
import { isAsked } from './requests.ts';
import type { Asked } from './requests.ts';
import type { PhoneMedia } from './phone-media.ts';
import type { Rings, RingsEvents } from './rings.ts';
import { Silence } from './silence.ts';
import { inputsOf, meanwhileIn, remoteOf, taken } from './told.ts';

type Effect<T extends EndpointEffect['type']> = Extract<EndpointEffect, { type: T }>;

export class PhoneCall {
  readonly #host: PhoneHost;
  readonly #drive: EndpointDrive;
  /** What is done one after the other: sides are answered in the order in which they spoke. */
  readonly #work = new InOrder();
  /** The phone calls. */
  #incoming: Invitation | undefined;
  /** The phone rings. */
  #rings: Rings | undefined;
  /** Of whoever at the phone has the call. */
  #carrier: PhoneMedia | undefined;
  /** Of the phone that is heard before it has taken it. */
  #heard: PhoneMedia | undefined;
  /** It was heard before it was taken. */
  #isHearing = false;
  /** How the other side's packets arrive, where they did so before it was taken. */
  #connection: 'connected' | 'disconnected' | 'failed' | undefined;
  #leg: SipLeg | undefined;
  /** What the other side offers while the phone rings. */
  #offered: { readonly epoch: number; readonly offer: Offer } | undefined;
  /** What we have offered last, until it is answered. */
  #asked: { readonly epoch: number; readonly offer: Offer } | undefined;
  #isRinging = false;
  /** Somebody else has taken what the phone has called, beside whom it rings here. */
  #elsewhere: true | undefined;
  readonly silence: Silence;
  /** Further devices of its login may be there. */
  readonly ringMore = (): void => this.#rings?.more();

  constructor(host: PhoneHost, call: string) {
    this.#host = host;
    this.#drive = new EndpointDrive(host.clock, call, {
      stepped: (before) => this.#stepped(before),
      perform: (effect) => this.#perform(effect),
    });
    this.silence = new Silence(host.clock, this);
  }

  get id(): string {
    return this.#state.call;
  }

  get isOver(): boolean {
    return this.#state.kind === 'ended';
  }

  /** The phone holds it. */
  get isHolding(): boolean {
    return 'mine' in this.#state && this.#state.mine.held;
  }

  /** Its dialog, once it is up. */
  get leg(): SipLeg | undefined {
    return this.#leg;
  }

  get #state(): EndpointState {
    return this.#drive.state;
  }

  get #media(): PhoneMedia {
    if (this.#carrier === undefined) throw new Refusal('wrong_state');
    return this.#carrier;
  }

  /** The phone calls somebody. */
  place(invite: Invitation, to: string): void {
    this.#incoming = invite;
    this.#carrier = this.#host.media(this, invite.from, invite.offer);
    invite.onCancelled = (elsewhere) => this.hangUp(elsewhere);
    this.input({ type: 'place', to, media: { audio: true, video: false } });
  }

  /** What the server tells. */
  hear(event: Event): void {
    for (const input of inputsOf(event, this.#state.kind === 'new')) this.input(input);
  }

  /** Whether this is what carries its sound: what rings elsewhere has one, too. */
  isCarriedBy(media: PhoneMedia): boolean {
    return media === (this.#carrier ?? this.#heard);
  }

  /** Packets of the other side arrive, or do no longer. */
  connection(state: 'connected' | 'disconnected' | 'failed'): void {
    const own = this.#state;
    if ('epoch' in own && ['answering', ...taken].includes(own.kind)) this.input({ type: 'media', epoch: own.epoch, state });
    else this.#connection = state;
  }

  /** It is taken, after something was heard of it. */
  #connected(): void {
    if (this.#connection !== undefined) this.connection(this.#connection);
    this.#connection = undefined;
  }

  /** A key was pressed at the phone. `isPassedOn`: the other side hears it. */
  pressed(digit: string, isPassedOn: boolean): void {
    const { from, switchboard } = this.#host;
    switchboard.administration.pressed(this.id, { user: from.person.address, digit, isPassedOn });
  }

  /** Offers to the other side what the phone has offered. */
  describe(offer: Offer): void {
    if ('epoch' in this.#state) this.#offer(this.#state.epoch, offer);
  }

  #offer(epoch: number, offer: Offer): void {
    this.#asked = { epoch, offer };
    this.#described(epoch, offer);
  }

  /** It takes its time: meanwhile the other side may have led on, and there is nobody yet whom it could be told. */
  #described(epoch: number, description: Description): void {
    if (taken.includes(this.#state.kind)) this.input({ type: 'description_ready', epoch, description });
  }

  /** What has carried the sound is gone: both sides are led to another way. */
  mediaLost(media: PhoneMedia): void {
    if (!this.isCarriedBy(media)) return this.#rings?.lost(media);
    const [state, leg] = [this.#state, this.#leg];
    if (leg !== undefined) this.#watch(this.#lead(leg));
    // What rings is offered anew, and what is talked goes on in another epoch.
    if (state.kind === 'calling') this.input({ type: 'network' });
    else if (leg === undefined) this.input({ type: 'media_failed' });
    else if ('epoch' in state && taken.includes(state.kind)) this.input({ type: 'epoch_failed', epoch: state.epoch });
  }

  /** The phone may have something to say before: its turn comes first. */
  async #lead(leg: SipLeg): Promise<void> {
    const answer = await leg.offer(() => this.#inOrder(() => this.#media.offerPhone()));
    await this.#inOrder(() => this.#media.phoneAnswered(answer));
  }

  hangUp(elsewhere?: true): void {
    this.#elsewhere = elsewhere;
    this.input({ type: 'hangup' });
  }

  input(input: EndpointInput): void {
    this.#drive.input(input);
  }

  #stepped(before: EndpointState): void {
    if (this.#state.call !== before.call) this.#host.renamed(this);
    const rings = remoteOf(this.#state);
    if (rings !== undefined && rings !== 'early' && rings !== remoteOf(before)) this.#incoming?.progress(180);
    if (this.#leg !== undefined) this.#carrier?.play(meanwhileIn(this.#state));
  }

  #perform(effect: EndpointEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.message);
      case 'open':
        return this.#open(effect);
      case 'prepare':
        return this.#prepare(effect);
      case 'remote':
        return this.#remote(effect);
      case 'remote_candidates':
        return (this.#carrier ?? this.#rings)?.candidates(effect.candidates, effect.end);
      case 'repeat':
        if (effect.offer && this.#asked?.epoch === effect.epoch) this.#described(effect.epoch, this.#asked.offer);
        return;
      case 'restart_ice':
        return this.#do(async () => this.#offer(effect.epoch, await this.#media.offerBrowser()));
      case 'close':
        return this.#close();
      // The phone has its microphone open by itself, and whoever comes next is led to a bridge that begins anew.
      case 'apply':
      case 'capture':
      case 'part':
    }
  }

  #send(message: Outgoing): void {
    if (isAsked(message)) return this.#ask(message);
    // Phones ask nobody into meetings.
    if (message.type === 'meeting_call') return;
    // As soon as the phone says so.
    if (message.type !== 'ringing' || this.#isRinging) this.#host.switchboard.ephemeral(this.#host.from, message);
  }

  #ask(message: Asked): void {
    const { from, about, requests } = this.#host;
    const more = message.type === 'invite' ? about : message.type === 'hangup' ? { elsewhere: this.#elsewhere } : {};
    requests.ask(from, { ...message, ...more }, (outcome) => {
      const { type: request } = message;
      // What was said under the id of an invite that crossed says nothing of the call that it has become.
      if (message.call !== this.#state.call) return;
      if ('error' in outcome) this.input({ type: 'failed', request, code: outcome.error });
      else this.input({ type: 'done', request, merged: outcome.ok['merged'] as never });
    });
  }

  /** Offers to the other side, for the first time with what the phone has offered. */
  #open({ epoch }: Effect<'open'>): void {
    const first = this.#leg === undefined ? this.#incoming : undefined;
    this.#do(async () => {
      const offer = first === undefined ? await this.#media.offerBrowser() : await this.#media.place(first.offer);
      // It may be overtaken, as by a call of the other side.
      if (this.#state.kind !== 'opening') return;
      this.#asked = { epoch, offer };
      this.input({ type: 'offer_ready', epoch, offer });
    });
  }

  #prepare({ epoch, offer, candidates, end }: Effect<'prepare'>): void {
    this.#offered = { epoch, offer };
    this.#asked = undefined;
    if (this.#carrier !== undefined) {
      this.#carrier.candidates(candidates, end);
      return this.#do(() => this.#answer());
    }
    if (this.#rings !== undefined) {
      this.#do(async () => this.#tellHeard(this.#heard, await this.#heard?.browserOffers(offer)));
      return this.#rings.candidates(candidates, end);
    }
    if (this.#state.kind !== 'incoming') return;
    const { peer, transferredBy, ringUntil } = this.#state;
    const seconds = Math.max(1, Math.ceil((ringUntil - this.#host.clock.now()) / 1_000));
    const rings = this.#host.rings(this, { peer, transferredBy }, seconds, this.#ringing());
    this.#rings = rings;
    rings.candidates(candidates, end);
    this.#do(() => rings.start(offer));
  }

  async #answer(): Promise<void> {
    if (this.#offered === undefined) return;
    const { epoch, offer } = this.#offered;
    const answer = await this.#media.browserOffers(offer);
    // Both have called at once, and the phone is taken by whom it calls.
    if (this.#leg === undefined && this.#incoming !== undefined) this.#accept(this.#incoming, await this.#media.crossed());
    this.input({ type: 'answer_ready', epoch, answer });
  }

  #remote({ epoch, description }: Effect<'remote'>): void {
    if (description.type === 'pranswer') return this.#hears({ type: 'answer', sdp: description.sdp });
    if (description.type === 'offer') {
      // Both have begun at once: the caller's counts, as between pages (RFC 8829 §4.1.10.2).
      if (this.#asked?.epoch === epoch && 'role' in this.#state && this.#state.role === 'caller') return;
      this.#asked = undefined;
      const { n } = description;
      const told = (answer: Answer): void => this.#described(epoch, { ...answer, ...(n !== undefined && { n }) });
      // Once what came before is done, such as its being taken; but the phone may be asked for it, and have something to say before.
      const turn = this.#inOrder(() => Promise.resolve());
      return this.#watch(turn.then(() => this.#media.browserOffers(description)).then(told), epoch);
    }
    this.#asked = undefined;
    const invite = this.#leg === undefined ? this.#incoming : undefined;
    // The phone may wait for it while it is its turn: nothing else does.
    if (invite === undefined) return this.#watch(this.#media.browserAnswered(description).then(() => this.#connected()));
    this.#do(async () => {
      const told = await this.#media.answered(description).catch((error: unknown) => {
        if (!this.#isHearing) throw error;
        return undefined;
      });
      this.#accept(invite, told ?? (await this.#media.crossed()));
      // Somebody else was heard: both sides are led to another way.
      if (told === undefined) this.input({ type: 'epoch_failed', epoch });
      else this.#connected();
    });
  }

  /** Whoever it calls is heard, and has not taken it. Where that cannot be, it rings as before. */
  #hears(answer: Answer): void {
    const invite = this.#leg === undefined ? this.#incoming : undefined;
    if (this.#leg === undefined && invite?.offer === undefined) return;
    this.#inOrder(async () => {
      if (invite === undefined) return this.#media.browserAnswered(answer, true);
      invite.progress(183, await this.#media.answered(answer, true));
      this.#isHearing = true;
    }).catch(() => undefined);
  }

  #accept(invite: Invitation, sdp: string): void {
    this.#leg = invite.accept(sdp, this.#talking());
    if (this.#leg !== undefined) this.#host.answered(this);
  }

  #ringing(): RingsEvents {
    return {
      talking: this.#talking(),
      ringing: () => {
        if (this.#isRinging) return;
        this.#isRinging = true;
        if (this.#state.kind === 'incoming') this.#send({ type: 'ringing', call: this.#state.call });
      },
      early: (heard) => {
        this.#heard = heard?.media;
        if (heard === undefined) return this.#say({ type: 'ringing', call: this.id });
        this.#inOrder(async () => {
          if (this.#offered !== undefined) this.#tellHeard(heard.media, await heard.tell(this.#offered.offer));
        }).catch(() => undefined);
      },
      taken: (leg, sdp, media) => {
        this.#leg = leg;
        this.#carrier = media;
        if (media !== this.#heard) this.#connection = undefined;
        this.#host.answered(this);
        this.#do(async () => {
          if (this.#offered === undefined) return;
          const { epoch, offer } = this.#offered;
          const answer = await media.taken(sdp, offer);
          this.input({ type: 'answer_ready', epoch, answer });
          this.input({ type: 'answer', media: { audio: true, video: false } });
          this.#connected();
        });
      },
      refused: (status) => this.input({ type: 'reject', reason: refusalOf(status) }),
    };
  }

  /** What is heard of the phone before it has taken it. */
  #tellHeard(media: PhoneMedia | undefined, answer: Answer | undefined): void {
    if (this.#offered === undefined || answer === undefined || media !== this.#heard) return;
    const { epoch } = this.#offered;
    this.#say({ type: 'ringing', call: this.id, early: { epoch, description: { type: 'pranswer', sdp: answer.sdp } } });
  }

  #say(message: CallEphemeral): void {
    if (this.#state.kind === 'incoming') this.#host.switchboard.ephemeral(this.#host.from, message);
  }

  #talking(): LegEvents {
    return {
      offered: async (sdp) => {
        const answer = await this.#media.phoneOffers(sdp, (work) => this.#inOrder(work));
        this.input({ type: 'update', change: { held: isHeldIn(sdp) } });
        return answer;
      },
      wanted: () => this.#inOrder(() => this.#media.offerPhone()),
      answered: (sdp) => this.#do(() => this.#media.phoneAnswered(sdp)),
      pressed: (digit) => this.pressed(digit, this.#media.press(digit)),
      referred: (request) => this.#host.referred(this, request),
      ended: () => this.input({ type: 'hangup' }),
    };
  }

  #close(): void {
    const [incoming, rings, leg] = [this.#incoming, this.#rings, this.#leg];
    this.silence.end();
    const { cause, error } = this.#state as Extract<EndpointState, { kind: 'ended' }>;
    const fields = { Reason: reasonOf(cause) };
    if (leg !== undefined) leg.hangUp(fields);
    else if (rings !== undefined) rings.cancel(fields);
    else incoming?.refuse(statusOf(cause, error), fields);
    this.#carrier?.close();
    this.#host.over(this, error);
  }

  #do(work: () => Promise<void>): void {
    this.#watch(this.#inOrder(work));
  }

  /** `epoch`: in a later one it is of no account that it has failed. */
  #watch(work: Promise<void>, epoch?: number): void {
    work.catch((error: unknown) => {
      if (this.isOver || (epoch !== undefined && 'epoch' in this.#state && this.#state.epoch !== epoch)) return;
      this.#host.log.warn('sip', { call: this.id, error: String(error) });
      // A call that is up stays as it was.
      if (this.#state.kind !== 'active' && this.#state.kind !== 'reconnecting') this.input({ type: 'media_failed' });
    });
  }

  /** After what was begun before. What comes too late is not done. */
  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    return this.#work.run(work, () => {
      if (this.isOver) throw new Refusal('call_ended');
    });
  }
}
