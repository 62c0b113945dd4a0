/**
 * One INVITE for which several people are rung: whoever takes it first has it, the others stop. Each is told of it as if it were theirs alone.
 *
 *     INVITE ──┬─► one ── 180 ──► 180
 *              ├─► another ── 200 ──► 200; the others: over
 *              └─► a third ── refused; once all are: refused, busy if one was
 */
import type { Remote } from '@offhook/sip';
import type { FieldValues } from '@offhook/sip';
import type { IncomingInvite, Invitation } from './incoming.ts';
import type { LegEvents, SipLeg } from './leg.ts';

export class Hunt {
  readonly #invite: IncomingInvite;
  readonly #invitations: readonly Share[];
  readonly #statuses: number[] = [];

  constructor(invite: IncomingInvite, people: number) {
    this.#invite = invite;
    this.#invitations = Array.from({ length: people }, () => new Share(this, invite));
    invite.onCancelled = () => this.#stop(undefined);
  }

  /** One for each. */
  get invitations(): readonly Invitation[] {
    return this.#invitations;
  }

  progress(status: number): void {
    this.#invite.progress(status);
  }

  accept(by: Share, sdp: string, events: LegEvents): SipLeg | undefined {
    const leg = this.#invite.accept(sdp, events);
    if (leg !== undefined) this.#stop(by);
    return leg;
  }

  refuse(status: number, fields: FieldValues): void {
    this.#statuses.push(status);
    if (this.#statuses.length < this.#invitations.length) return;
    const isBusy = this.#statuses.includes(486);
    this.#invite.refuse(isBusy ? 486 : status, isBusy ? {} : fields);
  }

  #stop(but: Share | undefined): void {
    for (const one of this.#invitations) if (one !== but) one.onCancelled(but === undefined ? undefined : true);
  }
}

class Share implements Invitation {
  readonly from: Remote;
  readonly offer: string | undefined;
  onCancelled: Invitation['onCancelled'] = () => undefined;
  readonly #hunt: Hunt;

  constructor(hunt: Hunt, { from, offer }: IncomingInvite) {
    this.#hunt = hunt;
    this.from = from;
    this.offer = offer;
  }

  /** Of several that ring nobody is heard before one has taken it. */
  progress(status: number, sdp?: string): void {
    if (sdp === undefined) this.#hunt.progress(status);
  }

  accept(sdp: string, events: LegEvents): SipLeg | undefined {
    return this.#hunt.accept(this, sdp, events);
  }

  refuse(status: number, fields: FieldValues = {}): void {
    this.#hunt.refuse(status, fields);
  }
}
