import { protocolVersion } from '@offhook/core';
import type { Address, CallId, CallView, EndedCall, Ice, ReplyOf, RequestOf } from '@offhook/core';
import type { Authenticator, Denial, Hash, Pass, Random, StoredUser, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import type { Expiry } from './expiry.ts';
import type { BlockBook } from '../ports/people.ts';
import type { Hub } from './hub.ts';
import type { Link } from './link.ts';
import { maySee } from './permission.ts';
import { follow } from './push.ts';
import type { PushingDeps } from './push.ts';
import { rename } from './rename.ts';
import type { RenameDeps } from './rename.ts';
import { resumedId, resumeSecret } from './resume.ts';

export interface HelloDeps extends RenameDeps, PushingDeps {
  readonly authenticator: Authenticator;
  readonly hash: Hash;
  readonly random: Random;
  readonly switchboard: Switchboard;
  readonly hub: Hub;
  readonly expiry: Expiry;
  readonly blocks: BlockBook;
  /** ICE servers for this user. */
  readonly ice: (user: Address) => Ice;
}

/** Signs a link in, as a new connection or as one that it takes over. Yields what was said meanwhile, or why it was refused. */
export async function greet(deps: HelloDeps, link: Link, hello: RequestOf<'hello'>): Promise<readonly string[] | Denial> {
  const { authenticator, store, hash, random, switchboard, hub, expiry } = deps;
  if (hello.version !== protocolVersion) return { error: 'version_unsupported' };
  const { signOuts } = hub;
  const pass = await authenticator.authenticate(hello.token, hello.device);
  if ('error' in pass) return pass;
  const { user: address, device } = pass;
  const stored = hub.occupant(address)?.user ?? (await store.user(address));
  if (stored === undefined) return { error: 'unauthorized' };
  const id = hello.resume === undefined ? undefined : resumedId(hash, hello.resume, device.id);
  // What the page before a reload has asked for is not to change what this one is told first.
  if (id !== undefined && hello.seq === undefined) await hub.find(address, id)?.answers.idle();
  // Read so that the engine finds both in memory.
  const [blocks] = await Promise.all([deps.blocks.of(address), deps.push?.book.of(address)]);
  if (link.isClosed) return [];
  if (hub.isBarred(device.id)) return { error: 'unauthorized' };
  // Another device may have come meanwhile, and have changed what was read; or somebody has signed this one out.
  const user = hub.occupant(address)?.user ?? stored;
  if (hub.signOuts !== signOuts) return greet(deps, link, hello);
  const known = id === undefined ? undefined : hub.find(address, id);
  const connection = hub.connect(user, pass, id ?? random.token(128));
  if (connection === undefined) return { error: 'too_many_connections' };
  connection.occupant.blocks = blocks;
  if (pass.name !== undefined && pass.name !== connection.occupant.user.name) {
    await rename(deps, connection.occupant, pass.name, connection.id);
    if (link.isClosed) return [];
    if (hub.find(address, connection.id) !== connection) return { error: 'token_revoked' };
  }
  const { seq = 0 } = hello;
  const resumed = known !== undefined && hello.seq !== undefined && known.missed(seq) !== undefined;
  if (!resumed) connection.restart(hello.seq);
  // Events from here on come after the reply: the link is not sent any before.
  const seen = resumed ? seq : connection.lastSeq;
  switchboard.enter(connection.occupant.user, connection.occupant.blocks.blocked);
  hub.attach(connection, link, resumed);
  const views = resumed ? [] : switchboard.views(address, connection.id);
  const calls = views.filter((view) => maySee(pass.grants, view));
  const ended = resumed ? [] : await endedAmong(switchboard, address, hello.calls, views);
  const missed = connection.missed(seen);
  if (missed === undefined) return { error: 'internal' };
  link.send(JSON.stringify({ re: hello.id, ok: welcome(deps, connection, pass, { seq: seen, resumed, calls, ended }) }));
  for (const text of missed) link.send(text);
  expiry.watch(connection);
  if (deps.push !== undefined) await follow(deps.push, connection);
  return link.release();
}

/** Which of the calls that a page believes in are over. */
async function endedAmong(
  switchboard: Switchboard,
  user: Address,
  believed: readonly CallId[] = [],
  live: readonly CallView[],
): Promise<EndedCall[]> {
  const over = believed.filter((call) => !live.some((view) => view.call === call));
  return over.length === 0 ? [] : switchboard.ended(user, over);
}

function welcome(
  { hash, switchboard, ice }: HelloDeps,
  connection: Connection,
  { device }: Pass,
  state: Pick<ReplyOf<'hello'>, 'seq' | 'resumed' | 'calls' | 'ended'>,
): ReplyOf<'hello'> {
  const { address, name }: StoredUser = connection.occupant.user;
  return {
    connection: connection.id,
    resume: resumeSecret(hash, connection.id, device.id),
    user: { address, name },
    device: { id: device.id, name: device.name },
    settings: switchboard.settings(address),
    ice: ice(address),
    ...state,
  };
}
