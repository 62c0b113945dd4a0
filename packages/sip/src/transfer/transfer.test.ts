import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dialog } from '../dialog/dialog.ts';
import { MessageError, WriteError } from '../message/errors.ts';
import type { FieldValues } from '../message/message.ts';
import { fieldsOf, Request } from '../message/message.ts';
import { writeNameAddr } from '../message/name-addr.ts';
import { responseTo } from '../message/respond.ts';
import { parseUri, writeUri } from '../message/uri.ts';
import { isAnsweredElsewhere, reasonsOf, writeReason } from './reason.ts';
import { noticeOf, ReferNotices, referralOf, referTo } from './refer.ts';
import { mayReplace, parseReplaces, replacedKey, replacesFor, replacesOf, writeReplaces } from './replaces.ts';

const request = (method: string, fields: FieldValues, body = ''): Request =>
  new Request(
    method,
    'sip:carla@192.0.2.3',
    fieldsOf({
      From: '<sip:a@x>;tag=a',
      To: '<sip:c@x>',
      'Call-ID': 'c/1',
      CSeq: `7 ${method}`,
      Contact: '<sip:a@192.0.2.1>',
      ...fields,
    }),
    body,
  );

/** Between Anna, who has called, and Carla: as each of both has it. */
const consult = (status = 200): readonly [anna: Dialog, carla: Dialog] => {
  const invite = request('INVITE', {});
  const ok = responseTo(invite, status, { toTag: 'c;x', fields: { Contact: '<sip:carla@192.0.2.3>' } });
  return [Dialog.ofClient(invite, ok), Dialog.ofServer(invite, ok)];
};

const referred = (to: string, more: FieldValues = {}): unknown => {
  const { target, ...rest } = referralOf(request('REFER', { 'Refer-To': to, ...more }));
  return { ...rest, target: writeUri(target) };
};

describe('a transfer', () => {
  it('[X1] after a word leads into the place of the call: through Refer-To to the dialog of the third', () => {
    const [anna, carla] = consult();
    const refer = request('REFER', {
      'Refer-To': writeNameAddr(referTo(anna.target, replacesFor(anna))),
      'Referred-By': '<sip:anna@example.org>',
    });
    const { target, method, replaces, referredBy, notifies } = referralOf(refer);
    expect([writeUri(target), method, notifies]).toEqual(['sip:carla@192.0.2.3', 'INVITE', true]);
    expect(writeUri(referredBy!.uri)).toBe('sip:anna@example.org');
    const invite = request('INVITE', { Replaces: writeReplaces(replaces!) });
    expect(replacedKey(replacesOf(invite)!)).toBe(carla.key);
    expect(mayReplace(replaces!, carla, false)).toBe('replace');
  });

  it('[X2] takes over the target alone: no headers of its URI but Replaces, its method as a method', () => {
    expect(referred('<sip:bo@x;method=bye?P-Asserted-Identity=sip:boss%40x>', { 'Refer-Sub': 'false' })).toMatchObject({
      target: 'sip:bo@x',
      method: 'BYE',
      replaces: undefined,
      notifies: false,
    });
    expect(referred('<tel:+4930>')).toMatchObject({ target: 'tel:+4930', method: 'INVITE' });
    expect(writeNameAddr(referTo(parseUri('tel:+4930'), { callId: 'a', toTag: 'b', fromTag: 'c', earlyOnly: false }))).toBe(
      '<tel:+4930>',
    );
  });

  it.each<FieldValues>([
    {},
    { 'Refer-To': ['<sip:a>', '<sip:b>'] },
    { 'Refer-To': '<sip:a?Replaces=x>' },
    { 'Refer-To': '<sip:a' },
  ])('[X2] is refused 400: %j', (fields) => {
    expect(() => referralOf(request('REFER', fields))).toThrow(MessageError);
  });

  it('[X3] tells who has asked for it how it goes, and nothing after the end', () => {
    const notices = new ReferNotices(93);
    const told = [100, 180, 486, 200].map((status) => notices.notice(status));
    expect(told.map((one) => one?.body)).toEqual([
      'SIP/2.0 100 Trying\r\n',
      'SIP/2.0 180 Ringing\r\n',
      'SIP/2.0 486 Busy Here\r\n',
      undefined,
    ]);
    const heard = told
      .slice(0, 3)
      .map((one) => noticeOf(request('NOTIFY', { ...one!.fields, 'Content-Type': one!.contentType }, one!.body)));
    expect(heard).toEqual([
      { id: 93, status: 100, isOver: false },
      { id: 93, status: 180, isOver: false },
      { id: 93, status: 486, isOver: true },
    ]);
    expect(notices.isOver).toBe(true);
  });

  it('[X3] hears what can be read', () => {
    expect(noticeOf(request('NOTIFY', { Event: 'presence' }))).toBeUndefined();
    expect(noticeOf(request('NOTIFY', {}))).toBeUndefined();
    expect(
      noticeOf(
        request(
          'NOTIFY',
          { Event: 'refer', 'Subscription-State': 'terminated', 'Content-Type': 'text/plain' },
          'SIP/2.0 200 OK',
        ),
      ),
    ).toEqual({ id: undefined, status: undefined, isOver: true });
    expect(
      noticeOf(request('NOTIFY', { Event: 'refer', 'Content-Type': 'message/sipfrag' }, 'SIP/2.0 2000 OK'))?.status,
    ).toBeUndefined();
  });
});

describe('Replaces', () => {
  it('[X4] is refused for what is not there (481), has ended (603), was answered (486), or rings here for somebody else (481)', () => {
    const replaces = { callId: 'a', toTag: 'b', fromTag: 'c', earlyOnly: false };
    const [ours, theirs] = consult(180);
    const [, ended] = consult();
    ended.end();
    const [, confirmed] = consult();
    expect([
      mayReplace(replaces, undefined, false),
      mayReplace(replaces, ended, true),
      mayReplace({ ...replaces, earlyOnly: true }, confirmed, true),
    ]).toEqual([481, 603, 486]);
    expect([mayReplace(replaces, theirs, false), mayReplace({ ...replaces, earlyOnly: true }, ours, true)]).toEqual([
      481,
      'replace',
    ]);
  });

  it('[X5] is read as it is written, once', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,20}$/);
    const values = fc.record({
      callId: fc.stringMatching(/^[A-Za-z0-9@.-]{1,20}$/),
      toTag: token,
      fromTag: token,
      earlyOnly: fc.boolean(),
    });
    fc.assert(
      fc.property(values, (one) => {
        expect(parseReplaces(writeReplaces(one))).toEqual(one);
      }),
    );
    expect(() => writeReplaces({ callId: 'a;to-tag=x', toTag: 'b', fromTag: 'c', earlyOnly: false })).toThrow(WriteError);
    expect(replacesOf(request('INVITE', {}))).toBeUndefined();
    for (const fields of [
      { Replaces: ['a;to-tag=1;from-tag=2', 'b;to-tag=1;from-tag=2'] },
      { Replaces: 'a;to-tag=1' },
      { Replaces: ';to-tag=1;from-tag=2' },
      { Replaces: 'a;to-tag=1;from-tag=2', Join: 'b;to-tag=1;from-tag=2' },
    ])
      expect(() => replacesOf(request('INVITE', fields))).toThrow(MessageError);
  });
});

describe('Reason', () => {
  it('[X6] is read and written, several at once, and tells a call that was taken elsewhere from a missed one', () => {
    const reasons = [
      { protocol: 'SIP', cause: 200, text: 'Anderswo angenommen, "später"' },
      { protocol: 'Q.850', cause: 26, text: undefined },
    ];
    const cancel = request('CANCEL', { Reason: reasons.map(writeReason).join(', ') });
    expect(reasonsOf(cancel)).toEqual(reasons);
    expect(isAnsweredElsewhere(cancel)).toBe(true);
    expect(isAnsweredElsewhere(request('CANCEL', { Reason: 'Q.850;cause=200' }))).toBe(false);
    expect([reasonsOf(request('BYE', { Reason: 'X;cause=many' })), isAnsweredElsewhere(request('BYE', {}))]).toEqual([
      [{ protocol: 'X', cause: undefined, text: undefined }],
      false,
    ]);
  });
});
