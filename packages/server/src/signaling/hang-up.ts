import type { Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';

/** Ends the calls that this connection is a side of. */
export async function hangUp(switchboard: Switchboard, { from, id, occupant }: Connection): Promise<void> {
  const mine = switchboard.views(occupant.user.address, id).filter(({ here }) => here);
  await Promise.all(
    mine.map(
      ({ call }) =>
        new Promise<void>((resolve) => {
          switchboard.request(from, { id: 'bye', type: 'hangup', call }, () => resolve());
        }),
    ),
  );
}
