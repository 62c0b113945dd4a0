/** Mistakes with phones that are made on purpose, one of a kind each: whether the laws would notice them. */
import { BridgedMedia } from '../../../packages/server/src/sip/bridged.ts';
import { PhoneCall } from '../../../packages/server/src/sip/phone-call.ts';
import { PhoneRings } from '../../../packages/server/src/sip/rings.ts';
import { SipAgent } from '../../../packages/server/src/sip/agent.ts';
import { SipLeg } from '../../../packages/server/src/sip/leg.ts';
import { Silence } from '../../../packages/server/src/sip/silence.ts';
import { replace } from '../faults.ts';
import type { Plant } from '../faults.ts';

export const phoneFaults = {
  'phones ring on for a call that is over': () => replace(PhoneRings.prototype, 'cancel', () => () => undefined),
  'a phone is not told of the end': () => replace(SipLeg.prototype, 'hangUp', () => () => undefined),
  'a phone of which nothing comes is not missed': () =>
    replace(
      Silence.prototype,
      'hear',
      (right) =>
        function (this: Silence, state) {
          if (state === 'connected') right.call(this, state);
        },
    ),
  'nobody notices that the worker is gone': () => replace(PhoneCall.prototype, 'mediaLost', () => () => undefined),
  'what a phone holds is not told': () =>
    replace(
      PhoneCall.prototype,
      'input',
      (right) =>
        function (this: PhoneCall, input) {
          if (input.type !== 'update') right.call(this, input);
        },
    ),
  'bridges stay open after the call': () => replace(BridgedMedia.prototype, 'close', () => () => undefined),
  'dialogs are kept after the call': () => replace(SipAgent.prototype, 'leave', () => () => undefined),
} satisfies Record<string, Plant>;

/** The law that each mistake breaks; where several are named, whichever is looked at first. */
export const phonesBrokenBy: Readonly<Record<keyof typeof phoneFaults, readonly string[]>> = {
  'phones ring on for a call that is over': ['S4', 'S24', 'S10'],
  'a phone is not told of the end': ['S23', 'S25', 'S24', 'S10'],
  'a phone of which nothing comes is not missed': ['S23'],
  'nobody notices that the worker is gone': ['S23', 'S3', 'S24'],
  'what a phone holds is not told': ['S23', 'S5'],
  'bridges stay open after the call': ['S24'],
  'dialogs are kept after the call': ['S25'],
};
