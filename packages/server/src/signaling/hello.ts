import { protocolVersion } from '@offhook/core';
import type { Address, CallId, CallView, EndedCall, ErrorCode, Ice, ReplyOf, RequestOf } from '@offhook/core';
import type { Hash, Random, Store, StoredDevice, StoredUser, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import type { Link } from './link.ts';
import { resumedId, resumeSecret } from './resume.ts';

export interface HelloDeps {
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
  readonly switchboard: Switchboard;
  readonly hub: Hub;
  /** ICE servers for this user. */
  readonly ice: (user: Address) => Ice;
}

/** Signs a link in, as a new connection or as one that it takes over. Yields what was said meanwhile, or why it was refused. */
export async function greet(deps: HelloDeps, link: Link, hello: RequestOf<'hello'>): Promise<readonly string[] | ErrorCode> {
  const { store, hash, random, switchboard, hub } = deps;
  if (hello.version !== protocolVersion) return 'version_unsupported';
  const device = await store.device(hash.digest(hello.token));
  if (device === undefined) return 'unauthorized';
  const stored = hub.occupant(device.user)?.user ?? (await store.user(device.user));
  if (stored === undefined) return 'unauthorized';
  const id = hello.resume === undefined ? undefined : resumedId(hash, hello.resume, device.id);
  // What the page before a reload has asked for is not to change what this one is told first.
  if (id !== undefined && hello.seq === undefined) await hub.find(device.user, id)?.answers.idle();
  if (link.isClosed) return [];
  if (hub.isBarred(device.id)) return 'unauthorized';
  // Another device may have come meanwhile, and have changed what was read.
  const user = hub.occupant(device.user)?.user ?? stored;
  const known = id === undefined ? undefined : hub.find(user.address, id);
  const connection = hub.connect(user, device, id ?? random.token(128));
  if (connection === undefined) return 'too_many_connections';
  const { seq = 0 } = hello;
  const resumed = known !== undefined && hello.seq !== undefined && known.missed(seq) !== undefined;
  if (!resumed) connection.restart(hello.seq);
  // Events from here on come after the reply: the link is not sent any before.
  const seen = resumed ? seq : connection.lastSeq;
  switchboard.enter(user);
  hub.attach(connection, link);
  const calls = resumed ? [] : switchboard.views(user.address, connection.id);
  const ended = resumed ? [] : await endedAmong(switchboard, hello.calls, calls);
  const missed = connection.missed(seen);
  if (missed === undefined) return 'internal';
  link.send(
    JSON.stringify({ re: hello.id, ok: welcome(deps, connection, device, user, { seq: seen, resumed, calls, ended }) }),
  );
  for (const text of missed) link.send(text);
  return link.release();
}

/** Which of the calls that a page believes in are over. */
async function endedAmong(
  switchboard: Switchboard,
  believed: readonly CallId[] = [],
  live: readonly CallView[],
): Promise<EndedCall[]> {
  const over = believed.filter((call) => !live.some((view) => view.call === call));
  return over.length === 0 ? [] : switchboard.ended(over);
}

function welcome(
  { hash, switchboard, ice }: HelloDeps,
  connection: Connection,
  device: StoredDevice,
  user: StoredUser,
  state: Pick<ReplyOf<'hello'>, 'seq' | 'resumed' | 'calls' | 'ended'>,
): ReplyOf<'hello'> {
  return {
    connection: connection.id,
    resume: resumeSecret(hash, connection.id, device.id),
    user: { address: user.address, name: user.name },
    device: { id: device.id, name: device.name },
    settings: switchboard.settings(user.address),
    ice: ice(user.address),
    ...state,
  };
}
