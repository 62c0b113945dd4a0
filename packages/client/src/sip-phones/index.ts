/**
 * One's own SIP phones: desk phones and apps that ring with the browsers of this person. An entry of its own, so that pages which only
 * call do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { addSipPhone } from '@offhook/client/sip-phones';
 *
 *     const { server, phone: desk, password } = await addSipPhone(await connect({ name: 'Anna' }), 'Desk');
 *     console.log(`${desk.login} at ${server.host}:${server.port}`, password); // to be set in the phone
 *
 * That they have changed, `peopleOf(phone).on('devices', …)` tells. One is called otherwise by `nameDevice` there, with its `id`.
 */
export { addSipPhone, removeSipPhone, sipPhones } from './sip-phones.ts';
export type { AddedPhone, PhoneList, PhoneView, SipServer } from '@offhook/core';
