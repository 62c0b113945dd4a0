/**
 * Every error the server answers with: its code on the wire, its HTTP status on the REST side, whether the same request may
 * succeed later, and the sentence a developer reads. Codes are stable; sentences are not.
 */
export const errors = {
  bad_message: { http: 400, retry: false, text: 'The message does not have the form its type asks for.' },
  unknown_type: { http: 400, retry: false, text: 'No message has this type; types of applications contain a dot.' },
  too_large: { http: 413, retry: false, text: 'The message is larger than the limit.' },
  hello_expected: { http: 400, retry: false, text: 'The first message of a connection must be `hello`, and only the first.' },
  version_unsupported: { http: 426, retry: false, text: 'This server does not speak that version of the protocol.' },
  not_found: { http: 404, retry: false, text: 'There is nothing at this address.' },
  unauthorized: { http: 401, retry: false, text: 'The token is missing, wrong or no longer valid.' },
  forbidden: { http: 403, retry: false, text: 'This is not allowed to you.' },
  origin_refused: { http: 403, retry: false, text: 'Pages of this origin may not connect to this server.' },
  name_invalid: {
    http: 422,
    retry: false,
    text: 'A name has 1 to 64 visible characters, at least one of them a letter or a digit.',
  },
  name_taken: { http: 409, retry: false, text: 'Somebody else already uses this name here.' },
  link_invalid: { http: 410, retry: false, text: 'This link to add a device has been used or has expired.' },
  user_not_found: { http: 404, retry: false, text: 'Nobody here has this address.' },
  device_not_found: { http: 404, retry: false, text: 'This device is not known or is not there.' },
  call_not_found: { http: 404, retry: false, text: 'There is no such call, or it is not yours.' },
  call_exists: { http: 409, retry: false, text: 'Another call already has this id.' },
  call_ended: { http: 410, retry: false, text: 'The call has already ended.' },
  answered_elsewhere: { http: 409, retry: false, text: 'The call was answered on another device.' },
  self_call: {
    http: 409,
    retry: false,
    text: 'This is your own address. To try a call, open a second tab under another name.',
  },
  too_many_calls: { http: 429, retry: true, text: 'You are in as many calls as you may be at once.' },
  too_many_connections: { http: 429, retry: false, text: 'This device already has as many connections as allowed.' },
  too_many_devices: { http: 429, retry: false, text: 'This user already has as many devices as allowed.' },
  wrong_state: { http: 409, retry: false, text: 'The call is not in a state in which this can be done.' },
  stale_epoch: { http: 409, retry: false, text: 'The description belongs to a media path that was replaced.' },
  watch_too_many: { http: 422, retry: false, text: 'A connection watches at most 200 addresses.' },
  not_delivered: { http: 404, retry: true, text: 'The receiver is not there.' },
  rate_limited: { http: 429, retry: true, text: 'Too many requests; try again a little later.' },
  slow_reader: { http: 408, retry: true, text: 'The connection did not take what was sent to it and was closed.' },
  silent: { http: 408, retry: true, text: 'The connection did not answer and was closed.' },
  replaced: { http: 409, retry: false, text: 'This connection was resumed by another socket.' },
  draining: { http: 503, retry: true, text: 'The server is shutting down; reconnect.' },
  store_failed: { http: 503, retry: true, text: 'The server could not store this, so it was not done.' },
  internal: { http: 500, retry: true, text: 'The server failed; nothing was changed.' },
} as const satisfies Record<string, { http: number; retry: boolean; text: string }>;

export type ErrorCode = keyof typeof errors;

/** What `{re, error}` carries. `detail` helps developers, e.g. the path of a wrong field; never anything secret. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: string | undefined;
}

export function wireError(code: ErrorCode, detail?: string): WireError {
  return detail === undefined ? { code, message: errors[code].text } : { code, message: errors[code].text, detail };
}

/** WebSocket close codes (RFC 6455 §7.4.2 leaves 4000–4999 to applications): 4000 + HTTP status, the code as reason. */
export function closeCode(code: ErrorCode): number {
  return 4000 + errors[code].http;
}
