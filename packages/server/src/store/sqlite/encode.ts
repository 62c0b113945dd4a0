import type { CallId, CallRecord, CallState } from '@offhook/core';
import type { StoredDevice, StoredUser, Write } from '../../ports.ts';
import { nameKeys, searchTerm, searchTerms } from '../people.ts';
import { encodeAccountWrite } from './accounts.ts';
import { encodeConversationWrite } from './conversations.ts';
import type { Part, Statement } from './database.ts';
import { encodePeopleWrite } from './people.ts';
import { encodePushWrite } from './pushes.ts';
import { encodeEventWrite } from './events.ts';
import { encodeMeetingWrite } from './meetings.ts';
import { encodeRequestWrite } from './requests.ts';
import { encodeSessionWrite } from './sessions.ts';
import { encodeSipPhoneWrite } from './sip-phones.ts';
import { encodeNumberWrite } from './numbers.ts';
import { encodeTrunkWrite } from './trunks.ts';
import { encodeVoicemailWrite } from './voicemails.ts';
import { encodeWebhookWrite } from './webhooks.ts';
import type { Rows } from './statements.ts';

export interface Encoded {
  readonly parts: readonly Part[];
  /** For each of the commits the index of the part that it went into. */
  readonly partOf: readonly number[];
}

/**
 * Commits in the order in which they came, as the parts of one transaction. Commits that nothing but the disk can make fail go
 * into one part, in which only the last state of each call is written; one that takes a name, uses an invitation, makes an entry or
 * begins a call is a part of its own.
 */
export function encode(commits: readonly (readonly Write[])[]): Encoded {
  const order: Gathered[] = [];
  let open: Gathered | undefined;
  const close = (): void => {
    if (open !== undefined) order.push(open);
    open = undefined;
  };
  const partOf = commits.map((writes): Gathered => {
    const begun = writes.find((write) => write.type === 'new_call');
    const alone = mayBeRefused(writes);
    if (begun === undefined && alone === undefined) {
      open ??= new Gathered({});
      return open.add(writes);
    }
    // What is open says nothing of a call that only begins, which may go before it; but perhaps of those in whose place it goes on.
    if (alone !== undefined || writes.some(({ type }) => type === 'call')) close();
    const own = new Gathered({ alone, unless: begun?.state.id });
    order.push(own);
    return own.add(writes);
  });
  close();
  const index = new Map(order.map((part, i) => [part, i]));
  return { parts: order.map((part) => part.encode()), partOf: partOf.map((part) => index.get(part) ?? -1) };
}

/** Why these writes may not be stored though the disk is well; nothing for those that always are. */
function mayBeRefused(writes: readonly Write[]): Part['alone'] {
  if (writes.some(({ type }) => type === 'user' || type === 'new_user')) return 'name_taken';
  if (writes.some(({ type }) => type === 'invite_use')) return 'invite_used';
  return writes.some(({ type }) => type === 'new_entry') ? 'entry_exists' : undefined;
}

/** States are kept apart until the end: a later one makes the earlier ones of its call void. */
class Gathered {
  readonly #how: Omit<Part, 'statements'>;
  readonly #calls = new Map<CallId, CallState>();
  readonly #others: Statement[] = [];

  constructor(how: Omit<Part, 'statements'>) {
    this.#how = how;
  }

  add(writes: readonly Write[]): this {
    for (const write of writes) {
      if (write.type === 'call' || write.type === 'new_call') this.#calls.set(write.state.id, write.state);
      else this.#others.push(...encodeWrite(write));
    }
    return this;
  }

  /** Without any writes, one that shows whether the disk takes them. */
  encode(): Part {
    const statements = [...Array.from(this.#calls.values(), encodeCall), ...this.#others];
    return { ...this.#how, statements: statements.length > 0 ? statements : [['touch']] };
  }
}

/** The SDP goes beside the JSON, where nothing in it has to be escaped, unless a column could not hold it. */
function encodeCall(state: CallState): Statement {
  if (state.kind === 'ended') return ['call_over', state.id];
  const description = state.kind === 'active' ? state.answer : state.kind === 'new' ? undefined : state.offer;
  if (description?.sdp.isWellFormed() !== true) return ['call', state.id, JSON.stringify(state), null];
  const { sdp, ...rest } = description;
  return ['call', state.id, JSON.stringify({ ...state, [rest.type]: rest }), sdp];
}

/** What `encodeCall` made of a live call. */
export function decodeCall({ state: json, sdp }: Rows['calls']): CallState {
  const state = JSON.parse(json) as CallState;
  if (sdp === null || state.kind === 'new' || state.kind === 'ended') return state;
  if (state.kind !== 'active') return { ...state, offer: { type: 'offer', ...state.offer, sdp } };
  return { ...state, answer: { type: 'answer', ...state.answer, sdp } };
}

function encodeWrite(write: Exclude<Write, { type: 'call' | 'new_call' }>): Statement[] {
  switch (write.type) {
    case 'record':
      return [encodeRecord(write.record), ...(write.record.secret ? [['secret', write.record.call] as const] : [])];
    case 'outbox':
    case 'settled':
    case 'again':
    case 'events_gone':
      return encodeEventWrite(write);
    case 'webhook':
    case 'deliveries_gone':
    case 'webhook_gone':
      return [encodeWebhookWrite(write)];
    case 'new_user':
    case 'user':
      return encodeUser(write.type, write.user);
    case 'device':
      return [encodeDevice(write.device)];
    case 'device_seen':
      return [['device_seen', write.device, write.at]];
    case 'device_named':
      return [['device_named', write.device, write.name]];
    case 'device_gone':
      return [['device_gone', write.device]];
    case 'file': {
      const { file, owner, name, type, bytes, createdAt } = write.file;
      return [['file', file, owner, name, type, bytes, createdAt]];
    }
    case 'file_said':
      return [['file_said', write.file, write.conversation]];
    case 'file_gone':
      return [['file_gone', write.file]];
    case 'conversation':
    case 'member':
    case 'new_entry':
    case 'entry':
    case 'mark':
      return encodeConversationWrite(write);
    case 'profile':
    case 'seen':
    case 'contact':
    case 'no_contact':
    case 'block':
      return [encodePeopleWrite(write)];
    case 'push_on':
    case 'push_off':
    case 'push_owed':
    case 'push_told':
      return [encodePushWrite(write)];
    case 'session':
    case 'recording':
    case 'recording_complete':
    case 'recording_gone':
    case 'participant':
    case 'participant_gone':
    case 'participants_gone':
      return [encodeSessionWrite(write)];
    case 'meeting':
    case 'mail':
    case 'mail_gone':
      return [encodeMeetingWrite(write)];
    case 'sip_phone':
    case 'sip_bindings':
      return [encodeSipPhoneWrite(write)];
    case 'trunk':
    case 'trunk_gone':
    case 'outgoing':
    case 'user_outgoing':
    case 'trunk_usage':
    case 'trunk_usage_gone':
      return [encodeTrunkWrite(write)];
    case 'number':
    case 'number_gone':
      return [encodeNumberWrite(write)];
    case 'voicemail':
    case 'voicemail_gone':
    case 'greeting':
      return [encodeVoicemailWrite(write)];
    case 'request':
    case 'requests_gone':
      return [encodeRequestWrite(write)];
    default:
      return encodeAccountWrite(write);
  }
}

function encodeRecord(record: CallRecord): Statement {
  const { call, caller, callee, media, startedAt, connectedAt, endedAt, cause, quality, answeredOn } = record;
  const { origin, transfer, forward } = record;
  return [
    'record',
    call,
    caller.address,
    caller.name,
    callee.address,
    callee.name,
    Number(media.audio),
    Number(media.video),
    startedAt,
    connectedAt ?? null,
    endedAt,
    cause,
    quality === undefined ? null : JSON.stringify(quality),
    answeredOn ?? null,
    (origin ?? transfer ?? forward) === undefined ? null : JSON.stringify({ origin, transfer, forward }),
  ];
}

function encodeUser(type: 'new_user' | 'user', user: StoredUser): Statement[] {
  const { address, name, settings, vouched, createdAt } = user;
  const keys = nameKeys(user);
  return [
    [type, address, name, searchTerm(name), JSON.stringify(settings), createdAt, Number(vouched === true)],
    ...keys.map((key): Statement => ['take_name', key, address]),
    ['free_names', address, JSON.stringify(keys)],
    ['no_terms', address],
    ...searchTerms(user).map((term): Statement => ['term', term, address]),
  ];
}

function encodeDevice({ id, user, name, tokenDigest, createdAt, seenAt }: StoredDevice): Statement {
  return ['device', id, user, name, tokenDigest, createdAt, seenAt];
}
