/** Links that let somebody in: people with an account of their own, guests for a while, and those who have lost their password. */
import { serverLimits } from '@offhook/core';
import type { Address, GrantsClaim, Instant, Milliseconds } from '@offhook/core';
import type { Role, StoredInvite } from '../ports/accounts.ts';
import { Refusal } from '../ports.ts';
import type { IdentityDeps } from './identity.ts';

/** What is asked of an invitation. */
export interface Wanted {
  readonly role: Role;
  readonly uses?: number | undefined;
  /** How long the link is good. */
  readonly forMs?: Milliseconds | undefined;
  /** For guests: what they may do, and how long they may stay. */
  readonly grants?: GrantsClaim | undefined;
  readonly stayMs?: Milliseconds | undefined;
  /** Whose password it is to renew, instead of making an account. */
  readonly whose?: Address | undefined;
}

/** An invitation as its maker sees it. `id` does not let anybody in. */
export interface Invitation {
  readonly id: string;
  readonly role: Role;
  readonly uses: number;
  readonly expiresInMs: Milliseconds;
  readonly whose: Address | undefined;
}

export class Invites {
  readonly #deps: IdentityDeps;

  constructor(deps: IdentityDeps) {
    this.#deps = deps;
  }

  /** The code is shown this once. */
  async make(
    by: Address | undefined,
    { role, uses = 1, forMs = serverLimits.inviteMs, grants, stayMs, whose }: Wanted,
  ): Promise<Invitation & { code: string }> {
    const { clock, hash, random, store } = this.#deps;
    const code = random.token(160);
    const now = clock.now();
    const invite: StoredInvite = {
      digest: hash.digest(code),
      role,
      uses,
      until: now + forMs,
      by,
      ...(role === 'guest' && { grants: grants ?? guestGrants(by), stayMs: stayMs ?? serverLimits.guestMs }),
      whose,
      createdAt: now,
    };
    await store.commit([{ type: 'invite', invite }]);
    return { code, ...shown(invite, now) };
  }

  /** Those that somebody has made and that may still be used. */
  async list(by: Address | undefined): Promise<Invitation[]> {
    const now = this.#deps.clock.now();
    const invites = await this.#deps.store.invites(by);
    return invites.filter(({ uses, until }) => uses > 0 && until > now).map((invite) => shown(invite, now));
  }

  /** Takes one back. `by`: only if they made it. */
  async takeBack(id: string, by: Address | undefined): Promise<void> {
    const invite = await this.#deps.store.invite(id);
    if (invite === undefined || (by !== undefined && invite.by !== by)) throw new Refusal('not_found');
    await this.#deps.store.commit([{ type: 'invite_gone', digest: id }]);
  }

  /** What a code stands for, if it may still be used. */
  async find(code: string): Promise<StoredInvite> {
    const { clock, hash, store } = this.#deps;
    const invite = await store.invite(hash.digest(code));
    if (invite === undefined || invite.uses < 1 || invite.until <= clock.now()) throw new Refusal('link_invalid');
    return invite;
  }

  /** What a code stands for that makes an account. */
  async findNew(code: string): Promise<StoredInvite> {
    const invite = await this.find(code);
    if (invite.whose !== undefined) throw new Refusal('link_invalid');
    return invite;
  }
}

function shown({ digest, role, uses, until, whose }: StoredInvite, now: Instant): Invitation {
  return { id: digest, role, uses, expiresInMs: until - now, whose };
}

/** Guests call whoever has invited them, and nobody else. */
function guestGrants(by: Address | undefined): GrantsClaim {
  return { outgoing: by === undefined ? false : [by] };
}
