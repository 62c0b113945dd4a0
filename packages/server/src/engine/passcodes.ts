/**
 * Passcodes of meetings, and who may guess them. Only wrong ones count. Whoever was wrong too often, as a user or from a network address, is
 * refused for a while, whatever they say. When a meeting was guessed at too often from wherever, those who were wrong before are refused;
 * whoever was not comes in by the right one all the same, so that nobody can shut the others out.
 */
import { meetingLimits } from '@offhook/core';
import type { MeetingId } from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { Asker } from '../ports/meetings.ts';
import type { Clock, Hash, Log } from '../ports.ts';

const perHour = 3_600;

export class Passcodes {
  readonly #deps: { readonly clock: Clock; readonly hash: Hash; readonly log: Log };
  readonly #ofUser = new Buckets({
    perSecond: meetingLimits.passcodesOfUserPerHour / perHour,
    burst: meetingLimits.passcodesOfUserBurst,
  });
  readonly #fromAddress = new Buckets({
    perSecond: meetingLimits.passcodesFromAddressPerHour / perHour,
    burst: meetingLimits.passcodesFromAddressBurst,
  });
  readonly #ofMeeting = new Buckets({
    perSecond: meetingLimits.passcodesPerHour / perHour,
    burst: meetingLimits.passcodesBurst,
  });

  constructor(deps: { readonly clock: Clock; readonly hash: Hash; readonly log: Log }) {
    this.#deps = deps;
  }

  /** `limited`: they may not say one now. Whether one is right is found out in the same time, wherever it differs. */
  check(meeting: MeetingId, { from, networkAddress }: Asker, said: string, wanted: string): 'right' | 'wrong' | 'limited' {
    const { clock, hash, log } = this.#deps;
    const now = clock.now();
    const [user, address] = [`${meeting} ${from.person.address}`, `${meeting} ${networkAddress}`];
    if (!this.#ofUser.has(user, now) || !this.#fromAddress.has(address, now)) return 'limited';
    const isGuessedAt = !this.#ofMeeting.has(meeting, now);
    if (isGuessedAt && !(this.#ofUser.isFull(user, now) && this.#fromAddress.isFull(address, now))) return 'limited';
    if (hash.equal(hash.digest(said), hash.digest(wanted))) return 'right';
    this.#ofUser.take(user, now);
    this.#fromAddress.take(address, now);
    if (isGuessedAt) return 'wrong';
    this.#ofMeeting.take(meeting, now);
    if (!this.#ofMeeting.has(meeting, now)) log.warn('passcodes guessed', { meeting, networkAddress });
    return 'wrong';
  }
}
