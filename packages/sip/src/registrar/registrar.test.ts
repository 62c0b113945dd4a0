import { describe, expect, it } from 'vitest';
import { DigestClient } from '../digest/client.ts';
import { torture } from '../message/torture.fixture.ts';
import type { FieldValues, Response } from '../message/message.ts';
import { fieldsOf, isRequest, Request } from '../message/message.ts';
import { parseNameAddr } from '../message/name-addr.ts';
import { parseMessage } from '../message/parse.ts';
import { responseTo } from '../message/respond.ts';
import { parseUri, writeUri } from '../message/uri.ts';
import type { Remote } from '../transaction/types.ts';
import { RegistrationClient } from './client.ts';
import type { RegistrationStep } from './client.ts';
import type { Binding, Registered } from './registrar.ts';
import { devices, gruuOf, register, registeredUser, registrarRules } from './registrar.ts';

const source: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };
const request = (cseq: number, fields: FieldValues, callId = 'c'): Request =>
  new Request(
    'REGISTER',
    'sip:example.org',
    fieldsOf({
      Via: 'SIP/2.0/UDP a;branch=z9hG4bK1',
      From: '<sip:lena@example.org>;tag=1',
      To: '<sip:lena@example.org>',
      'Call-ID': callId,
      CSeq: `${cseq} REGISTER`,
      ...fields,
    }),
  );
const uris = (bindings: readonly Binding[]): string[] => bindings.map(({ contact }) => writeUri(contact.uri));
const phone = '<sip:lena@192.0.2.1>';

/** One after the other, at these times. */
function after(...steps: readonly (readonly [now: number, request: Request])[]): Registered {
  let last: Registered = { status: 200, fields: {}, bindings: [] };
  for (const [now, one] of steps) last = register(one, source, last.bindings, now);
  return last;
}

const userOf = (message: Request): string | undefined => registeredUser(message, (host) => host === 'example.org');
const seconds = (value: string): unknown => after([0, request(1, { Contact: `${phone};expires=${value}` })]).fields;
const answer = ({ send }: RegistrationStep, status: number, fields: FieldValues = {}): Response =>
  responseTo(send!.add('Via', 'SIP/2.0/UDP a;branch=z9hG4bK1'), status, { fields });

describe('a registrar', () => {
  it('[B1] knows for whom it is: To, where that is a user of ours', () => {
    expect(userOf(request(1, { To: '"L" <sip:%6Cena@EXAMPLE.org:5060;x=y>' }))).toBe('sip:lena@example.org');
    expect([
      userOf(request(1, { To: '<sip:lena@other.org>' })),
      userOf(request(1, { To: '<sip:example.org>' })),
      userOf(request(1, { To: '<tel:+1>' })),
    ]).toEqual([undefined, undefined, undefined]);
    // RFC 4475 §3.3.4: answered 404.
    const strange = parseMessage(torture.find(({ name }) => name === 'unksm2')?.message ?? '');
    expect(isRequest(strange) && userOf(strange)).toBeUndefined();
  });

  it('[B2] adds, refreshes and removes contacts, and tells all that are left with their times', () => {
    const added = after([0, request(1, { Contact: `${phone}, <sip:lena@192.0.2.2>;expires=120`, Expires: 600 })]);
    expect(added.fields).toEqual({ Contact: ['<sip:lena@192.0.2.1>;expires=600', '<sip:lena@192.0.2.2>;expires=120'] });
    const refreshed = register(request(2, { Contact: '<sip:LENA@192.0.2.1>' }), source, added.bindings, 60_000);
    expect(refreshed.fields['Contact']).toHaveLength(3);
    const again = register(request(3, { Contact: phone }), source, refreshed.bindings, 60_500);
    expect(again.fields['Contact']).toContain('<sip:lena@192.0.2.1>;expires=3600');
    expect(again.fields['Contact']).toContain('<sip:lena@192.0.2.2>;expires=60');
    const asked = register(request(4, {}), source, again.bindings, 130_000);
    expect(uris(asked.bindings)).toEqual(['sip:LENA@192.0.2.1', 'sip:lena@192.0.2.1']);
    expect(uris(register(request(5, { Contact: `${phone};expires=0` }), source, asked.bindings, 130_000).bindings)).toEqual([
      'sip:LENA@192.0.2.1',
    ]);
    expect(register(request(6, { Contact: '*', Expires: 0 }), source, asked.bindings, 130_000)).toMatchObject({
      status: 200,
      bindings: [],
      fields: { Contact: [] },
    });
  });

  it('[B3] removes all only where nothing else is asked: 400', () => {
    const { bindings } = after([0, request(1, { Contact: phone })]);
    for (const fields of [{ Contact: '*' }, { Contact: '*', Expires: 60 }, { Contact: ['*', phone], Expires: 0 }])
      expect(register(request(2, fields), source, bindings, 0)).toEqual({ status: 400, fields: {}, bindings });
  });

  it('[B4] refuses what is too short (423), shortens what is too long, takes what cannot be read as an hour', () => {
    expect([seconds('59'), seconds('60'), seconds('99999'), seconds('9'.repeat(30)), seconds('soon')]).toEqual([
      { 'Min-Expires': 60 },
      ...[60, 3600, 3600, 3600].map((one) => ({ Contact: [`<sip:lena@192.0.2.1>;expires=${one}`] })),
    ]);
  });

  it('[B5] refuses what comes late from the same phone (500), and changes nothing then; another Call-ID begins anew', () => {
    const { bindings } = after([0, request(5, { Contact: phone })]);
    for (const cseq of [5, 4]) {
      expect(register(request(cseq, { Contact: `<sip:new@192.0.2.9>, ${phone};expires=0` }), source, bindings, 0)).toEqual({
        status: 500,
        fields: {},
        bindings,
      });
      expect(register(request(cseq, { Contact: '*', Expires: 0 }), source, bindings, 0).status).toBe(500);
    }
    expect(register(request(1, { Contact: `${phone};expires=0` }, 'other'), source, bindings, 0)).toMatchObject({
      status: 200,
      bindings: [],
    });
  });

  it('[B6] keeps so many of one user and no more: 403', () => {
    const many = Array.from({ length: registrarRules.bindings + 1 }, (_, n) => `<sip:l@192.0.2.${n}>`);
    expect(after([0, request(1, { Contact: many })])).toMatchObject({ status: 403, bindings: [] });
  });

  it('[B7] takes a Path along (RFC 3327)', () => {
    const done = after([0, request(1, { Contact: phone, Path: '<sip:edge.example;lr>' })]);
    expect([done.fields['Path'], done.bindings[0]?.path]).toEqual([['<sip:edge.example;lr>'], ['<sip:edge.example;lr>']]);
  });
});

const instance = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"';
const flow = (cseq: number, address: string, id: number, more: FieldValues = {}): Request =>
  request(cseq, { Supported: 'path, outbound, gruu', Contact: `<sip:lena@${address};ob>;reg-id=${id};${instance}`, ...more });

describe('a device', () => {
  it('[B8] has several flows, each replaced by its own; it rings once, by the latest (RFC 5626)', () => {
    const done = after(
      [0, flow(1, '192.0.2.1', 1)],
      [1000, flow(2, '192.0.2.1', 2)],
      [2000, request(3, { Contact: '<sip:desk@192.0.2.7>;q=0.5' })],
      [3000, flow(4, '192.0.2.99', 1)],
    );
    expect(uris(done.bindings)).toEqual(['sip:lena@192.0.2.1;ob', 'sip:desk@192.0.2.7', 'sip:lena@192.0.2.99;ob']);
    expect(done.fields).toMatchObject({ Require: 'outbound', 'Flow-Timer': 120 });
    expect(devices(done.bindings, 4000).map(uris)).toEqual([
      ['sip:lena@192.0.2.99;ob', 'sip:lena@192.0.2.1;ob'],
      ['sip:desk@192.0.2.7'],
    ]);
    expect(devices(done.bindings, 4e9)).toEqual([]);
  });

  it('[B8] behind a proxy that keeps no flow cannot: 439', () => {
    const far = flow(1, '192.0.2.1', 1).add('Via', 'SIP/2.0/UDP b;branch=z9hG4bK2');
    expect(register(far, source, [], 0).status).toBe(439);
    expect(register(far.add('Path', '<sip:edge.example;lr;ob>'), source, [], 0).status).toBe(200);
  });

  it('[B9] is reached by its GRUU, which is given to who asks for it (RFC 5627)', () => {
    const rules = { ...registrarRules, temporary: (user: string, device: string) => `t.${user.length}.${device.length}` };
    const { fields } = register(flow(1, '192.0.2.1', 1), source, [], 0, rules);
    const [contact = ''] = fields['Contact'] as string[];
    const { params } = parseNameAddr(contact);
    expect(params.get('pub-gruu')).toBe('sip:lena@example.org;gr=urn:uuid:00000000-0000-1000-8000-000A95A0E128');
    expect(params.get('temp-gruu')).toBe('sip:t.20.45@example.org;gr');
    expect(gruuOf(parseUri(params.get('pub-gruu') ?? ''))).toEqual({
      user: 'sip:lena@example.org',
      instance: 'urn:uuid:00000000-0000-1000-8000-000A95A0E128',
    });
    expect([gruuOf(parseUri(params.get('temp-gruu') ?? '')), gruuOf(parseUri('tel:1'))]).toEqual([undefined, undefined]);
    const unasked = register(flow(1, '192.0.2.1', 1, { Supported: 'outbound' }), source, [], 0, rules);
    expect(String(unasked.fields['Contact'])).not.toContain('gruu');
    const none = register(flow(1, '192.0.2.1', 1), source, [], 0, { ...rules, gruus: false });
    expect(String(none.fields['Contact'])).not.toContain('gruu');
  });
});

describe('a registration of ours', () => {
  const login = new DigestClient({ hash: () => 'h', random: () => 'r', login: () => ({ username: 'u', password: 'p' }) });
  const client = (): RegistrationClient =>
    new RegistrationClient({
      user: parseUri('sip:u@carrier.example'),
      registrar: parseUri('sip:carrier.example'),
      contact: parseNameAddr('<sip:u@192.0.2.1>'),
      callId: 'x',
      fromTag: 't',
      digest: login,
      fraction: () => 0,
    });

  it('[B10] is made again before it expires, with one Call-ID and a higher CSeq', () => {
    const one = client();
    const first = one.start();
    expect([first.send?.get('Expires'), first.send?.get('To'), one.start()]).toEqual(['600', '<sip:u@carrier.example>', {}]);
    expect(
      one.heard(answer(first, 200, { Contact: '<sip:else@where>;expires=5, <sip:u@192.0.2.1>;expires=100' }), 1000),
    ).toEqual({ news: 'registered' });
    expect([one.state, one.deadline]).toEqual(['registered', 76_000]);
    expect(one.tick(75_000)).toEqual({});
    const again = one.tick(76_000);
    expect([again.send?.callId, again.send?.cseq.number, one.state]).toEqual(['x', 2, 'registering']);
    expect(one.heard(answer(again, 200, { Expires: 200 }), 77_000)).toEqual({});
    expect(one.deadline).toBe(77_000 + 150_000);
    const last = one.stop();
    expect([last.send?.get('Expires'), one.heard(answer(last, 200), 78_000), one.state, one.deadline]).toEqual([
      '0',
      { news: 'stopped' },
      'idle',
      undefined,
    ]);
  });

  it('[B11] asks again with credentials and for as long as it must, but not for ever', () => {
    const one = client();
    let step = one.start();
    step = one.heard(answer(step, 401, { 'WWW-Authenticate': 'Digest realm="r", nonce="1"' }), 0);
    expect(step.send?.get('Authorization')).toContain('nonce="1"');
    step = one.heard(answer(step, 423, { 'Min-Expires': 1800 }), 0);
    expect(step.send?.get('Expires')).toBe('1800');
    for (let n = 0; n < 2; n++)
      step = one.heard(answer(step, 401, { 'WWW-Authenticate': `Digest realm="r", nonce="s${n}", stale=true` }), 0);
    expect(one.heard(answer(step, 401, { 'WWW-Authenticate': 'Digest realm="r", nonce="z", stale=true' }), 0)).toEqual({
      news: { refused: 401 },
    });
    expect([one.state, one.deadline]).toEqual(['waiting', 15_000]);
  });

  it('[B12] tries other servers, then waits twice as long each time, and tells when it is lost', () => {
    const one = client();
    let step = one.start();
    step = one.heard(answer(step, 200, { Expires: 60 }), 0);
    step = one.tick(45_000);
    step = one.heard(answer(step, 503), 45_000);
    expect([step.elsewhere, step.news, step.send?.cseq.number]).toEqual([true, undefined, 3]);
    step = one.failed(61_000);
    expect([step.elsewhere, step.news]).toEqual([true, 'lost']);
    expect(one.gaveUp(61_000)).toEqual({});
    expect(one.deadline).toBe(61_000 + 15_000);
    step = one.tick(76_000);
    step = one.heard(answer(step, 403, { 'Retry-After': 100 }), 76_000);
    expect([step.news, one.deadline]).toEqual([{ refused: 403 }, 176_000]);
    expect([one.stop(), one.state]).toEqual([{ news: 'stopped' }, 'idle']);
    expect(
      [one.heard(answer(client().start(), 200), 0), one.failed(0), one.gaveUp(0), one.stop()].filter(
        ({ send }) => send !== undefined,
      ),
    ).toEqual([]);
  });
});
