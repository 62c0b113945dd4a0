import type { Cause } from '../call/causes.ts';
import type { From } from '../call/types.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant, Milliseconds, Tick } from '../machine.ts';
import type { ConversationId } from '../protocol/conversations.ts';
import type { Lobby, MeetingChange, MeetingId } from '../protocol/meetings.ts';
import type { ParticipantId, SessionId } from '../protocol/sessions.ts';
import type { Address, DeviceId, Event, Person } from '../protocol/signaling.ts';
import type { SessionInput } from '../session/types.ts';

/** Nobody has made it, or it is forgotten. */
export interface Unmade {
  readonly kind: 'unmade';
  readonly id: MeetingId;
}

/** What was said of a meeting by those who may. */
export interface Plan {
  readonly title?: string | undefined;
  readonly startsAt?: Instant | undefined;
  readonly durationMs?: Milliseconds | undefined;
  /** For display. */
  readonly zone?: string | undefined;
  readonly passcode?: string | undefined;
  readonly lobby: Lobby;
  readonly remindMs: Milliseconds;
  /** Whose members come in without waiting. */
  readonly conversation?: ConversationId | undefined;
}

/** Somebody in the meeting or its lobby, on one device. */
export interface Attendee {
  /** Also in the session. */
  readonly id: ParticipantId;
  readonly person: Person;
  readonly device: DeviceId;
  readonly connection: string;
  /** Without an account here. */
  readonly guest: boolean;
  /** By telephone: somebody with a number, who has no page. */
  readonly phone?: true | undefined;
  /** `ringing`: the telephone of somebody whom the meeting calls. */
  readonly place: 'ringing' | 'waiting' | 'in';
  /** When they knocked, or were let in. */
  readonly since: Instant;
  /** They have joined the session. */
  readonly here: boolean;
  readonly hand?: Instant | undefined;
}

export interface Standing {
  readonly kind: 'standing';
  readonly id: MeetingId;
  readonly plan: Plan;
  /** Who has made it; nobody, where a program has. */
  readonly by?: Person | undefined;
  /** Named by whoever made it, or by a host: they may do everything. */
  readonly hosts: readonly Address[];
  /** Those of them who were named as it was made: nobody sends them away. */
  readonly founders: readonly Address[];
  /** Leads those who are in it while no host is. */
  readonly standIn?: Address | undefined;
  readonly emails: readonly string[];
  readonly users: readonly Person[];
  /** Of the calendar entry (RFC 5545 §3.8.7.4): grows with each change that concerns a calendar. */
  readonly sequence: number;
  readonly madeAt: Instant;
  /** By which telephones find it; absent for one that was made before there were any. */
  readonly pin?: string | undefined;
  /** Stands for what it was made by, where that may be asked again. */
  readonly asked?: string | undefined;
  /** When it was changed last, as a calendar is told. */
  readonly changedAt: Instant;
  /** When somebody was in it last. */
  readonly usedAt: Instant;
  /** Those who were invited were reminded of this time. */
  readonly reminded?: Instant | undefined;
  readonly locked: boolean;
  /** Users who come in without a passcode and without waiting: they were let in before, or are invited. */
  readonly cleared: readonly Address[];
  /** Users who come in no more. */
  readonly barred: readonly Address[];
  /** In the order in which they came. */
  readonly attendees: Readonly<Record<ParticipantId, Attendee>>;
  /** The session in which they meet, from the first who is let in until it is over. */
  readonly session?: SessionId | undefined;
}

export interface Over {
  readonly kind: 'over';
  readonly id: MeetingId;
  readonly cause: 'ended' | 'cancelled' | 'forgotten';
}

export type MeetingState = Unmade | Standing | Over;

/** Of whoever plans it. `by`: undefined for programs, which may do everything. */
type Planning =
  | {
      readonly type: 'make';
      readonly by?: From | undefined;
      readonly hosts: readonly Address[];
      readonly plan: Plan;
      readonly emails: readonly string[];
      readonly users: readonly Person[];
      /** Stands for all that was asked, where it may be asked again. */
      readonly asked?: string | undefined;
      /** Nobody else's. */
      readonly pin?: string | undefined;
    }
  /** From now on telephones find it by this one. */
  | { readonly type: 'pin'; readonly by?: From | undefined; readonly pin: string }
  /** `fresh`, here and below: an id for the session, should it come into being. */
  | { readonly type: 'change'; readonly by?: From | undefined; readonly change: MeetingChange; readonly fresh: SessionId }
  | { readonly type: 'cancel'; readonly by?: From | undefined }
  | {
      readonly type: 'invite';
      readonly by?: From | undefined;
      /** Whoever asks has no account here. */
      readonly guest: boolean;
      readonly emails: readonly string[];
      readonly users: readonly Person[];
      readonly fresh: SessionId;
    };

/** Of those who come. */
type Coming =
  /**
   * `fresh`: ids for the participant and the session that may come into being. `guest`: without an account here. `member`: of the
   * conversation that the meeting belongs to. `passcode`: what they say of it;
   * `limited`: they have been wrong too often to say anything. `phone`: by telephone.
   */
  | {
      readonly type: 'enter';
      readonly from: From;
      readonly guest: boolean;
      readonly phone?: true | undefined;
      readonly member: boolean;
      readonly passcode: 'none' | 'right' | 'wrong' | 'limited';
      readonly fresh: { readonly participant: ParticipantId; readonly session: SessionId };
    }
  | { readonly type: 'leave'; readonly from: From };

/** Of telephones that the meeting calls. */
type Calling =
  /** `phone`: as what its call takes part, should it be answered. */
  | {
      readonly type: 'dial';
      readonly by?: From | undefined;
      readonly phone: From;
      readonly fresh: { readonly participant: ParticipantId; readonly session: SessionId };
    }
  | { readonly type: 'answered'; readonly participant: ParticipantId; readonly fresh: SessionId }
  /** It was not answered, or its call is over before it came in. */
  | { readonly type: 'unreached'; readonly participant: ParticipantId; readonly cause: Cause };

/** Of those who are in it; of hosts, but for `hand`. `by`: undefined for programs. */
type Acting =
  | {
      readonly type: 'admit';
      readonly by?: From | undefined;
      readonly participant: ParticipantId;
      readonly fresh: SessionId;
    }
  | {
      readonly type: 'refuse' | 'mute' | 'remove' | 'host' | 'lower';
      readonly by?: From | undefined;
      readonly participant: ParticipantId;
    }
  | { readonly type: 'lock'; readonly by?: From | undefined; readonly locked: boolean; readonly fresh: SessionId }
  | { readonly type: 'hand'; readonly by: From; readonly raised: boolean }
  | { readonly type: 'end'; readonly by?: From | undefined };

/** Of its session. */
type Told =
  | { readonly type: 'joined'; readonly session: SessionId; readonly participant: ParticipantId; readonly connection: string }
  | { readonly type: 'left'; readonly session: SessionId; readonly participant: ParticipantId }
  /** It is over, or there is none by this id. */
  | { readonly type: 'session_over'; readonly session: SessionId };

export type MeetingInput =
  | Planning
  | Coming
  | Calling
  | Acting
  | Told
  /** A connection can be resumed no more, or its page has left by itself. */
  | { readonly type: 'gone'; readonly connection: string }
  | Tick;

/** What the session of the meeting is asked for. */
export type SessionAsk = Extract<SessionInput, { type: 'create' | 'add' | 'remove' | 'mute' | 'end' }>;

/** Where a page is. */
export interface PageOf {
  readonly user: Address;
  readonly connection: string;
}

export type MeetingEffect =
  /** The one answer to the request that came with the input: nothing, the meeting, or what this attendee has to know of it. */
  | { readonly type: 'reply'; readonly ok: 'nothing' | 'meeting' | { readonly entered: ParticipantId } }
  | { readonly type: 'refuse'; readonly code: ErrorCode }
  | { readonly type: 'send'; readonly to: PageOf; readonly event: Event }
  /** Tells this page what the meeting is like now, as its user may see it. */
  | { readonly type: 'show'; readonly to: PageOf }
  /** Tells this attendee, who has waited, that they are let in. */
  | { readonly type: 'admitted'; readonly participant: ParticipantId }
  /** Stored with the state: a token by which this participant joins the session; no longer. */
  | { readonly type: 'token'; readonly participant: ParticipantId; readonly is: boolean }
  /** In order. */
  | { readonly type: 'session'; readonly session: SessionId; readonly ask: SessionAsk }
  /** Stored with the state: these are written to. `calendar`: what becomes of its entry in their calendars (RFC 5546 §3.2). */
  | {
      readonly type: 'mail';
      readonly what: 'invitation' | 'changed' | 'cancelled' | 'reminder';
      readonly to: readonly string[];
      readonly calendar?: 'REQUEST' | 'CANCEL' | undefined;
    }
  /** These are among those who read what is said in the meeting, or no longer. */
  | { readonly type: 'chat'; readonly joined: readonly Person[]; readonly left: readonly Person[] }
  /** The conversation it belongs to shows it. */
  | { readonly type: 'entry'; readonly conversation: ConversationId; readonly from: Person; readonly over: boolean }
  /** For the log, and for webhooks, stored with the state. */
  | { readonly type: 'announce'; readonly event: MeetingNews; readonly attendee?: Attendee | undefined };

export type MeetingNews =
  | 'meeting.created'
  | 'meeting.changed'
  | 'meeting.cancelled'
  | 'meeting.reminder'
  | 'meeting.started'
  | 'meeting.knocked'
  | 'meeting.joined'
  | 'meeting.left'
  | 'meeting.ended';
