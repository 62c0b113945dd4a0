import type { ErrorCode, Person } from '@offhook/core';
import { StoreError } from '../ports.ts';
import type { Bus, Store, Switchboard } from '../ports.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { Occupant } from './hub.ts';
import type { Presence } from './presence.ts';

export interface RenameDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly switchboard: Switchboard;
  readonly presence: Presence;
  readonly conversations: Pick<Conversations, 'renamed'>;
}

/** Stores the new name of somebody who is here and tells it to all who see them, `except` the connection that asked for it. */
export async function rename(
  { store, bus, switchboard, presence, conversations }: RenameDeps,
  occupant: Occupant,
  name: string,
  except: string,
): Promise<Person | ErrorCode> {
  const user = await occupant.afterOthers(async (): Promise<Person | ErrorCode> => {
    const renamed = { ...occupant.user, name };
    try {
      await store.commit([{ type: 'user', user: renamed }]);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'name_taken') return 'name_taken';
      throw error;
    }
    occupant.user = renamed;
    if (occupant.connections.length > 0) switchboard.enter(renamed, occupant.blocks.blocked);
    return { address: renamed.address, name };
  });
  if (typeof user === 'string') return user;
  bus.publish(user.address, { event: { type: 'renamed', user }, except });
  presence.said(occupant);
  conversations.renamed(user);
  return user;
}
