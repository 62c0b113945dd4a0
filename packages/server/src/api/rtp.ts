/** Participants of a session that a program carries by plain RTP. */
import { RtpAnswer, RtpOffer, RtpState } from '@offhook/core/protocol';
import type { SessionRtp } from '../ports/rtp.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface RtpRoutesDeps {
  readonly rtp: SessionRtp;
}

const path = '/sessions/:session/participants/:participant/rtp';

function who({ parameters }: Asking): [session: string, participant: string] {
  return [parameters['session'] ?? '', parameters['participant'] ?? ''];
}

export function rtpRoutes({ rtp }: RtpRoutesDeps): AnsweredRoute[] {
  return [
    {
      scope: 'sessions',
      method: 'POST',
      path,
      summary: 'A participant that was added comes in by plain RTP; one that is there by it begins anew.',
      makes: true,
      body: RtpOffer,
      answers: RtpAnswer,
      answer: (asking) => rtp.attach(...who(asking), check(RtpOffer, asking.body)),
    },
    route('sessions.read', 'GET', path, { summary: 'What comes and goes by plain RTP.', answers: RtpState }, (asking) =>
      rtp.state(...who(asking)),
    ),
    route('sessions', 'DELETE', path, { summary: 'It leaves, and may come in again.' }, (asking) => rtp.detach(...who(asking))),
  ];
}
