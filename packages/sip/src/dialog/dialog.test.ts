import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../bytes.ts';
import { fieldsOf, Request } from '../message/message.ts';
import type { FieldValues, Response } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { writeUri } from '../message/uri.ts';
import { Dialog, dialogKey } from './dialog.ts';
import { afterGlare, Exchanges } from './exchanges.ts';
import { Forks } from './forks.ts';
import { ReliableAnswers, ReliableOrder, Repetition } from './reliable.ts';
import { answerSession, sessionFields, sessionOf, sessionTimes, SessionTimer, timesAfter422 } from './session-timer.ts';

const message = (method: string, fields: FieldValues = {}, cseq = 1): Request =>
  new Request(
    method,
    'sip:lena@192.0.2.2',
    fieldsOf({
      Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
      From: '"Omar" <sip:omar@example.net>;tag=o',
      To: '<sip:lena@example.org>',
      'Call-ID': 'c1',
      CSeq: `${cseq} ${method}`,
      ...fields,
    }),
  );
const invite = (fields: FieldValues = {}): Request => message('INVITE', { Contact: '<sip:omar@192.0.2.1:5070>', ...fields });
const answer = (request: Request, status: number, tag: string, fields: FieldValues = {}): Response =>
  responseTo(request, status, { toTag: tag, fields: { Contact: `<sip:${tag}@192.0.2.9>`, ...fields } });
const within = (dialog: Dialog, method: string, cseq: number, fields: FieldValues = {}): Request =>
  new Request(
    method,
    'sip:x',
    fieldsOf({
      Via: 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2',
      From: `<sip:lena@example.org>;tag=${dialog.remoteTag}`,
      To: `<sip:omar@example.net>;tag=${dialog.localTag}`,
      'Call-ID': 'c1',
      CSeq: `${cseq} ${method}`,
      ...fields,
    }),
  );

describe('a dialog', () => {
  it('[D1] begins on both sides with the same tags, and with the way of Record-Route from each side', () => {
    const request = invite({ 'Record-Route': ['<sip:p2.example;lr>', '<sip:p1.example;lr>'] });
    const ok = answer(request, 200, 'l');
    const [ours, theirs] = [Dialog.ofClient(request, ok), Dialog.ofServer(request, ok)];
    expect([ours.localTag, ours.remoteTag, ours.state]).toEqual(['o', 'l', 'confirmed']);
    expect([theirs.localTag, theirs.remoteTag, theirs.state]).toEqual(['l', 'o', 'confirmed']);
    const [bye, info] = [ours.request('BYE'), theirs.request('INFO')];
    expect([bye.target, bye.all('Route'), writeUri(ours.nextHop)]).toEqual([
      'sip:l@192.0.2.9',
      ['<sip:p1.example;lr>', '<sip:p2.example;lr>'],
      'sip:p1.example;lr',
    ]);
    expect([info.target, info.all('Route'), writeUri(theirs.nextHop)]).toEqual([
      'sip:omar@192.0.2.1:5070',
      ['<sip:p2.example;lr>', '<sip:p1.example;lr>'],
      'sip:p2.example;lr',
    ]);
    expect([bye.get('From'), bye.get('To'), bye.callId, bye.cseq]).toEqual([
      '"Omar" <sip:omar@example.net>;tag=o',
      '<sip:lena@example.org>;tag=l',
      'c1',
      { number: 2, method: 'BYE' },
    ]);
    expect([dialogKey(bye), dialogKey(info)]).toEqual([theirs.key, ours.key]);
    expect([dialogKey(answer(request, 180, 'l')), writeUri(theirs.target)]).toEqual([ours.key, 'sip:omar@192.0.2.1:5070']);
  });

  it('[D2] goes through a strict router by its own address, with the target at the end of the route', () => {
    const request = invite();
    const dialog = Dialog.ofClient(
      request,
      answer(request, 200, 'l', { 'Record-Route': ['<sip:p2.example;lr>', '<sip:p1.example;method=INVITE?X=y>'] }),
    );
    const bye = dialog.request('BYE');
    expect([bye.target, bye.all('Route')]).toEqual(['sip:p1.example', ['<sip:p2.example;lr>', '<sip:l@192.0.2.9>']]);
  });

  it('[D3] without a route goes to the target', () => {
    const request = invite();
    const dialog = Dialog.ofClient(request, answer(request, 200, 'l'));
    expect([dialog.request('BYE').all('Route'), writeUri(dialog.nextHop)]).toEqual([[], 'sip:l@192.0.2.9']);
  });

  it('[D4] counts what it asks, ACK aside, and refuses what comes late: 500', () => {
    const request = invite();
    const dialog = Dialog.ofClient(request, answer(request, 200, 'l'));
    expect([dialog.request('INFO'), dialog.ack(1), dialog.request('INFO')].map(({ cseq }) => cseq.number)).toEqual([2, 1, 3]);
    expect([7, 8, 8, 7, 30].map((number) => dialog.receive(within(dialog, 'INFO', number)))).toEqual([
      undefined,
      undefined,
      500,
      500,
      undefined,
    ]);
    expect(dialog.receive(within(dialog, 'ACK', 2))).toBeUndefined();
    const theirs = Dialog.ofServer(request, answer(request, 200, 'l'));
    expect(theirs.receive(message('BYE', {}, 1))).toBe(500);
    expect(theirs.request('BYE').cseq.number).toBe(1);
    const bye = dialog.request('BYE', { Reason: 'Q.850;cause=16' }).prepend('Via', 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK3');
    const again = dialog.again(bye);
    expect([bye, again].map((one) => [one.cseq.number, one.method, one.target, one.get('Reason'), one.has('Via')])).toEqual([
      [4, 'BYE', 'sip:l@192.0.2.9', 'Q.850;cause=16', true],
      [5, 'BYE', 'sip:l@192.0.2.9', 'Q.850;cause=16', false],
    ]);
  });

  it('[D5] moves to the Contact of what refreshes it, once that is accepted', () => {
    const request = invite();
    const dialog = Dialog.ofClient(request, answer(request, 200, 'l'));
    const reinvite = within(dialog, 'INVITE', 5, { Contact: '<sip:new@192.0.2.10>' });
    dialog.answered(reinvite, responseTo(reinvite, 488));
    expect(writeUri(dialog.target)).toBe('sip:l@192.0.2.9');
    dialog.answered(reinvite, responseTo(reinvite, 200));
    expect(writeUri(dialog.target)).toBe('sip:new@192.0.2.10');
    const update = dialog.request('UPDATE');
    dialog.heard(update, responseTo(update, 200, { fields: { Contact: '<sip:newer@192.0.2.11>' } }));
    expect(writeUri(dialog.target)).toBe('sip:newer@192.0.2.11');
    const info = dialog.request('INFO');
    dialog.heard(info, responseTo(info, 200, { fields: { Contact: '<sip:no@192.0.2.12>' } }));
    expect(writeUri(dialog.target)).toBe('sip:newer@192.0.2.11');
  });

  it('[D6] ends by BYE from either side, by 408 and 481, and then takes nothing: 481', () => {
    const request = invite();
    const begin = (): Dialog => Dialog.ofClient(request, answer(request, 200, 'l'));
    const ended = [408, 481].map((status) => {
      const dialog = begin();
      const info = dialog.request('INFO');
      dialog.heard(info, responseTo(info, status));
      return dialog;
    });
    const [byUs, byThem, goesOn] = [begin(), begin(), begin()];
    const bye = byUs.request('BYE');
    byUs.heard(bye, responseTo(bye, 500));
    const theirs = within(byThem, 'BYE', 2);
    byThem.answered(theirs, responseTo(theirs, 200));
    const info = goesOn.request('INFO');
    goesOn.heard(info, responseTo(info, 500));
    expect([...ended, byUs, byThem, goesOn].map(({ state }) => state)).toEqual([
      'ended',
      'ended',
      'ended',
      'ended',
      'confirmed',
    ]);
    expect(byThem.receive(within(byThem, 'INFO', 3))).toBe(481);
  });

  it('[D7] is early until its INVITE is answered; a refusal ends it', () => {
    const request = invite();
    const [taken, refused] = [
      Dialog.ofServer(request, answer(request, 180, 'l')),
      Dialog.ofServer(request, answer(request, 180, 'm')),
    ];
    expect(taken.state).toBe('early');
    taken.answered(request, answer(request, 183, 'l'));
    taken.answered(request, answer(request, 200, 'l'));
    refused.answered(request, answer(request, 486, 'm'));
    expect([taken.state, refused.state]).toEqual(['confirmed', 'ended']);
    expect(() => Dialog.ofServer(message('INVITE'), answer(request, 200, 'l'))).toThrow('Missing Contact');
  });
});

describe('an INVITE that is forked', () => {
  it('[D8] has an early dialog for each place that rings; the first answer wins, others are told apart from its repetitions', () => {
    const request = invite();
    const forks = new Forks(request);
    const types = [
      responseTo(request, 100),
      responseTo(request, 180),
      responseTo(request, 180, { toTag: 'x' }),
      answer(request, 180, 'a'),
      answer(request, 183, 'b'),
      answer(request, 180, 'a'),
      answer(request, 200, 'b', { 'Record-Route': '<sip:p.example;lr>' }),
      answer(request, 200, 'b'),
      answer(request, 200, 'c'),
      answer(request, 200, 'a'),
      answer(request, 200, 'a'),
    ].map((response) => {
      const heard = forks.heard(response);
      return 'dialog' in heard ? `${heard.type} ${heard.dialog.remoteTag}` : heard.type;
    });
    expect(types).toEqual([
      'progress',
      'progress',
      'progress',
      'early a',
      'early b',
      'early a',
      'answered b',
      'repeated b',
      'answeredToo c',
      'answeredToo a',
      'repeated a',
    ]);
    const [, b] = forks.dialogs;
    expect(b?.request('BYE').all('Route')).toEqual(['<sip:p.example;lr>']);
  });

  it('[D8] has so many early dialogs at most: whatever else rings only rings, and may answer all the same', () => {
    const request = invite();
    const forks = new Forks(request);
    for (let n = 0; n < 2_000; n++) forks.heard(answer(request, 183, `t${n}`));
    expect(forks.dialogs).toHaveLength(16);
    expect(forks.heard(answer(request, 183, 't3')).type).toBe('early');
    expect(forks.heard(answer(request, 183, 't1999')).type).toBe('progress');
    expect(forks.heard(answer(request, 200, 't1999')).type).toBe('answered');
  });

  it('[D8] that is refused has none left', () => {
    const request = invite();
    const forks = new Forks(request);
    forks.heard(answer(request, 180, 'a'));
    expect(forks.heard(answer(request, 603, 'a')).type).toBe('refused');
    expect(forks.dialogs.map(({ state }) => state)).toEqual(['ended']);
  });
});

/** When something is said again, until it is given up. */
function repeats(one: { readonly deadline: number | undefined; tick(now: number): unknown }): (number | string)[] {
  const times: (number | string)[] = [];
  for (let at = one.deadline; at !== undefined; at = one.deadline) {
    const due = one.tick(at);
    times.push(due === 'end' ? `end ${at}` : at);
    if (due === 'end') break;
  }
  return times;
}

describe('what is repeated until it is acknowledged', () => {
  it('[D9] a 2xx: after T1, then twice as late each time up to T2, for 64·T1', () => {
    expect(repeats(Repetition.ofAnswer(0))).toEqual([
      500,
      1500,
      3500,
      7500,
      11_500,
      15_500,
      19_500,
      23_500,
      27_500,
      31_500,
      'end 32000',
    ]);
  });

  it('[D10] a reliable provisional answer: after T1, then twice as late each time, for 64·T1', () => {
    const answers = new ReliableAnswers(100);
    const sent = answers.give(answer(invite(), 183, 'l'), 0);
    expect([sent?.says('Require', '100rel'), sent?.get('RSeq')]).toEqual([true, '100']);
    expect(repeats(answers)).toEqual([500, 1500, 3500, 7500, 15_500, 31_500, 'end 32000']);
    expect([answers.isOpen, answers.tick(40_000)]).toEqual([false, undefined]);
  });

  it('[D11] of those that wait the last description goes next, and the last that has none', () => {
    const request = invite({ Supported: '100rel' });
    const answers = new ReliableAnswers(1);
    const described = (text: string): Response => answer(request, 183, 'l').withBody('application/sdp', toUtf8(text));
    answers.give(described('first'), 0);
    for (let n = 0; n < 100; n++) answers.give(described(String(n)), 1);
    answers.give(answer(request, 180, 'l'), 2);
    const after = (rseq: number): Response | undefined =>
      answers.acknowledge(message('PRACK', { RAck: `${rseq} 1 INVITE` }, 2), request, 3).next;
    expect([after(1)?.body, after(2)?.status, after(3)]).toEqual(['99', 180, undefined]);
  });

  it('[D11] one at a time, until the PRACK that names it', () => {
    const request = invite({ Supported: '100rel' });
    expect([
      ReliableAnswers.wanted(request),
      ReliableAnswers.wanted(invite({ Require: '100rel' })),
      ReliableAnswers.wanted(invite()),
    ]).toEqual(['supported', 'required', undefined]);
    const answers = new ReliableAnswers(7);
    answers.give(answer(request, 183, 'l'), 0);
    expect(answers.give(answer(request, 180, 'l'), 10)).toBeUndefined();
    const prack = (rack: string): Request => message('PRACK', { RAck: rack }, 2);
    expect(
      ['8 1 INVITE', '7 2 INVITE', '7 1 UPDATE'].map((rack) => answers.acknowledge(prack(rack), request, 20).status),
    ).toEqual([481, 481, 481]);
    const { status, next } = answers.acknowledge(prack('7 1 INVITE'), request, 20);
    expect([status, next?.status, next?.get('RSeq')]).toEqual([200, 180, '8']);
    expect(answers.acknowledge(prack('7 1 INVITE'), request, 30).status).toBe(481);
    expect(answers.acknowledge(prack('8 1 INVITE'), request, 30)).toEqual({ status: 200, next: undefined });
    expect(answers.acknowledge(message('PRACK'), request, 30).status).toBe(481);
    expect(() => answers.give(answer(request, 100, 'l'), 0)).toThrow('101 to 199');
  });

  it('[D12] they are acknowledged in their order, each once', () => {
    const order = new ReliableOrder();
    const request = invite();
    const heard = (rseq: number | undefined): unknown =>
      order.heard(answer(request, 183, 'l', rseq === undefined ? {} : { Require: '100rel', RSeq: rseq }));
    expect([undefined, 5, 5, 7, 6, 7].map(heard)).toEqual([
      { type: 'plain' },
      { type: 'acknowledge', rack: '5 1 INVITE' },
      { type: 'ignore' },
      { type: 'ignore' },
      { type: 'acknowledge', rack: '6 1 INVITE' },
      { type: 'acknowledge', rack: '7 1 INVITE' },
    ]);
  });
});

const said = (value?: string): unknown => sessionOf(answer(invite(), 200, 'l', { 'Session-Expires': value }));

describe('a session timer', () => {
  it.each<[string, FieldValues, string, string | undefined]>([
    ['nothing from one who knows of it', { Supported: 'timer' }, '1800;refresher=uac', 'timer'],
    ['nothing from one who does not', {}, '1800;refresher=uas', undefined],
    ['less', { Supported: 'timer', 'Session-Expires': '600' }, '600;refresher=uac', 'timer'],
    ['more', { Supported: 'timer', 'Session-Expires': '7200;refresher=uas' }, '1800;refresher=uas', undefined],
    [
      'more, and at least that',
      { Supported: 'timer', 'Session-Expires': '7200', 'Min-SE': '3600' },
      '3600;refresher=uac',
      'timer',
    ],
    ['something of a proxy', { 'Session-Expires': '600;refresher=uac' }, '600;refresher=uas', undefined],
    ['too little of a proxy', { 'Session-Expires': '1' }, '1800;refresher=uas', undefined],
  ])('[D13] is asked for %s', (_, fields, expires, required) => {
    expect(answerSession(invite(fields), sessionTimes)).toMatchObject({
      type: 'accept',
      fields: { 'Session-Expires': expires, ...(required === undefined ? {} : { Require: required }) },
    });
  });

  it('[D14] that is too short is refused 422, and asked for again as long as that says', () => {
    const refused = answerSession(invite({ Supported: 'timer', 'Session-Expires': '89' }), sessionTimes);
    expect(refused).toEqual({ type: 'refuse', status: 422, fields: { 'Min-SE': '90' } });
    expect(sessionFields({ interval: 10, minimum: 5 }, 'uac')).toEqual({
      'Session-Expires': '90;refresher=uac',
      'Min-SE': '90',
    });
    const times = timesAfter422(answer(invite(), 422, 'l', { 'Min-SE': '3600' }), sessionTimes);
    expect(times).toEqual({ interval: 3600, minimum: 3600 });
    expect(timesAfter422(answer(invite(), 422, 'l'), sessionTimes)).toBeUndefined();
  });

  it('[D15] is what the 2xx says', () => {
    expect([said(), said('300;refresher=uas'), said('300'), said('1'), said('x')]).toEqual([
      undefined,
      { interval: 300, refresher: 'uas' },
      { interval: 300, refresher: 'uac' },
      { interval: 90, refresher: 'uac' },
      undefined,
    ]);
  });

  it('[D16] asks again at half of the time, and ends the session before it is over', () => {
    const [ours, theirs] = [new SessionTimer(1800, true, 0), new SessionTimer(90, false, 0)];
    expect([ours.deadline, ours.tick(899_999), ours.tick(900_000), ours.tick(900_001)]).toEqual([
      900_000,
      undefined,
      'refresh',
      undefined,
    ]);
    expect([ours.deadline, ours.tick(1_768_000)]).toEqual([1_768_000, 'end']);
    expect([theirs.deadline, theirs.tick(59_999), theirs.tick(60_000)]).toEqual([60_000, undefined, 'end']);
  });
});

describe('requests that meet', () => {
  it('[D17] an INVITE meets ours: 491; a second of theirs: 500 with Retry-After', () => {
    const exchanges = new Exchanges();
    exchanges.inviting();
    expect([exchanges.receiveInvite(0), exchanges.mayInvite]).toEqual([{ status: 491 }, false]);
    exchanges.invited();
    expect([exchanges.receiveInvite(0), exchanges.mayInvite]).toEqual([undefined, false]);
    expect(exchanges.receiveInvite(0.99)).toEqual({ status: 500, retryAfter: 10 });
    exchanges.answeredInvite();
    expect(exchanges.mayInvite).toBe(true);
  });

  it('[D18] an offer meets ours: 491; a second of theirs: 500 with Retry-After', () => {
    const exchanges = new Exchanges();
    exchanges.offered();
    expect([exchanges.receiveOffer(0), exchanges.receiveInvite(0), exchanges.mayOffer, exchanges.mayInvite]).toEqual([
      { status: 491 },
      { status: 491 },
      false,
      false,
    ]);
    exchanges.settled();
    expect([exchanges.receiveOffer(0), exchanges.offer]).toEqual([undefined, 'answering']);
    expect([exchanges.receiveOffer(0.5), exchanges.receiveInvite(0.5)]).toEqual([
      { status: 500, retryAfter: 5 },
      { status: 500, retryAfter: 5 },
    ]);
    exchanges.settled();
    expect(exchanges.receiveInvite(0)).toBeUndefined();
    exchanges.receivedOffer();
    expect(exchanges.offer).toBe('answering');
  });

  it('[D19] wait after a 491: who made the Call-ID longer, in steps of 10 ms', () => {
    expect([afterGlare(true, 0), afterGlare(true, 0.9999), afterGlare(false, 0), afterGlare(false, 0.9999)]).toEqual([
      2100, 4000, 0, 2000,
    ]);
  });
});
