import type { AddedPhone, DeviceId, PhoneList } from '@offhook/core';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';

/** The SIP phones of this person, oldest first, and where they register. Rejects with `phones_unavailable` where the server takes none. */
export function sipPhones(phone: Phone): Promise<PhoneList> {
  return openPhone(phone).connection.request('phones', {});
}

/**
 * One more, with a login of its own. Its password is shown this once. Rejects e.g. with `name_invalid`, `too_many_phones` from the eleventh
 * on, `phones_unavailable`, and `forbidden` to guests and to those whom an application signs in: their server adds phones, by the REST API.
 */
export function addSipPhone(phone: Phone, name: string): Promise<AddedPhone> {
  return openPhone(phone).connection.request('phone_add', { name });
}

/** Its login is void, and its calls end. Rejects with `device_not_found`. */
export async function removeSipPhone(phone: Phone, id: DeviceId): Promise<void> {
  await phone.removeDevice(id);
}
