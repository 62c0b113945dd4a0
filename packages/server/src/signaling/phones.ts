/** SIP phones of whoever asks. */
import type { PhoneRequest } from '@offhook/core';
import type { SipPhones } from '../ports/sip-phones.ts';
import { Refusal } from '../ports.ts';
import type { Bus, Outcome } from '../ports.ts';
import type { Connection } from './connection.ts';

export interface PhonesDeps {
  readonly bus: Pick<Bus, 'publish'>;
  /** Absent: the server takes none. */
  readonly sipPhones?: SipPhones | undefined;
}

export class Phones {
  readonly #deps: PhonesDeps;

  constructor(deps: PhonesDeps) {
    this.#deps = deps;
  }

  async answer({ id, occupant, pass }: Connection, request: PhoneRequest): Promise<Outcome> {
    const { bus, sipPhones } = this.#deps;
    const user = occupant.user.address;
    if (sipPhones === undefined) return { error: 'phones_unavailable' };
    if (request.type === 'phones') return { ok: { server: sipPhones.server, phones: await sipPhones.list(user) } };
    // A login is good for ever: it is for those whose visit does not end, and whose grants are not those of a token.
    if (pass.by !== 'device' || pass.until !== undefined) return { error: 'forbidden' };
    try {
      const added = await sipPhones.add(user, request.name);
      bus.publish(user, { event: { type: 'devices' }, except: id });
      return { ok: { ...added } };
    } catch (error) {
      if (error instanceof Refusal) return { error: error.code };
      throw error;
    }
  }
}
