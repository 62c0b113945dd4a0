/** What is said of calls: descriptions and candidates, what each side does, and how a call looks. Browser code imports only its types. */
import { z } from 'zod';
import { causes } from '../call/causes.ts';
import { limits, serverLimits } from '../limits.ts';
import { CallId, keys, Media, number, Person, text } from './shared.ts';

export const Epoch = number(1, serverLimits.epochMost).describe(
  'The number of a media path; each has its own peer connections.',
);
export const Sdp = text(serverLimits.sdpLength).describe('A session description (RFC 8866).');

export const Offer = z.object({ type: z.literal('offer'), sdp: Sdp });
export const Answer = z.object({ type: z.literal('answer'), sdp: Sdp });
export const OfferNumber = number(0, serverLimits.epochMost)
  .optional()
  .describe(
    'Of an offer: counts those its side has made in this epoch, from 0. Of an answer: the number of the offer it answers.',
  );
export const Description = z
  .discriminatedUnion('type', [Offer.extend({ n: OfferNumber }), Answer.extend({ n: OfferNumber })])
  .describe('RTCSessionDescriptionInit (W3C webrtc-pc §4.6.2), with the number of its offer (0 if absent).');

export const Early = z
  .object({ epoch: Epoch, description: z.object({ type: z.literal('pranswer'), sdp: Sdp }) })
  .describe('What is heard before somebody answers, such as an announcement; the last one counts.');

export const Candidate = z
  .object({
    candidate: z.string().max(limits.candidateLength),
    sdpMid: z.string().max(64).nullish(),
    sdpMLineIndex: z.int().min(0).max(65_535).nullish(),
    usernameFragment: z.string().max(256).nullish(),
  })
  .describe('RTCIceCandidateInit (W3C webrtc-pc §4.8.1); `usernameFragment` tells its ICE generation.');
export const Candidates = z.array(Candidate).max(limits.candidatesPerMessage);

/** What one side does at the moment: values, never toggles. `n` grows by one with each change, the highest wins. */
export const Side = z.object({
  n: z.int().min(0),
  held: z.boolean().describe('This side has put the call on hold.'),
  muted: z.boolean().describe('The microphone of this side is off.'),
  camera: z.boolean().describe('The camera of this side is on.'),
  screen: z.boolean().optional().describe('This side shows its screen, in the place of its camera. Absent: it does not.'),
});

const RungFor = z.object({ meeting: z.string(), title: z.string().optional() });

const Placed = z
  .literal(true)
  .optional()
  .describe('A program has placed it for its caller, whose own devices ring first: whoever takes it there calls.');

/** A call as a device sees it that has not followed it: on a new connection, or when a resume came too late. */
export const CallView = z.object({
  call: CallId,
  role: z.enum(['caller', 'callee']),
  peer: Person,
  stage: z.enum(['ringing', 'answering', 'active']),
  here: z
    .boolean()
    .describe('This connection is a side of the call; false for the other connections of a user, which may only look.'),
  media: Media,
  epoch: Epoch,
  offer: Offer.optional().describe('While it rings or waits for the answer, for the callee.'),
  answer: Answer.optional().describe('For the caller, while it may not have seen it.'),
  candidates: z.array(Candidate).max(limits.candidatesPerCall).describe("The other side's candidates so far."),
  end: z.boolean().describe('No further candidates come.'),
  ringMs: z.int().optional().describe('How much longer it rings.'),
  waiting: z.boolean().describe('The callee was in another call when it came in.'),
  rings: z.boolean().describe('A device of the callee rings.'),
  away: z.boolean().describe("The other side's signalling is gone at the moment."),
  crossed: CallId.optional().describe('The id of your own invite, which crossed this call and took it.'),
  transferredBy: Person.optional().describe('Who has led you two together.'),
  forwardedFrom: Person.optional().describe('Whom the caller wanted to reach: the last one who has forwarded the call.'),
  placed: Placed,
  meeting: RungFor.optional().describe(
    'While it rings: it asks you to this meeting; to take it, reject it with `joined` and enter the meeting, as nobody talks in the call. While it is active: you two went on from this meeting.',
  ),
  replaces: z
    .array(CallId)
    .optional()
    .describe('Your calls in whose place it goes on, the last one first: you were transferred, or your call was forwarded.'),
  activeMs: z.int().optional().describe('How long ago media first connected on either side.'),
  mine: Side,
  theirs: Side,
});

export const EndedCall = z.object({
  call: CallId,
  cause: z.enum(keys(causes)),
  elsewhere: z.string().optional(),
});

/** What one side received, on average since the call connected. */
export const Quality = z
  .object({
    mos: z.number().min(1).max(5).describe('The mean opinion score of the E-model (ITU-T G.107), 1 to 4.5.'),
    loss: z.number().min(0).max(1).describe('The part of the packets that was lost, 0 to 1.'),
    jitterMs: z.number().min(0).max(60_000),
    roundTripMs: z.number().min(0).max(600_000),
  })
  .describe('What one side has heard on average.');

export const HistoryEntry = z.object({
  call: CallId,
  role: z.enum(['caller', 'callee']),
  peer: Person,
  media: Media,
  startedAt: z.number().describe('Milliseconds since the Unix epoch.'),
  durationMs: z.int().optional().describe('From first media to the end; absent when it was never answered.'),
  cause: z.enum(keys(causes)),
  answeredOn: z.string().optional().describe("The name of the callee's device that answered."),
  missed: z.boolean(),
  transferredBy: Person.optional().describe(
    'Who has led you two together; of a call that ended `transferred`, who has left it.',
  ),
  transferredTo: Person.optional().describe('Of a call that ended `transferred`: with whom the other goes on.'),
  forwardedFrom: Person.optional().describe('Whom the caller wanted to reach: the last one who has forwarded the call.'),
  forwardedTo: Person.optional().describe('Of a call that ended `forwarded`: at whom it went on to ring.'),
  placed: Placed,
  untaken: z.enum(keys(causes)).optional().describe('Of one that was placed: why its caller has not taken it.'),
  quality: Quality.optional().describe('As it was heard on this side, where that is known.'),
});

export type Offer = z.infer<typeof Offer>;
export type Answer = z.infer<typeof Answer>;
/** What is heard before somebody answers. */
export type Early = z.infer<typeof Early>;
export type Description = z.infer<typeof Description>;
export type Candidate = z.infer<typeof Candidate>;
export type Side = z.infer<typeof Side>;
export type CallView = z.infer<typeof CallView>;
export type EndedCall = z.infer<typeof EndedCall>;
export type Quality = z.infer<typeof Quality>;
/** A call that is over, as one of its two people sees it. */
export type HistoryEntry = z.infer<typeof HistoryEntry>;
