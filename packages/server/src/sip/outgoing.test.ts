import { nameAddr, parseMessage, parseUri, Request, responseTo, sipUri, toUtf8, writeMessage } from '@offhook/sip';
import type { FieldValues, Remote } from '@offhook/sip';
import { beforeEach, expect, it } from 'vitest';
import { ManualClock, settled } from '../engine/engine.fixture.ts';
import { SipAgent } from './agent.ts';
import type { Hop } from './asking.ts';
import { OutgoingInvite } from './outgoing.ts';

const first: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };
const second: Remote = { transport: 'tcp', address: '192.0.2.2', port: 5060 };

let clock: ManualClock;
let agent: SipAgent;
let sent: { readonly to: Remote; readonly request: Request }[];
let told: string[];

beforeEach(() => {
  clock = new ManualClock();
  [sent, told] = [[], []];
  let count = 0;
  agent = new SipAgent({
    clock,
    random: () => `r${++count}`,
    sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
    send(to, text) {
      const request = parseMessage(text);
      if (request instanceof Request) sent.push({ to, request });
    },
    find: () => Promise.resolve([first, second]),
    serve: () => undefined,
  });
});

async function invite(to: Hop): Promise<OutgoingInvite> {
  const order = { target: parseUri('sip:bo@carrier.example'), from: nameAddr(sipUri('here')), offer: 'offer', to };
  const made = new OutgoingInvite(agent, order, {
    offered: () => Promise.resolve(''),
    wanted: () => Promise.resolve(''),
    answered: () => undefined,
    pressed: () => undefined,
    referred: () => 603,
    ended: () => undefined,
    ringing: () => void told.push('ringing'),
    taken: (_leg, sdp) => void told.push(`taken: ${sdp}`),
    refused: (status, response) => void told.push(`refused: ${status}${response === undefined ? '' : ' by somebody'}`),
  });
  await settled();
  return made;
}

function answer(status: number, fields: FieldValues = {}, type = 'application/sdp'): void {
  const { to, request } = sent.at(-1)!;
  const response = responseTo(request, status, { toTag: 't', fields: { Contact: '<sip:there>', ...fields } });
  if (status === 200) response.withBody(type, toUtf8('answer'));
  agent.receive(writeMessage(response), to);
}
const said = (): string[] => sent.map(({ to, request }) => `${request.method} ${to.address} ${request.get('Contact')}`);

it.each([
  ['where a URI leads', parseUri('sip:carrier.example')],
  ['at the places that are known', [first, second]],
])('asks %s, one after the other, and says at each how it is reached by its transport', async (_what, to) => {
  await invite(to);
  answer(503);
  answer(180);
  answer(200);
  expect(said()).toEqual([
    'INVITE 192.0.2.1 <sip:192.0.2.9:5060;transport=udp>',
    'ACK 192.0.2.1 undefined',
    'INVITE 192.0.2.2 <sip:192.0.2.9:5060;transport=tcp>',
    'ACK 192.0.2.2 undefined',
  ]);
  expect(told).toEqual(['ringing', 'taken: answer']);
});

it('is refused by what the last one says, or by nobody', async () => {
  await invite([first, second]);
  answer(503);
  answer(486);
  await invite([first]);
  await clock.advance(33_000);
  await invite([]);
  expect(told).toEqual(['refused: 486 by somebody', 'refused: 408', 'refused: 503']);
});

it('is cancelled where it rings', async () => {
  const made = await invite([first, second]);
  answer(503);
  answer(180);
  made.cancel();
  expect(said().at(-1)).toBe('CANCEL 192.0.2.2 undefined');
});

it('lets go who takes it with something that cannot be read', async () => {
  await invite([first]);
  answer(200, {}, ';');
  expect(said().slice(1)).toEqual(['ACK 192.0.2.1 undefined', 'BYE 192.0.2.1 undefined']);
  expect(told).toEqual(['refused: 488']);
});

it('goes on where a 200 says of the time what cannot be read, and is refused where a 401 cannot be read', async () => {
  await invite([first]);
  answer(200, { 'Session-Expires': '"' });
  await invite([first]);
  answer(401, { 'WWW-Authenticate': 'Digest "' });
  expect(told).toEqual(['taken: answer', 'refused: 401 by somebody']);
});
