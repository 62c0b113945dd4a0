/** Those who come to a meeting by its link, without an account here: by name, for a day, and for nothing else. */
import { addressOf, cleanName, defaultSettings, limits, meetingLimits } from '@offhook/core';
import { z } from 'zod';
import type { StoredAccount } from '../ports/accounts.ts';
import { Refusal } from '../ports.ts';
import type { StoredUser } from '../ports.ts';
import { issueDevice } from './identity.ts';
import type { Identity, IdentityDeps } from './identity.ts';
import { check } from './rest.ts';
import type { Route } from './rest.ts';

const Text = z.string().max(limits.nameLength * 4);
const Visit = z.object({ name: Text, device: Text.optional() });

/** They ring nobody, nobody rings them, and they find no other sessions than that of a meeting that lets them in. */
const grants = { incoming: false, outgoing: false, sessions: false };

export class Visitors {
  readonly #deps: IdentityDeps;

  constructor(deps: IdentityDeps) {
    this.#deps = deps;
  }

  async come(wanted: string, device: string | undefined): Promise<Identity> {
    const { clock, random } = this.#deps;
    const name = cleanName(wanted);
    if (name === undefined) throw new Refusal('name_invalid');
    // Nobody is called by the address of somebody who was here before.
    const address = addressOf(`guest-${random.token(60)}x`) ?? '';
    const createdAt = clock.now();
    const until = createdAt + meetingLimits.meetingGuestMs;
    const user: StoredUser = { address, name, settings: defaultSettings, vouched: true, createdAt };
    const account: StoredAccount = { address, role: 'guest', grants, until, createdAt };
    return issueDevice(this.#deps, user, device, [
      { type: 'new_user', user },
      { type: 'account', account },
    ]);
  }
}

export function visitorRoutes(visitors: Visitors, isMeeting: (id: string) => boolean): Route[] {
  return [
    {
      method: 'POST',
      path: '/meetings/:meeting/guests',
      access: 'anybody',
      answer({ body, parameters: { meeting = '' } }) {
        const { name, device } = check(Visit, body);
        if (!isMeeting(meeting)) throw new Refusal('meeting_not_found');
        return visitors.come(name, device);
      },
    },
  ];
}
