/**
 * Every error the server answers with: its code on the wire, and its HTTP status on the REST side. Codes are stable; the sentences
 * below are not.
 */
export const errors = {
  bad_message: { http: 400 },
  unknown_type: { http: 400 },
  too_large: { http: 413 },
  hello_expected: { http: 400 },
  version_unsupported: { http: 426 },
  not_found: { http: 404 },
  unauthorized: { http: 401 },
  signed_out: { http: 401 },
  token_malformed: { http: 401 },
  token_signature: { http: 401 },
  token_expired: { http: 401 },
  token_early: { http: 401 },
  token_audience: { http: 401 },
  token_issuer: { http: 401 },
  token_revoked: { http: 401 },
  keys_unavailable: { http: 503 },
  destination_refused: { http: 403 },
  credentials_wrong: { http: 401 },
  password_weak: { http: 422 },
  invitation_needed: { http: 403 },
  provider_refused: { http: 401 },
  provider_unavailable: { http: 503 },
  sign_in_lost: { http: 410 },
  last_admin: { http: 409 },
  forbidden: { http: 403 },
  origin_refused: { http: 403 },
  name_invalid: { http: 422 },
  name_taken: { http: 409 },
  link_invalid: { http: 410 },
  user_not_found: { http: 404 },
  person_unavailable: { http: 403 },
  blocked: { http: 409 },
  too_many_contacts: { http: 422 },
  status_invalid: { http: 422 },
  picture_refused: { http: 415 },
  device_not_found: { http: 404 },
  call_not_found: { http: 404 },
  call_exists: { http: 409 },
  call_ended: { http: 410 },
  answered_elsewhere: { http: 409 },
  self_call: { http: 409 },
  conversation_not_found: { http: 404 },
  conversation_exists: { http: 409 },
  self_conversation: { http: 409 },
  not_a_group: { http: 409 },
  too_many_people: { http: 422 },
  entry_not_found: { http: 404 },
  not_changeable: { http: 409 },
  not_yours: { http: 403 },
  file_not_found: { http: 404 },
  file_too_large: { http: 413 },
  file_refused: { http: 415 },
  files_full: { http: 413 },
  text_empty: { http: 422 },
  text_too_long: { http: 422 },
  reaction_invalid: { http: 422 },
  too_many_reactions: { http: 422 },
  too_many_calls: { http: 429 },
  too_many_connections: { http: 429 },
  too_many_devices: { http: 429 },
  wrong_state: { http: 409 },
  stale_epoch: { http: 409 },
  watch_too_many: { http: 422 },
  not_delivered: { http: 404 },
  rate_limited: { http: 429 },
  slow_reader: { http: 408 },
  silent: { http: 408 },
  replaced: { http: 409 },
  draining: { http: 503 },
  disk_full: { http: 507 },
  store_failed: { http: 503 },
  internal: { http: 500 },
} as const satisfies Record<string, { http: number }>;

export type ErrorCode = keyof typeof errors;

/** After these the same request may succeed later, by itself. Apart from the table, which pages do without. */
export const passing: ReadonlySet<string> = new Set([
  'keys_unavailable',
  'provider_unavailable',
  'too_many_calls',
  'not_delivered',
  'rate_limited',
  'slow_reader',
  'silent',
  'draining',
  'disk_full',
  'store_failed',
  'internal',
] satisfies ErrorCode[]);

/** The sentences, apart from the codes: a page is told them by the server and does not bring them along. */
export const errorTexts: Readonly<Record<ErrorCode, string>> = {
  bad_message: 'The message does not have the form its type asks for.',
  unknown_type: 'No message has this type; types of applications contain a dot.',
  too_large: 'The message is larger than the limit.',
  hello_expected: 'The first message of a connection must be `hello`, and only the first.',
  version_unsupported: 'This server does not speak that version of the protocol.',
  not_found: 'There is nothing at this address.',
  unauthorized: 'The token is missing, wrong or no longer valid.',
  signed_out: 'This device was signed out.',
  token_malformed: 'The token is none, or does not say what a token has to say.',
  token_signature: 'The token is not signed with a key and an algorithm that this server accepts.',
  token_expired: 'The token has expired; sign in with a new one.',
  token_early: 'The token is not valid yet; compare the clocks of both servers.',
  token_audience: 'The token is meant for somebody else (`aud`).',
  token_issuer: 'The token comes from somebody whom this server does not trust (`iss`).',
  token_revoked: 'The token was revoked.',
  keys_unavailable: 'The keys that tokens are checked with cannot be had at the moment.',
  destination_refused: 'You may not call this address.',
  credentials_wrong: 'There is no such account, or the password is wrong.',
  password_weak: 'A password has 10 to 256 characters.',
  invitation_needed: 'To come in for the first time one needs an invitation.',
  provider_refused: 'The provider has not signed you in.',
  provider_unavailable: 'The provider that signs people in cannot be reached at the moment.',
  sign_in_lost: 'This attempt to sign in is over, or was begun in another browser.',
  last_admin: 'Somebody has to be an administrator; make somebody else one first.',
  forbidden: 'This is not allowed to you.',
  origin_refused: 'Pages of this origin may not connect to this server.',
  name_invalid: 'A name has 1 to 64 visible characters, at least one of them a letter or a digit.',
  name_taken: 'Somebody else already uses this name here.',
  link_invalid: 'This link has been used or has expired.',
  user_not_found: 'Nobody here has this address.',
  person_unavailable: 'This person cannot be reached at the moment.',
  blocked: 'You have blocked this person; unblock them first.',
  too_many_contacts: 'This list has at most 1,000 people.',
  status_invalid: 'A status is one line of at most 80 characters, with at most one emoji in front of it.',
  picture_refused: 'A picture is a PNG, JPEG or WebP file of at most 512 KB that you have sent.',
  device_not_found: 'This device is not known or is not there.',
  call_not_found: 'There is no such call, or it is not yours.',
  call_exists: 'Another call already has this id.',
  call_ended: 'The call has already ended.',
  answered_elsewhere: 'The call was answered on another device.',
  self_call: 'This is your own address. To try a call, open a second tab under another name.',
  conversation_not_found: 'There is no such conversation, or it is not yours.',
  conversation_exists: 'Another conversation already has this id.',
  self_conversation: 'This is your own address: there is nobody else to write to.',
  not_a_group: 'Only groups have a name and members that can be changed.',
  too_many_people: 'A group has at most 200 members.',
  entry_not_found: 'There is no such entry in this conversation.',
  not_changeable: 'Only messages that were not deleted can be changed or reacted to.',
  not_yours: 'Only those who wrote a message can change or delete it.',
  file_not_found: 'There is no such file, or it is in no conversation of yours.',
  file_too_large: 'A file has at most 32 MB.',
  file_refused: 'Programs are not taken as files.',
  files_full: 'Your files take all the room they may. Delete messages with files, and try again.',
  text_empty: 'The text has no visible character.',
  text_too_long: 'A text has at most 8,000 characters and 24,000 bytes.',
  reaction_invalid: 'A reaction is one emoji.',
  too_many_reactions: 'This message has as many reactions as it may have.',
  too_many_calls: 'You are in as many calls as you may be at once.',
  too_many_connections: 'This device already has as many connections as allowed.',
  too_many_devices: 'This user already has as many devices as allowed.',
  wrong_state: 'The call is not in a state in which this can be done.',
  stale_epoch: 'The description belongs to a media path that was replaced.',
  watch_too_many: 'A connection watches at most 200 addresses.',
  not_delivered: 'The receiver is not there.',
  rate_limited: 'Too many requests; try again a little later.',
  slow_reader: 'The connection did not take what was sent to it and was closed.',
  silent: 'The connection did not answer and was closed.',
  replaced: 'This connection was resumed by another socket.',
  draining: 'The server is shutting down; reconnect.',
  disk_full: 'There is no room left on the server, so this was not kept.',
  store_failed: 'The server could not store this, so it was not done.',
  internal: 'The server failed; nothing was changed.',
};

/** What `{re, error}` carries. `detail` helps developers, e.g. the path of a wrong field; never anything secret. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: string | undefined;
}

export function wireError(code: ErrorCode, detail?: string): WireError {
  const message = errorTexts[code];
  return detail === undefined ? { code, message } : { code, message, detail };
}

/**
 * With this a page closes its socket when it leaves: it was closed, or is loaded again. Browsers say 1001 by themselves (RFC 6455
 * §7.4.1), if they say anything; scripts may not.
 */
export const leftCode = 4001;

/** WebSocket close codes (RFC 6455 §7.4.2 leaves 4000–4999 to applications): 4000 + HTTP status, the code as reason. */
export function closeCode(code: ErrorCode): number {
  return 4000 + errors[code].http;
}
