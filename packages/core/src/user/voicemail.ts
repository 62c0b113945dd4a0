import type { Person } from '../protocol/shared.ts';
import type { Settings } from '../protocol/people.ts';

/** Who takes calls in the place of those who do not, and whom one calls to hear one's messages. In no list of people. */
export const voicemailPerson: Person = { address: 'voicemail', name: 'Voicemail' };

/** Whether this is the voicemail, and not somebody who took its address on a server that has none. */
export function isVoicemail({ address, name }: Person): boolean {
  return address === voicemailPerson.address && name === voicemailPerson.name;
}

/** Why a call comes to the voicemail. */
export type VoicemailReason = 'always' | 'busy' | 'do_not_disturb' | 'no_answer';

/** Whether it takes the calls of somebody. `standard`: of those who have not said whether they want it; undefined: there is none. */
export function takesVoicemail({ voicemail }: Settings, why: VoicemailReason, standard: boolean | undefined): boolean {
  if (standard === undefined || !(voicemail?.on ?? standard)) return false;
  switch (why) {
    case 'always':
      return voicemail?.always === true;
    case 'busy':
      return voicemail?.busy !== false;
    case 'do_not_disturb':
      return voicemail?.doNotDisturb !== false;
    case 'no_answer':
      return true;
  }
}
