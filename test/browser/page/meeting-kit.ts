/** What a test page does in meetings. */
import { createMeeting, enterMeeting, inviteToMeeting, moveCall, onMove } from '@offhook/client/meetings';
import type { Meeting, MeetingAttendee, MeetingPlan } from '@offhook/client/meetings';
import type * as Sdk from '@offhook/client';
import { outcome } from './kit.ts';
import { ownStream } from './own-stream.ts';
import { SessionKit } from './session-kit.ts';
import { until } from './until.ts';

export class MeetingKit extends SessionKit {
  #meeting: Meeting | undefined;

  /** Its id. */
  async createMeeting(plan: MeetingPlan = {}): Promise<string> {
    return (await createMeeting(this.#phone, plan)).meeting;
  }

  /** The code of the error with which it was refused, if it was. */
  enter(id: string, passcode?: string): Promise<string | undefined> {
    return outcome(enterMeeting(this.#phone, id, { passcode }).then((meeting) => this.#attend(meeting)));
  }

  /** Leads the call with somebody on into the meeting. The code of the error with which it did not go over, if it did not. */
  async moveCall(peer: string): Promise<string | undefined> {
    const call = this.#phone.calls.find((one) => one.peer.address === peer);
    if (call === undefined) throw new Error(`no call with ${peer}`);
    return this.#move(call);
  }

  /** From here on the microphone of this page gives a tone that never stops: that of the browser beeps. */
  plugInTone(): void {
    navigator.mediaDevices.getUserMedia = ({ audio, video } = {}) => {
      const { [0]: sound } = ownStream().getAudioTracks();
      const { [0]: picture } = ownStream().getVideoTracks();
      return Promise.resolve(new MediaStream([...(audio && sound ? [sound] : []), ...(video && picture ? [picture] : [])]));
    };
  }

  /** Goes on as a call with the other one. The code of the error with which it was refused, if it was. */
  callFromMeeting(): Promise<string | undefined> {
    return outcome(this.#at.call());
  }

  /** Goes along wherever somebody leads a call. */
  followMoves(): void {
    onMove(this.#phone, (call, meeting) => {
      void this.enter(meeting)
        .then((refused) => refused ?? this.#move(call))
        .then((error) => this.news.push(`moved ${error ?? 'well'}`));
    });
  }

  stage(): string {
    return this.#at.state;
  }

  isHost(): boolean {
    return this.#at.isHost;
  }

  standsIn(): boolean {
    return this.#at.info.standsIn === true;
  }

  isLocked(): boolean {
    return this.#at.info.locked;
  }

  attendees(): string[] {
    return this.#at.attendees.map(({ user }) => user.address);
  }

  conversation(): string | undefined {
    return this.#at.conversation;
  }

  /** Resolves with those whom it rings. */
  async ring(address: string): Promise<readonly string[]> {
    return (await inviteToMeeting(this.#phone, this.#at.id, { ring: [address] })).rung;
  }

  /** Resolves with the meeting to which somebody rings. */
  async untilRungFor(address: string): Promise<string | undefined> {
    const call = await until(
      `a ring of ${address}`,
      () => this.#phone.calls.find(({ peer, state }) => peer.address === address && state === 'incoming'),
      () => this.#phone.calls.map(({ peer, state }) => [peer.address, state]),
    );
    return call.meeting?.meeting;
  }

  liveCalls(): string[] {
    return this.#phone.calls.map(({ state }) => state);
  }

  raiseHand(raised: boolean): Promise<void> {
    return this.#at.raiseHand(raised);
  }

  lock(locked: boolean): Promise<void> {
    return this.#at.lock(locked);
  }

  endForAll(): Promise<void> {
    return this.#at.endForAll();
  }

  leaveMeeting(): Promise<void> {
    return this.#at.leave();
  }

  /** Does this with somebody who is in it or waits. The code of the error with which it was refused, if it was. */
  host(act: 'admit' | 'refuse' | 'remove' | 'mute' | 'makeHost', address: string): Promise<string | undefined> {
    const found = [...this.#at.attendees, ...this.#at.waiting].find(({ user }) => user.address === address);
    return outcome(this.#at[act](found?.participant ?? 'nobody'));
  }

  override hangUpAll(): void {
    void this.#meeting?.leave();
    super.hangUpAll();
  }

  get #phone(): NonNullable<typeof this.my> {
    if (this.my === undefined) throw new Error('not connected');
    return this.my;
  }

  get #at(): Meeting {
    if (this.#meeting === undefined) throw new Error('in no meeting');
    return this.#meeting;
  }

  async #move(call: Sdk.Call): Promise<string | undefined> {
    await this.listenForGaps(call.peer.address);
    return outcome(moveCall(this.#phone, call, this.#at));
  }

  #attend(meeting: Meeting): void {
    this.#meeting = meeting;
    meeting.on('session', (session) => {
      this.follow(session);
      this.news.push('session');
    });
    meeting.on('attendee', (change, { user, place, hand }: MeetingAttendee) =>
      this.news.push(`${place} ${change} ${user.address}${hand === undefined ? '' : ' hand'}`),
    );
    meeting.on('state', (state) => this.news.push(`state ${state}`));
    meeting.on('call', ({ peer }) => this.news.push(`call ${peer.address}`));
    meeting.on('ended', (cause) => this.news.push(`over ${cause}`));
  }
}
