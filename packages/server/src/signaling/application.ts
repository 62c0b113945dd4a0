/**
 * Messages of applications: forwarded at most once, as they are but for `from`. This is the path that has to cost no more than a
 * bare relay, so fields are checked by hand, the text is made once for all receivers, and `data` is copied rather than written
 * anew where a message looks like the one before it.
 */
import { applicationType } from '@offhook/core/protocol';
import type { ErrorCode } from '@offhook/core';
import type { Connection } from './connection.ts';
import type { Hub, Occupant } from './hub.ts';

/** Who gets a message; exactly as the sender wrote it. */
interface Receiver {
  readonly user?: unknown;
  readonly device?: unknown;
  readonly everyone?: unknown;
}

/**
 * What the messages of a stream have in common: the text before `data` as it comes in and as it goes out. Whatever begins like
 * this, and is one JSON value up to the last brace, is a message with this type and receiver.
 */
export interface Envelope {
  readonly before: string;
  readonly after: string;
  readonly type: string;
  readonly to: Receiver;
}

export interface Application {
  readonly type: string;
  readonly to: Receiver;
  /** As it goes out. */
  readonly text: string;
}

/** A message with the envelope of the last one; undefined when it has another. */
export function reopen(envelope: Envelope | undefined, text: string): Application | undefined {
  if (envelope === undefined || !text.startsWith(envelope.before) || !text.endsWith('}')) return undefined;
  const data = text.slice(envelope.before.length, -1);
  try {
    // Only to know that it is one value and nothing hides behind it.
    JSON.parse(data);
  } catch {
    return undefined;
  }
  return { type: envelope.type, to: envelope.to, text: `${envelope.after}${data}}` };
}

interface Wrong {
  readonly error: ErrorCode;
  readonly detail?: string;
}

/** Checks a message that was parsed from `raw`, and remembers its envelope for those that follow. */
export function read(sender: Connection, type: string, message: object, raw: string): Application | Wrong {
  if (!applicationType.test(type)) return { error: 'unknown_type' };
  const { to, data } = message as { to?: unknown; data?: unknown };
  if (!isReceiver(to)) return { error: 'bad_message', detail: '`to` names a user, a device of a user, or everyone.' };
  const head = JSON.stringify(type);
  const before = `{"type":${head},"to":${JSON.stringify(to)},"data":`;
  if (raw.startsWith(before)) {
    sender.envelope = { before, after: `{"type":${head},"from":${JSON.stringify(sender.stamp)},"data":`, type, to };
  }
  try {
    return { type, to, text: JSON.stringify({ type, from: sender.stamp, data }) };
  } catch {
    // Nested so deeply that it can be read but not written.
    return { error: 'bad_message', detail: '`data` is nested too deeply.' };
  }
}

/** Sends it to the user or device it is for. False when none of its connections is there, the sender's own aside. */
export function forward(hub: Hub, sender: Connection, { to, text }: Application): boolean {
  const occupant = typeof to.user === 'string' ? hub.occupant(to.user) : undefined;
  return occupant !== undefined && send(occupant, to.device, sender, text);
}

/** To all connections of a user, or of one device, but the sender's own. */
export function send({ connections }: Occupant, device: unknown, sender: Connection | undefined, text: string): boolean {
  let delivered = false;
  for (const connection of connections) {
    if (connection === sender || (device !== undefined && connection.device !== device)) continue;
    if (connection.send(text)) delivered = true;
  }
  return delivered;
}

/** A user, a device of a user, or everyone: never two of them. */
function isReceiver(value: unknown): value is Receiver {
  if (!isObject(value)) return false;
  const { user, device, everyone } = value as Receiver;
  if (everyone !== undefined) return everyone === true && user === undefined && device === undefined;
  return typeof user === 'string' && (device === undefined || typeof device === 'string');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
