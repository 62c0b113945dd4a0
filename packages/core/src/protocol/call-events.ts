/** What a device is told of calls. Browser code imports only its types. */
import { z } from 'zod';
import { Answer, CallView, Candidates, Description, Early, EndedCall, Epoch, Offer, Side } from './calls.ts';
import { MeetingId } from './meetings.ts';
import { CallId, event } from './shared.ts';
import { Text } from './conversations.ts';

const epochOf = { call: CallId, epoch: Epoch };

export const callEvents = {
  incoming: event('incoming', { view: CallView }).describe('A call rings here.'),
  reoffered: event('reoffered', { ...epochOf, offer: Offer }).describe(
    'It was replaced: candidates of the one before are void.',
  ),
  ringing: event('ringing', { call: CallId, waiting: z.boolean(), early: Early.optional() }).describe(
    'A device of the callee rings; `waiting`: they are in another call. Without `early`, nothing is heard of it.',
  ),
  accepted: event('accepted', { call: CallId, epoch: Epoch, answer: Answer.optional() }).describe(
    'The callee has claimed the call.',
  ),
  answered: event('answered', { call: CallId, epoch: Epoch, answer: Answer }),
  described: event('described', { call: CallId, epoch: Epoch, description: Description }),
  candidates: event('candidates', { call: CallId, epoch: Epoch, candidates: Candidates, end: z.boolean() }),
  updated: event('updated', { call: CallId, side: Side }).describe("The other side's hold, microphone and camera."),
  transferred: event('transferred', { call: CallId, view: CallView }).describe(
    'The other side has led you on to somebody else: `view` is the call that goes on in the place of this one. Its caller opens the first epoch; while it rings, by a `reoffer`.',
  ),
  forwarded: event('forwarded', { call: CallId, view: CallView }).describe(
    'Your call rings somebody else: `view` is the call that goes on in the place of this one, with the offer that you have made.',
  ),
  moving: event('moving', { of: CallId, meeting: MeetingId, heard: z.boolean() }).describe(
    'The other side of a call goes on in a meeting and asks to come there; `heard`: it hears this side there.',
  ),
  peer: event('peer', { call: CallId, state: z.enum(['here', 'away']) }).describe('Their signalling is gone, or is back.'),
  epoch_failed: event('epoch_failed', epochOf).describe('The other side has lost its media for good: open the next epoch.'),
  ended: event('ended', {
    ...EndedCall.shape,
    message: Text.optional().describe('What the callee says instead of answering.'),
  }).describe('The call has ended for this device. `elsewhere`: the name of the device that answered.'),
} as const;
