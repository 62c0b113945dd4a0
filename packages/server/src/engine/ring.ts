/** How somebody is rung who is to come into a meeting: as by a call, on all devices, but nobody talks in it. */
import type { Address, CallId, From, Origin, RequestOf } from '@offhook/core';
import type { Switchboard } from '../ports.ts';
import type { Respond } from './queues.ts';

/** `origin`: never of the wire. */
export type Invite = RequestOf<'invite'> & { readonly origin?: Origin | undefined };

interface Bell extends Pick<Switchboard, 'ended'> {
  request(from: From, request: Invite, respond: Respond): void;
}

/** A description without any section (RFC 8866 §5). */
const noMedia = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** Resolves with whether it rings. */
export function ring(
  bell: Bell,
  call: CallId,
  from: From,
  to: Address,
  meeting: NonNullable<Origin['meeting']>,
): Promise<boolean> {
  const offer = { type: 'offer', sdp: noMedia } as const;
  const invite = {
    type: 'invite',
    id: call,
    call,
    to,
    media: { audio: true, video: false },
    offer,
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
