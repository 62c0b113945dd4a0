/** Participants of a session that a program carries by plain RTP, as the REST API has them. */
import { z } from 'zod';
import { sessionLimits } from '../limits.ts';
import { Mid, PublishedSection, SdpText, StreamKind, StreamRef } from './sessions.ts';
import { Name } from './shared.ts';

export const RtpOffer = z
  .strictObject({
    offer: SdpText.describe(
      'What the other side sends and receives: sections of `RTP/AVP` or, with `a=crypto` (RFC 4568), of `RTP/SAVP`. A section without `a=mid` has its place as one, from `0`.',
    ),
    name: Name.optional().describe('As the others in the session see it. Default: `RTP`.'),
    streams: z
      .array(PublishedSection)
      .max(sessionLimits.streamsPerParticipant)
      .optional()
      .describe('Of the sections that it sends, those that are published. Default: all.'),
    mix: z
      .boolean()
      .optional()
      .describe(
        'It hears all that it is subscribed to as one sound, in Opus, PCMU or PCMA, instead of one stream in each section.',
      ),
  })
  .describe('A participant that comes by plain RTP.');

export const RtpAnswer = z.object({
  answer: SdpText.describe('Where to send to, and under which key; sections with port 0 were not taken.'),
  streams: z.array(z.object({ mid: Mid, kind: StreamKind })).describe('What is published.'),
});

const count = z.int().min(0);

export const RtpState = z
  .object({
    sections: z.array(
      z.object({
        mid: Mid,
        kind: StreamKind,
        codecs: z.array(z.string()).describe('What it may be sent; of a section in which it sends, the one for both.'),
        state: z
          .enum(['connecting', 'connected', 'disconnected', 'failed', 'closed'])
          .describe('`connecting`: nothing genuine has come yet. `disconnected`: nothing comes any more.'),
        remote: z.string().optional().describe('To where packets go: address and port.'),
        carries: StreamRef.optional().describe('What is sent there.'),
        received: count,
        sent: count,
        strangers: count.describe('Dropped, as they came from elsewhere.'),
        malformed: count.describe('Dropped: no packets, or of a payload type that was not agreed on.'),
        forged: count.describe('Dropped, as the key that was agreed on does not prove them.'),
        replayed: count.describe('Dropped, as they were here before.'),
      }),
    ),
    refused: z
      .array(StreamRef.extend({ reason: z.enum(['no_shared_codec', 'no_free_section']) }))
      .describe('What it is subscribed to and is not sent, and why.'),
  })
  .describe('How it is at the moment. Numbers are of packets.');

/** A participant that comes by plain RTP. */
export type RtpOffer = z.infer<typeof RtpOffer>;
/** What was taken of it. */
export type RtpAnswer = z.infer<typeof RtpAnswer>;
/** How it is at the moment. */
export type RtpState = z.infer<typeof RtpState>;
