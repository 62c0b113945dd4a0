/** How somebody is rung who is to come into a meeting: as by a call, on all devices, but nobody talks in it. */
import type { Address, CallId, From, Origin, RequestOf } from '@offhook/core';
import type { Switchboard } from '../ports.ts';
import type { Respond } from './queues.ts';

/** `origin`: never of the wire. */
export type Invite = RequestOf<'invite'> & { readonly origin?: Origin | undefined };

interface Bell extends Pick<Switchboard, 'views'> {
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
  const { person, connection } = from;
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
  return new Promise((resolve) => {
    bell.request(from, invite, (outcome) => {
      const isTaken = 'ok' in outcome;
      resolve(isTaken && bell.views(person.address, connection).some((view) => view.call === call && view.stage === 'ringing'));
    });
  });
}
