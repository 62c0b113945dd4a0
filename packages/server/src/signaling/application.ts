/**
 * Messages of applications: forwarded at most once, as they are but for `from`. This is the path that has to cost no more than a
 * bare relay, so fields are checked by hand and the text is made once for all receivers.
 */
import { applicationType } from '@offhook/core/protocol';
import type { Connection } from './connection.ts';
import type { Hub, Occupant } from './hub.ts';
import type { Link } from './link.ts';

/** A message to everyone counts as one more for each of this many receivers. */
const receiversPerMessage = 50;

/** What a message to everyone costs its sender. */
export function cost(message: object, hub: Hub): number {
  return 'to' in message && isObject(message.to) && 'everyone' in message.to ? 1 + hub.size / receiversPerMessage : 1;
}

export function forward(hub: Hub, link: Link, sender: Connection, type: string, message: object): void {
  if (!applicationType.test(type)) return link.error('unknown_type', nameable(type));
  const { to, data } = message as { to?: unknown; data?: unknown };
  if (!isObject(to)) return link.error('bad_message', type, '`to` names a user, a device of a user, or everyone.');
  let text: string;
  try {
    text = JSON.stringify({ type, from: sender.stamp, data });
  } catch {
    // Nested so deeply that it can be read but not written.
    return link.error('bad_message', type, '`data` is nested too deeply.');
  }
  const { user, device, everyone } = to as { user?: unknown; device?: unknown; everyone?: unknown };
  let delivered = false;
  if (typeof user === 'string' && (device === undefined || typeof device === 'string')) {
    const occupant = hub.occupant(user);
    if (occupant !== undefined) delivered = send(occupant, device, sender, text);
  } else if (everyone === true && user === undefined) {
    for (const occupant of hub.occupants()) if (send(occupant, undefined, sender, text)) delivered = true;
  } else return link.error('bad_message', type, '`to` names a user, a device of a user, or everyone.');
  if (!delivered) link.error('not_delivered', type);
}

function send({ connections }: Occupant, device: string | undefined, sender: Connection, text: string): boolean {
  let delivered = false;
  for (const connection of connections) {
    if (connection === sender || (device !== undefined && connection.device !== device)) continue;
    if (connection.link?.send(text) === true) delivered = true;
  }
  return delivered;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A type as it may be repeated in an error. */
export function nameable(type: unknown): string | undefined {
  return typeof type === 'string' && type.length <= 128 ? type : undefined;
}
