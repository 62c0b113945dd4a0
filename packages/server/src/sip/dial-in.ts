/**
 * Phones that dial the token of a participant: each takes part in a session as that participant, and hears it as one sound.
 *
 *      INVITE ──► looked up ──► comes in ──► 200 ──► ACK            BYE, or it takes part no longer: over
 *                    │ nobody       │ 4xx       └─► nobody acknowledges it: BYE
 *                    └─ CANCEL ─────┴─► 487
 */
import { cleanName, sipLimits } from '@offhook/core';
import type { ParticipantId } from '@offhook/core';
import { fromUtf8, isSip } from '@offhook/sip';
import type { Remote, Request } from '@offhook/sip';
import { Bucket } from '../ports/bucket.ts';
import type { Dialled, PhoneCalls } from '../ports/phone-calls.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log } from '../ports.ts';
import type { IncomingInvite } from './incoming.ts';
import { Latest } from './latest.ts';
import type { LegEvents, SipLeg } from './leg.ts';

export interface DialInDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly phones: PhoneCalls;
  /** Whoever is there has dialled a token that leads somewhere. */
  readonly proven?: ((from: Remote) => void) | undefined;
}

/** Who guesses is not looked for any more: so many that nobody is reached by, for each address. */
const guesses = { perSecond: 0.2, burst: 10 };
/** Shorter than any token: the address of somebody, whom phones of users call. */
const shortMost = 32;

export class DialIn {
  readonly #deps: DialInDeps;
  readonly #legs = new Map<SipLeg, Dialled>();
  readonly #guesses = new Latest<Bucket>(sipLimits.remembered);

  constructor(deps: DialInDeps) {
    this.#deps = deps;
    deps.phones.onLeft((participant) => this.#left(participant));
  }

  /** Phones that are in a session. */
  get size(): number {
    return this.#legs.size;
  }

  /** Whether what was dialled leads into a session; it is served then. */
  async serve(invite: IncomingInvite): Promise<boolean> {
    const { clock, phones } = this.#deps;
    const { address } = invite.from;
    const { uri } = invite.request;
    const user = fromUtf8((isSip(uri) ? uri.user : undefined) ?? '');
    if (user.length <= shortMost) return false;
    const now = clock.now();
    const guessed = this.#guesses.get(address);
    const mayGuess = guessed === undefined || guessed.take(guesses, now, 0) >= 1;
    const who = mayGuess ? await phones.dialled(user) : undefined;
    if (who === undefined) {
      const bucket = guessed ?? new Bucket(guesses, now);
      bucket.take(guesses, now);
      this.#guesses.set(address, bucket);
      return false;
    }
    this.#deps.proven?.(invite.from);
    if (!invite.isOver) await this.#comeIn(invite, who);
    return true;
  }

  close(): void {
    for (const leg of this.#legs.keys()) this.#hangUp(leg);
  }

  async #comeIn(invite: IncomingInvite, who: Dialled): Promise<void> {
    const { log, phones } = this.#deps;
    const { offer, request, from } = invite;
    const name = nameOf(request);
    const at = from.address;
    // A token has shown who it is: it need not ask again while that takes its time.
    invite.progress(100);
    try {
      const said = await (offer === undefined ? phones.offer(who, name, at) : phones.comeIn(who, offer, name, at));
      // It has been given up meanwhile.
      const leg = invite.accept(
        said,
        this.#events(who, { name, at }, () => leg),
      );
      if (leg === undefined) return phones.leave(who);
      this.#legs.set(leg, who);
      log.info('sip.answered', { session: who.session, participant: who.participant, from: from.address });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      invite.refuse(statusOf(error));
    }
  }

  #events(
    who: Dialled,
    { name, at }: { readonly name: string; readonly at: string },
    leg: () => SipLeg | undefined,
  ): LegEvents {
    return {
      // The phone has moved, holds, or says the same once more: it begins anew with it.
      offered: (sdp) => this.#deps.phones.comeIn(who, sdp, name, at),
      wanted: () => this.#deps.phones.offer(who, name, at),
      answered: (sdp) => {
        this.#deps.phones.answered(who, sdp).catch((error: unknown) => {
          this.#deps.log.warn('sip', { participant: who.participant, error: String(error) });
          // Nothing was agreed on by which it could be heard, or hear.
          const mute = leg();
          if (mute !== undefined) this.#hangUp(mute);
        });
      },
      pressed: () => undefined,
      referred: () => 403,
      ended: () => {
        const over = leg();
        if (over !== undefined) this.#over(over);
      },
    };
  }

  #left(participant: ParticipantId): void {
    for (const [leg, who] of this.#legs) if (who.participant === participant) this.#hangUp(leg);
  }

  #hangUp(leg: SipLeg): void {
    leg.hangUp();
    this.#over(leg);
  }

  #over(leg: SipLeg): void {
    const who = this.#legs.get(leg);
    this.#legs.delete(leg);
    if (who !== undefined) this.#deps.phones.leave(who);
  }
}

function nameOf({ from: { displayName = '', uri } }: Request): string {
  return cleanName(displayName) ?? cleanName(isSip(uri) ? fromUtf8(uri.user ?? '') : '') ?? 'Phone';
}

function statusOf({ code }: Refusal): number {
  switch (code) {
    case 'description_refused':
      return 488;
    case 'participant_here':
    case 'session_full':
      return 486;
    case 'session_locked':
    case 'publish_refused':
      return 403;
    case 'session_not_found':
    case 'participant_not_found':
      return 404;
    default:
      return 503;
  }
}
