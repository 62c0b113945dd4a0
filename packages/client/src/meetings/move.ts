/**
 * A call that goes on as a meeting, without ringing again: one side enters a meeting and asks the other one to come there. Each sends there
 * what it sends in the call, and says once it hears the other. Then the call ends with the cause `joined`; until then it is as it was.
 */
import type { EventOf, MeetingId } from '@offhook/core';
import type { Call } from '../call.ts';
import { OffhookError } from '../errors.ts';
import { openPhone } from '../phone.ts';
import type { Opened } from '../part.ts';
import type { Phone } from '../phone.ts';
import type { RemoteStream } from '../session/receiver.ts';
import type { Session } from '../session/session.ts';
import type { Meeting } from './meeting.ts';
import { inviteToMeeting } from './plans.ts';

/** How to lead a call on. */
export interface MoveOptions {
  readonly publish?: boolean | undefined;
}

/** How long both sides have to hear one another there, in milliseconds. */
const patience = 20_000;

/** Calls that are asked, or on their way, into these meetings. */
const ways = new WeakMap<Call, MeetingId>();

/**
 * Leads a call on into a meeting that one is in, or follows the other side there. What is sent in the call is sent there, too, unless one
 * publishes something already, or with `publish: false`, where the application sees to that. Show the meeting before, so that nothing is
 * missed. Resolves once both hear one another there; the call has ended with the cause `joined` then. Rejects with `media_unavailable` where
 * they do not in time, and as `inviteToMeeting` does; the call then goes on as it was.
 */
export async function moveCall(
  phone: Phone,
  call: Call,
  meeting: Meeting,
  { publish = true }: MoveOptions = {},
): Promise<void> {
  const asks = ways.get(call) !== meeting.id;
  ways.set(call, meeting.id);
  try {
    if (asks) await inviteToMeeting(phone, meeting.id, { users: [call.peer.address] });
    await new Passage(openPhone(phone), call, meeting).go(asks, publish);
  } finally {
    ways.delete(call);
  }
}

/**
 * Tells of calls whose other side goes on in a meeting: `enterMeeting` and `moveCall` lead there. The function returned takes the listener
 * back.
 */
export function onMove(phone: Phone, listener: (call: Call, meeting: MeetingId) => void): () => void {
  const { parts } = openPhone(phone);
  const tell = (told: object): void => {
    if (!isMoving(told)) return;
    const call = phone.calls.find(({ id }) => id === told.of);
    if (call === undefined || ways.has(call)) return;
    ways.set(call, told.meeting);
    listener(call, told.meeting);
  };
  parts.add(tell);
  return () => void parts.delete(tell);
}

/** One call on its way into a meeting. */
class Passage {
  readonly #opened: Opened;
  readonly #call: Call;
  readonly #meeting: Meeting;

  constructor(opened: Opened, call: Call, meeting: Meeting) {
    this.#opened = opened;
    this.#call = call;
    this.#meeting = meeting;
  }

  async go(asks: boolean, publishes: boolean): Promise<void> {
    const [call, meeting] = [this.#call, this.#meeting];
    await this.#until(() => meeting.session !== undefined);
    const { session } = meeting;
    if (session === undefined) throw gone();
    if (publishes && session.published.length === 0) await publish(call, session);
    if (asks) await this.#say(false);
    await this.#until(() => this.#hears(session));
    // From here on the other is heard there: not twice.
    for (const track of call.remoteStream.getAudioTracks()) track.enabled = false;
    try {
      await this.#say(true);
      await this.#until(() => call.cause === 'joined');
    } catch (error) {
      for (const track of call.remoteStream.getAudioTracks()) track.enabled = true;
      throw error;
    }
  }

  #say(heard: boolean): Promise<unknown> {
    return this.#opened.connection.request('move', { call: this.#call.id, meeting: this.#meeting.id, heard });
  }

  /** Something arrives there from the other side; whoever sends nothing has to be there. */
  #hears(session: Session): boolean {
    const { address } = this.#call.peer;
    const theirs = this.#meeting.attendees.filter(({ user }) => user.address === address);
    if (this.#call.remoteStream.getTracks().length === 0) return theirs.length > 0;
    return session.streams.some(
      (remote) => theirs.some(({ participant }) => participant === remote.participant) && flows(remote),
    );
  }

  /** Looks again whenever something may have changed. Rejects when the call or the meeting is over, or after `patience`. */
  #until(isSo: () => boolean): Promise<void> {
    const [call, meeting] = [this.#call, this.#meeting];
    return new Promise((resolve, reject) => {
      const offs: (() => void)[] = [];
      const done = (settle: () => void): void => {
        for (const off of offs.splice(0)) off();
        settle();
      };
      const look = (): void => {
        if (isSo()) done(resolve);
        else if (call.state === 'ended' || meeting.state === 'over') done(() => reject(gone()));
        else for (const { stream } of meeting.session?.streams ?? []) listen(stream);
      };
      const heard = new Set<MediaStreamTrack>();
      const listen = (stream: MediaStream): void => {
        for (const track of stream.getTracks()) {
          if (heard.has(track)) continue;
          heard.add(track);
          track.addEventListener('unmute', look);
          offs.push(() => track.removeEventListener('unmute', look));
        }
      };
      const attend = (session: Session): void => void offs.push(session.on('streamAvailable', look));
      if (meeting.session !== undefined) attend(meeting.session);
      offs.push(
        meeting.on('session', (session) => {
          attend(session);
          look();
        }),
        meeting.on('attendee', look),
        meeting.on('ended', look),
        call.on('ended', look),
        this.#opened.platform.clock.schedule(patience, () => done(() => reject(gone()))),
      );
      look();
    });
  }
}

/** What is sent in the call, by tracks of its own: those of the call end with it. */
async function publish(call: Call, session: Session): Promise<void> {
  const tracks = call.localStream.getTracks().map((track) => track.clone());
  if (tracks.length > 0) await session.publish(new MediaStream(tracks), { owned: true });
}

/** A track is muted until something of it has arrived (W3C webrtc-pc §5.3). */
function flows({ stream }: RemoteStream): boolean {
  return stream.getTracks().some(({ muted }) => !muted);
}

function gone(): OffhookError {
  return new OffhookError('media_unavailable');
}

function isMoving(told: object): told is EventOf<'moving'> {
  return 'type' in told && told.type === 'moving';
}
