import type { Phone } from '@offhook/client';
import { limits, peopleLimits } from '@offhook/core';
import type { Address, PersonPresence } from '@offhook/core';
import { callLinkOf } from '../view/call-link.ts';
import type { LinkState } from '../view/call-link.ts';

/** Somebody whose address many others begin like may be on a later page of those who are found; further than this nobody is looked for. */
const pagesMost = 5;

/** What a link calls; undefined where it is none. Who has an address, and what they are called, is said by the server alone. */
export async function lookAtLink(phone: Phone, text: string): Promise<LinkState | undefined> {
  const link = callLinkOf(text);
  if (link?.kind !== 'person') return link;
  const { address, video } = link;
  if (address === phone.user.address) return { kind: 'self' };
  const person = await find(phone, address);
  return person === undefined ? { kind: 'nobody', address } : { kind: 'person', person, video };
}

async function find(phone: Phone, address: Address): Promise<PersonPresence | undefined> {
  const query = [...address].slice(0, limits.nameLength).join('');
  let after: string | undefined;
  for (let page = 0; page < pagesMost; page += 1) {
    const { people, next } = await phone.people({
      query,
      limit: peopleLimits.peoplePage,
      ...(after !== undefined && { after }),
    });
    const found = people.find((one) => one.address === address);
    if (found !== undefined || next === undefined) return found;
    after = next;
  }
  return undefined;
}
