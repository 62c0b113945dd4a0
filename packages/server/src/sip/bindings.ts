/** Where phones are reached, as data that outlives the process. */
import { parseNameAddr, writeNameAddr } from '@offhook/sip';
import type { Binding } from '@offhook/sip';
import type { StoredBinding } from '../ports/sip-phones.ts';

export function toStored({ contact, ...rest }: Binding): StoredBinding {
  return { ...rest, contact: writeNameAddr(contact) };
}

export function fromStored({ contact, ...rest }: StoredBinding): Binding {
  return { ...rest, contact: parseNameAddr(contact) };
}
