/**
 * A call that goes on as a meeting, without ringing again: one side enters a meeting and asks the other one to come there. Each sends there
 * what it sends in the call, and says once it hears the other. Then the call ends with the cause `joined`; until then it is as it was.
 */
import { isNumber, meetingLimits } from '@offhook/core';
import type { EventOf, Instant, MeetingId } from '@offhook/core';
import type { Call } from '../call.ts';
import { OffhookError } from '../errors.ts';
import { openPhone } from '../phone.ts';
import type { Opened } from '../part.ts';
import type { Phone } from '../phone.ts';
import type { RemoteStream } from '../session/receiver.ts';
import type { LocalStream } from '../session/publisher.ts';
import type { Session } from '../session/session.ts';
import type { Meeting } from './meeting.ts';
import { inviteToMeeting } from './plans.ts';

/** How to lead a call on. */
export interface MoveOptions {
  readonly publish?: boolean | undefined;
}

/** Calls that are on their way into a meeting here, and whom to tell should they not get there that the other side asks elsewhere. */
const going = new WeakMap<Call, (() => void)[]>();
/** Into which meeting the other side of a call has asked last. */
const asked = new WeakMap<Call, MeetingId>();

/**
 * Leads a call on into a meeting that one is in, or follows the other side there. What is sent in the call is sent there, too, unless one
 * publishes something already, or with `publish: false`, where the application sees to that. Show the meeting before, so that nothing is
 * missed. Resolves once both hear one another there; the call has ended with the cause `joined` then. Rejects with `media_unavailable` where
 * they do not within `meetingLimits.moveMs`, with `wrong_state` where the other side leads it into another meeting or it is on its way already, and
 * as `inviteToMeeting` does; the call then goes on as it was, and what it has published is taken back. A telephone number, and whoever talks at a
 * SIP phone, is led there by the server, for hosts: the call has ended with the cause `transferred` then.
 */
export async function moveCall(
  phone: Phone,
  call: Call,
  meeting: Meeting,
  { publish = true }: MoveOptions = {},
): Promise<void> {
  if (going.has(call)) throw new OffhookError('wrong_state');
  const untold: (() => void)[] = [];
  going.set(call, untold);
  const asks = asked.get(call) !== meeting.id;
  try {
    if (isNumber(call.peer.address)) return await new Passage(openPhone(phone), call, meeting).lead(publish);
    if (asks) await inviteToMeeting(phone, meeting.id, { users: [call.peer.address] });
    await new Passage(openPhone(phone), call, meeting).go(asks, publish);
  } finally {
    going.delete(call);
    asked.delete(call);
    for (const tell of untold) tell();
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
    // That it hears one there follows on the question.
    if (call === undefined) return;
    const busy = going.get(call);
    if (busy !== undefined) {
      if (!told.heard) busy.push(() => tell(told));
      return;
    }
    if (told.heard && asked.get(call) === told.meeting) return;
    asked.set(call, told.meeting);
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
  readonly #until: Instant;

  constructor(opened: Opened, call: Call, meeting: Meeting) {
    this.#opened = opened;
    this.#call = call;
    this.#meeting = meeting;
    this.#until = opened.platform.clock.now() + meetingLimits.moveMs;
  }

  async go(asks: boolean, publishes: boolean): Promise<void> {
    const [call, meeting] = [this.#call, this.#meeting];
    await this.#wait(() => meeting.session !== undefined);
    const { session } = meeting;
    if (session === undefined) throw gone();
    // Before anything is opened for it: the other side may be leading the call elsewhere.
    if (asks) await this.#say(false);
    const published = publishes && session.published.length === 0 ? await publish(call, session) : undefined;
    try {
      // Somebody at a phone has no page that could say so: the server brings them there.
      const isThere = (): boolean => call.cause === 'transferred';
      await this.#wait(() => isThere() || hears(call, theirsIn(session, meeting, call)));
      if (isThere()) return;
      // From here on the other is heard there: not twice.
      for (const track of call.remoteStream.getAudioTracks()) track.enabled = false;
      await this.#say(true);
      await this.#wait(() => call.cause === 'joined' || isThere());
    } catch (error) {
      for (const track of call.remoteStream.getAudioTracks()) track.enabled = true;
      if (published !== undefined && session.published.includes(published)) session.unpublish(published);
      throw error;
    }
  }

  /** Somebody without a page: the server brings them there. */
  async lead(publishes: boolean): Promise<void> {
    const [call, meeting] = [this.#call, this.#meeting];
    await this.#wait(() => meeting.session !== undefined);
    const { session } = meeting;
    if (session === undefined) throw gone();
    const published = publishes && session.published.length === 0 ? await publish(call, session) : undefined;
    try {
      await this.#say(false);
      await this.#wait(() => call.cause === 'transferred');
    } catch (error) {
      if (published !== undefined && session.published.includes(published)) session.unpublish(published);
      throw error;
    }
  }

  #say(heard: boolean): Promise<unknown> {
    return this.#opened.connection.request('move', { call: this.#call.id, meeting: this.#meeting.id, heard });
  }

  /** Looks again whenever something may have changed. Rejects when the call or the meeting is over, or it takes too long. */
  #wait(isSo: () => boolean): Promise<void> {
    const [call, meeting] = [this.#call, this.#meeting];
    const { clock } = this.#opened.platform;
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
        clock.schedule(Math.max(0, this.#until - clock.now()), () => done(() => reject(gone()))),
      );
      look();
    });
  }
}

/** What is sent in the call, by tracks of its own: those of the call end with it. */
async function publish(call: Call, session: Session): Promise<LocalStream | undefined> {
  const tracks = call.localStream.getTracks().map((track) => track.clone());
  return tracks.length > 0 ? session.publish(new MediaStream(tracks), { owned: true }) : undefined;
}

/** What the other side of the call publishes there; undefined: it is not there. */
function theirsIn(session: Session, { attendees }: Meeting, { peer }: Call): readonly RemoteStream[] | undefined {
  const theirs = attendees.filter(({ user }) => user.address === peer.address);
  if (theirs.length === 0) return undefined;
  return session.streams.filter((remote) => theirs.some(({ participant }) => participant === remote.participant));
}

/**
 * Their sound arrives there, or their picture where they have no microphone; whoever sends nothing in the call has to be there. A track is
 * muted until something of it has arrived (W3C webrtc-pc §5.3).
 */
export function hears(
  { remoteStream }: Pick<Call, 'remoteStream'>,
  theirs: readonly Pick<RemoteStream, 'stream'>[] | undefined,
): boolean {
  if (theirs === undefined) return false;
  if (remoteStream.getTracks().length === 0) return true;
  const tracks = theirs.flatMap(({ stream }) => stream.getTracks());
  const sounds = tracks.filter(({ kind }) => kind === 'audio');
  return (sounds.length > 0 ? sounds : tracks).some(({ muted }) => !muted);
}

function gone(): OffhookError {
  return new OffhookError('media_unavailable');
}

function isMoving(told: object): told is EventOf<'moving'> {
  return 'type' in told && told.type === 'moving';
}
