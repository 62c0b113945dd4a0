import { nameAddr, parseMessage, parseUri, Request, responseTo, sipUri, toUtf8, writeMessage } from '@offhook/sip';
import type { FieldValues, Remote } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
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
    early: (sdp) => void told.push(`early: ${sdp}`),
    taken: (_leg, sdp) => void told.push(`taken: ${sdp}`),
    refused: (status, response) => void told.push(`refused: ${status}${response === undefined ? '' : ' by somebody'}`),
  });
  await settled();
  return made;
}

function answer(status: number, fields: FieldValues = {}, type = 'application/sdp', toTag = 't', sdp = 'answer'): void {
  const { to, request } = sent.findLast((one) => one.request.method === 'INVITE')!;
  const response = responseTo(request, status, { toTag, fields: { Contact: '<sip:there>', ...fields } });
  if (status === 200 || status === 183) response.withBody(type, toUtf8(sdp));
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

const reliable = (n: number): FieldValues => ({ Require: '100rel', RSeq: n });

describe('what is heard before it is taken', () => {
  it('is told of each place where it rings; the one that answers counts', async () => {
    await invite([first]);
    answer(183, {}, undefined, 'one', 'announcement');
    answer(183, {}, undefined, 'two', 'music');
    answer(200, {}, undefined, 'one', 'voice');
    expect(told).toEqual(['ringing', 'early: announcement', 'ringing', 'early: music', 'taken: voice']);
    // Nothing is left of the other one.
    expect(agent.dialogs).toBe(1);
  });

  it('is acknowledged once where that is asked for, and is its answer then', async () => {
    await invite([first]);
    answer(183, reliable(7), undefined, 't', 'announcement');
    answer(183, reliable(7), undefined, 't', 'announcement');
    // One before it is missing.
    answer(183, reliable(9));
    answer(183, reliable(8), undefined, 't', 'something else');
    answer(200, {}, undefined, 't', 'something else');
    expect(told).toEqual(['ringing', 'early: announcement', 'ringing', 'taken: announcement']);
    const pracks = sent.filter(({ request }) => request.method === 'PRACK').map(({ request }) => request.get('RAck'));
    expect(pracks).toEqual(['7 1 INVITE', '8 1 INVITE']);
  });

  it('is answered by whichever place takes it, whatever others have settled', async () => {
    await invite([first]);
    answer(183, reliable(7), undefined, 'one', 'announcement');
    answer(183, reliable(1), undefined, 'two', 'music');
    answer(200, {}, undefined, 'one', 'voice');
    expect(told).toEqual(['ringing', 'early: announcement', 'ringing', 'early: music', 'taken: announcement']);
    await invite([first]);
    answer(183, reliable(7), undefined, 'one', 'announcement');
    answer(200, {}, undefined, 'two', 'voice');
    expect(told.at(-1)).toBe('taken: voice');
  });

  it('is over with a refusal, and with giving up', async () => {
    await invite([first]);
    answer(183);
    expect(agent.dialogs).toBe(1);
    answer(486);
    expect([agent.dialogs, told.at(-1)]).toEqual([0, 'refused: 486 by somebody']);
    const given = await invite([first]);
    answer(183);
    given.cancel();
    answer(183, {}, undefined, 'late');
    expect([agent.dialogs, told.length]).toEqual([0, 5]);
  });
});
