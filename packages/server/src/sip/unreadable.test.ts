/** What a phone says in a call, and nobody can read: it is refused, and the call goes on. */
import { Dialog, responseTo, toUtf8, writeMessage } from '@offhook/sip';
import type { FieldValues, Response } from '@offhook/sip';
import { beforeEach, expect, it } from 'vitest';
import { from, invite } from '../engine/engine.fixture.ts';
import { phoneOffer, sdp } from './phone.fixture.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { Phone } from './phone.fixture.ts';

const server = { transport: 'udp', address: '192.0.2.9', port: 5060 } as const;
let at: PhoneWorld;
let phone: Phone;

beforeEach(async () => {
  at = new PhoneWorld();
  await at.world.signIn('alice');
  phone = await at.phone('bob');
  await at.world.ask(from('alice'), invite('call-of-alice-and-bob', 'bob'));
  await at.settle();
  phone.answer();
  await at.settle();
});

/** The answer to what the phone says in the call. */
async function said(method: string, fields: FieldValues, type?: string): Promise<number | undefined> {
  const request = phone.leg!.dialog.request(method, { Contact: '<sip:bob@192.0.2.10>', ...fields });
  if (type !== undefined) request.withBody(type, toUtf8(phoneOffer));
  let answer: Response | undefined;
  phone.agent.ask(request, server, { response: (response) => (answer = response), failed: () => undefined });
  await at.settle();
  return answer?.status;
}

it.each<[string, FieldValues, string | undefined, number]>([
  ['INVITE', { Supported: ';;;' }, 'application/sdp', 400],
  ['INVITE', {}, ';', 415],
  ['INVITE', { 'Session-Expires': '"' }, 'application/sdp', 200],
  ['UPDATE', {}, ';', 415],
  ['UPDATE', { 'Min-SE': 'soon' }, undefined, 400],
  ['INFO', {}, ';', 415],
  ['REFER', { 'Refer-To': '"' }, undefined, 400],
])(
  'a call that is up goes on where its phone says by %s what cannot be read: %o, Content-Type %s: %i',
  async (method, fields, type, status) => {
    expect(await said(method, fields, type)).toBe(status);
    const sentAgain = phone.leg!.offer(() => Promise.resolve(sdp('sendrecv')));
    await at.settle();
    expect(await sentAgain).toContain('answer to phone');
    expect(at.calls.size).toBe(1);
  },
);

it('a call ends where the answer of its phone to what it is offered cannot be read, which is acknowledged', async () => {
  phone.agent.enter(phone.leg!.dialog.key, {
    request(transaction, request) {
      const ok = responseTo(request, 200, { fields: { Contact: '<sip:bob@192.0.2.10>', 'Session-Expires': '"' } });
      phone.agent.respond(transaction, ok.withBody(';', toUtf8('answer')));
    },
    acknowledged: () => undefined,
  });
  at.media.tell({ type: 'lost' });
  await at.settle();
  const ended = ['INVITE', '200', 'ACK', 'BYE', '200'];
  expect(at.said.slice(-5).map((line) => line.split(' ')[1])).toEqual(ended);
  expect(at.calls.size).toBe(0);
});

it('a phone that asks again how many messages wait, for a time that cannot be read, is refused', async () => {
  const asked = { Event: 'message-summary', Contact: '<sip:bob-desk@192.0.2.10>' };
  const request = phone.outside('SUBSCRIBE', 'bob-desk', asked);
  const answer = await phone.ask(request);
  expect(answer.status).toBe(200);
  const dialog = Dialog.ofClient(request, answer);
  expect(await phone.ask(dialog.request('SUBSCRIBE', { ...asked, Expires: 'soon' }))).toMatchObject({ status: 400 });
  expect(await phone.ask(dialog.request('SUBSCRIBE', { ...asked, Expires: 60 }))).toMatchObject({ status: 200 });
});

it.each(['INVITE', 'UPDATE', 'INFO', 'REFER', 'NOTIFY', 'OPTIONS', 'MESSAGE', 'ACK'])(
  'a call goes on whatever stands in one field of its %s, and nothing is left of that',
  async (method) => {
    const { dialog } = phone.leg!;
    const fields: Readonly<Record<string, string>> = {
      Contact: '"Bob" <sip:bob@192.0.2.10>',
      'Record-Route': '<sip:proxy.example;lr>',
      'Refer-To': '<sip:nobody-at-all@offhook.example>',
      Supported: 'timer',
      'Session-Expires': '1800;refresher=uac',
      'Min-SE': '90',
      Event: 'refer',
      'Content-Type': 'application/sdp',
    };
    let count = 0;
    for (const name of [...Object.keys(fields), 'From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'])
      for (const bad of ['', '\0', '\x7f', '\xff', '"', '\\', '%00', '<', '>', ',', ';', ':', '='])
        for (const place of [0, 1, Infinity]) {
          const via = `SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK${method}${++count}`;
          const text = writeMessage(
            dialog.request(method, { Via: via, ...fields }).withBody('application/sdp', toUtf8(phoneOffer)),
          );
          const spoilt = text.replace(new RegExp(`(?<=\r\n${name}: )(.*)(?=\r\n)`), (value) => {
            return bad === '' ? '' : value.slice(0, place) + bad + value.slice(place);
          });
          at.agent.receive(spoilt, { ...server, address: '192.0.2.10' });
          await at.settle();
        }
    expect(at.calls.size).toBe(1);
    expect(await phone.ask(dialog.request('BYE'))).toMatchObject({ status: 200 });
    await at.world.clock.advance(100_000);
    expect([at.calls.size, at.agent.transactions, at.agent.dialogs]).toEqual([0, 0, 0]);
  },
);
