/** Passcodes of meetings, and who may guess them: each user, and each network address, for so many wrong ones. */
import { meetingLimits } from '@offhook/core';
import type { MeetingId } from '@offhook/core';
import type { Asker } from '../ports/meetings.ts';
import type { Clock, Hash, Log } from '../ports.ts';
import { Guesses } from './guesses.ts';

const perHour = 3_600;

export class Passcodes {
  readonly #hash: Hash;
  readonly #guesses: Guesses;

  constructor({ clock, hash, log }: { readonly clock: Clock; readonly hash: Hash; readonly log: Log }) {
    this.#hash = hash;
    this.#guesses = new Guesses({
      clock,
      log,
      event: 'passcodes guessed',
      each: [
        { perSecond: meetingLimits.passcodesOfUserPerHour / perHour, burst: meetingLimits.passcodesOfUserBurst },
        { perSecond: meetingLimits.passcodesFromAddressPerHour / perHour, burst: meetingLimits.passcodesFromAddressBurst },
      ],
      all: { perSecond: meetingLimits.passcodesPerHour / perHour, burst: meetingLimits.passcodesBurst },
    });
  }

  /** As `Guesses.turn`. */
  turn(meeting: MeetingId): Promise<boolean> {
    return this.#guesses.turn(meeting);
  }

  /** `limited`: they may not say one now. Whether one is right is found out in the same time, wherever it differs. */
  check(
    meeting: MeetingId,
    { from, networkAddress }: Pick<Asker, 'from' | 'networkAddress'>,
    said: string,
    wanted: string,
  ): 'right' | 'wrong' | 'limited' {
    const hash = this.#hash;
    return this.#guesses.check(meeting, [from.person.address, networkAddress], () =>
      hash.equal(hash.digest(said), hash.digest(wanted)),
    );
  }
}
