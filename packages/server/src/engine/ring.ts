/** How somebody is rung who is to come into a meeting: as by a call, on all devices, but nobody talks in it. */
import { noMedia } from '@offhook/core';
import type { Address, CallId, From, Origin } from '@offhook/core';
import type { Switchboard } from '../ports.ts';
import type { Invite } from '../ports/invite.ts';
import type { Respond } from './queues.ts';

interface Bell extends Pick<Switchboard, 'ended'> {
  request(from: From, request: Invite, respond: Respond): void;
}

/** Resolves with whether it rings. */
export function ring(
  bell: Bell,
  call: CallId,
  from: From,
  to: Address,
  meeting: NonNullable<Origin['meeting']>,
): Promise<boolean> {
  const invite = {
    type: 'invite',
    id: call,
    call,
    to,
    media: { audio: true, video: false },
    offer: noMedia,
    origin: { meeting },
  } as const;
  const { address } = from.person;
  return new Promise<boolean>((resolve, reject) => {
    bell.request(from, invite, (outcome) => {
      if ('error' in outcome) return resolve(false);
      // One that was turned away has ended by now.
      bell.ended(address, [call]).then((over) => resolve(over.length === 0), reject);
    });
  });
}
