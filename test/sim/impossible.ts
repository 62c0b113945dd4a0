/** Pairs of state and input that cannot be, or only seldom, each with its reason. Every other pair must happen in the simulator. */
import { callInputs, callStates, endpointInputs, endpointStates } from '@offhook/core';

export interface Impossible {
  /** As `machine state input`. */
  readonly pairs: readonly string[];
  readonly why: string;
}

/** Pairs that can be, but meet too seldom to be waited for: tests of the machine alone show them. */
export const seldom: readonly Impossible[] = [
  {
    pairs: ['user offline place'],
    why: 'A phone signs off at the very moment at which it calls, while no page of its user is there.',
  },
];

type CallState = (typeof callStates)[number];
type CallInput = (typeof callInputs)[number];
type EndpointState = (typeof endpointStates)[number];
type EndpointInput = (typeof endpointInputs)[number];

function call(states: readonly CallState[], inputs: readonly CallInput[], why: string): Impossible {
  return { pairs: states.flatMap((state) => inputs.map((input) => `call ${state} ${input}`)), why };
}

function endpoint(states: readonly EndpointState[], inputs: readonly EndpointInput[], why: string): Impossible {
  return { pairs: states.flatMap((state) => inputs.map((input) => `endpoint ${state} ${input}`)), why };
}

const beginnings: readonly EndpointInput[] = ['place', 'incoming', 'restore'];
const taken: readonly EndpointState[] = ['connecting', 'active', 'reconnecting'];

export const impossible: readonly Impossible[] = [
  call(
    ['new'],
    callInputs.filter((input) => !['invite', 'refused', 'placed', 'joined', 'led'].includes(input)),
    'The engine holds back what is said about a call until it is admitted.',
  ),
  call(
    ['ringing', 'answering', 'active', 'ended'],
    ['invite'],
    'A repeated invite comes as `refused`, which is answered in the same way.',
  ),
  call(
    ['ringing', 'answering', 'active', 'ended'],
    ['joined', 'led'],
    'Two who are led together, or one to the other, begin a call of their own.',
  ),
  call(callStates, ['placed'], 'There are no programs in the simulator: what they may do is tested over the real server.'),
  call(
    ['ringing', 'answering', 'active', 'ended'],
    ['digit'],
    'What carries the sound of pages tells no keys: it is shown over the real server.',
  ),
  call(['answering', 'active', 'ended'], ['forward'], 'What nobody has taken goes on; the engine holds it until then.'),

  endpoint(
    ['new'],
    endpointInputs.filter((input) => !beginnings.includes(input)),
    'The first input says how it begins.',
  ),
  endpoint(
    endpointStates.filter((state) => state !== 'new'),
    beginnings,
    'It begins once: a page that has a call takes what it is shown of it as `resync`.',
  ),
  endpoint(
    ['opening', 'calling', 'answering', ...taken],
    ['answer'],
    'The person answers what rings, and once; to all else `Call.answer` says `wrong_state`.',
  ),

  endpoint(
    ['calling', 'incoming', 'answering', ...taken, 'ended'],
    ['offer_ready'],
    'A peer connection that was opened makes one first offer, and one that was overtaken is not heard.',
  ),
  endpoint(
    ['opening', 'calling', 'active', 'reconnecting', 'ended'],
    ['answer_ready'],
    'An answer is made ahead while it rings, or soon after; one who has yet to answer does not offer.',
  ),
  endpoint(
    ['opening', 'calling', 'incoming', 'answering', 'ended'],
    ['description_ready', 'epoch_failed'],
    'Nothing is renegotiated before the first answer is with both sides, and an overtaken peer connection is not heard.',
  ),
  endpoint(
    ['opening', 'incoming', 'ended'],
    ['candidates_ready'],
    'Candidates follow the description they belong to, and are gathered for an answer only when it is given.',
  ),
  endpoint(
    ['opening', 'calling', 'incoming', 'ended'],
    ['media'],
    'Media comes after both descriptions, and an overtaken peer connection is not heard.',
  ),
  endpoint(['calling'], ['media_failed'], 'Between offer and answer nothing is done that could fail.'),
  endpoint(['ended'], ['media_failed'], 'Nothing is opened after the end.'),

  endpoint(['incoming'], ['done', 'failed'], 'Nothing is asked of the server before the person answers.'),
  endpoint(['incoming', 'answering', ...taken, 'ended'], ['ringing'], 'Told to the caller, before the claim.'),
  endpoint(['incoming', 'answering', ...taken, 'ended'], ['accepted'], 'Told to the caller, once.'),
  endpoint(
    ['calling', 'incoming', 'answering', 'active', 'reconnecting', 'ended'],
    ['answered'],
    'Told to the caller, once, after the claim.',
  ),
  endpoint(['calling', 'incoming'], ['described'], 'Told to the sides of a call, after the claim.'),
  endpoint(['calling'], ['candidates', 'updated', 'peer'], 'Told to the caller after the claim; events keep their order.'),
  endpoint(['opening', 'calling', 'active', 'reconnecting'], ['reoffered'], 'Told to the callee, before the answer.'),
  endpoint(
    ['ended'],
    ['described', 'candidates', 'reoffered', 'updated', 'peer', 'resync', 'resumed', 'network'],
    'An ended call is no longer in the page: what comes for it is dropped.',
  ),

  endpoint(['opening', 'calling', 'answering', 'active', 'ended'], ['tick'], 'These states have no deadline.'),

  {
    pairs: [
      'published',
      'offer',
      'transport',
      'speaker',
      'quality',
      'dropped',
      'watched',
      'digit',
      'recorded',
      'recording_failed',
      'lost',
    ].map((input) => `session unmade ${input}`),
    why: 'A worker tells only of sessions that it has, and what it tells late of one that is over is not told to the next.',
  },
  {
    pairs: ['away', 'back', 'gone', 'tick'].map((input) => `session unmade ${input}`),
    why: 'Nobody is in a session that nobody has made, and it waits for nothing.',
  },
];
