/** Invitations to meetings by e-mail, over a real SMTP server, read as a mail program and a calendar read them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { meetingLimits } from '@offhook/core';
import type { Config } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { calendar, readCalendar } from '../support/calendar.ts';
import { MailServer } from '../support/mail.ts';
import { claim, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

const smtpFrom = 'meetings@example.com';
const hour = 3_600_000;
/** 2040-03-01 09:00 UTC. */
const startsAt = Date.UTC(2040, 2, 1, 9);

let mail: MailServer;
let server: RunningServer;
let anna: SignedIn;
beforeAll(async () => {
  mail = await MailServer.start();
  server = await startServer({ smtpUrl: mail.url, smtpFrom, mediaWorkers: 0, publicUrl: 'https://calls.example.com' });
  anna = await Wire.signIn(server.port, await claim(server.port, 'Anna "the host" <x>'));
});
afterAll(async () => {
  await server.stop();
  await mail.close();
});

async function create(plan: object): Promise<{ readonly meeting: string; readonly link: string }> {
  const { ok, error } = await anna.request({ type: 'meeting_create', plan });
  if (ok === undefined) throw new Error(JSON.stringify(error));
  return ok['meeting'] as { meeting: string; link: string };
}

function some(count: number, what: string): string[] {
  return Array.from({ length: count }, (_, n) => `${what}-${n}@example.com`);
}

describe('an invitation by e-mail', () => {
  test('is a letter with an entry for the calendar, which changes and is called off with the meeting', async () => {
    const to = 'bo@example.com';
    const plan = {
      title: 'Review; part 1, “Q3”',
      startsAt,
      durationMs: hour,
      zone: 'Europe/Berlin',
      passcode: 'open-1',
      emails: [to],
    };
    const { meeting, link } = await create(plan);
    const invitation = await mail.letter(to, 'Invitation: Review; part 1, “Q3”');
    expect(invitation).toMatchObject({ from: smtpFrom, to: [to] });
    expect(invitation.raw).toMatch(/^Content-Type: text\/calendar; charset=utf-8; method=REQUEST/im);
    expect(invitation.mail.text).toContain(link);
    expect(invitation.mail.text).toContain('Passcode: open-1');
    expect(invitation.mail.text).toMatch(/1 March 2040.*10:00.*11:00 \(Europe\/Berlin\)/);
    const first = calendar(invitation);
    expect(first).toEqual({
      method: 'REQUEST',
      uid: `${meeting}@offhook`,
      sequence: 0,
      starts: startsAt,
      ends: startsAt + hour,
      summary: plan.title,
      status: 'CONFIRMED',
      organizer: `mailto:${smtpFrom}`,
      attendees: [`mailto:${to}`],
    });

    await anna.request({ type: 'meeting_change', meeting, change: { title: 'Review', startsAt: startsAt + hour } });
    const changed = calendar(await mail.letter(to, 'Changed: Review'));
    expect(changed).toMatchObject({
      method: 'REQUEST',
      uid: first.uid,
      sequence: 1,
      starts: startsAt + hour,
      summary: 'Review',
    });

    // What no calendar shows is not worth a letter.
    await anna.request({ type: 'meeting_change', meeting, change: { passcode: null, lobby: 'off' } });
    // Whoever is invited now hears of it for the first time.
    await anna.request({ type: 'meeting_invite', meeting, emails: ['late@example.com'] });
    expect(calendar(await mail.letter('late@example.com', 'Invitation: Review'))).toMatchObject({
      method: 'REQUEST',
      sequence: 1,
    });
    await anna.request({ type: 'meeting_cancel', meeting });
    const cancelled = calendar(await mail.letter(to, 'Cancelled: Review'));
    expect(cancelled).toMatchObject({ method: 'CANCEL', uid: first.uid, sequence: 2, status: 'CANCELLED' });
    expect(mail.received.filter((one) => one.to.includes(to))).toHaveLength(3);
  });

  test('to a meeting for now has no entry for a calendar', async () => {
    await create({ title: 'Right now', emails: ['cem@example.com'] });
    const letter = await mail.letter('cem@example.com', 'Invitation: Right now');
    expect(letter.mail.attachments).toEqual([]);
  });

  test('takes a meeting whose time is gone out of the calendar', async () => {
    const { meeting } = await create({ title: 'Some time', startsAt, emails: ['dan@example.com'] });
    await mail.letter('dan@example.com', 'Invitation: Some time');
    await anna.request({ type: 'meeting_change', meeting, change: { startsAt: null } });
    expect(calendar(await mail.letter('dan@example.com', 'Changed: Some time'))).toMatchObject({
      method: 'CANCEL',
      sequence: 1,
    });
  });

  test('is followed by a letter with a new passcode, and says nothing to calendars of a meeting without a time', async () => {
    const { meeting } = await create({ title: 'Open', emails: ['kim@example.com', 'Kim@Example.com'] });
    await mail.letter('kim@example.com', 'Invitation: Open');
    await anna.request({ type: 'meeting_change', meeting, change: { passcode: 'new-1' } });
    const changed = await mail.letter('kim@example.com', 'Changed: Open');
    expect(changed.mail.text).toContain('Passcode: new-1');
    await anna.request({ type: 'meeting_change', meeting, change: { title: 'Opened' } });
    const renamed = await mail.letter('kim@example.com', 'Changed: Opened');
    expect([...changed.mail.attachments, ...renamed.mail.attachments]).toEqual([]);
    expect(mail.received.filter((one) => one.to.some((to) => /^kim@/i.test(to)))).toHaveLength(3);
  });

  test('writes addresses into calendars so that nothing in them means something else', async () => {
    await create({ title: 'Signs', startsAt, emails: ['a+b?c&d%e@example.com'] });
    const { attendees } = calendar(await mail.letter('a+b?c&d%e@example.com', 'Invitation: Signs'));
    expect(attendees).toEqual(['mailto:a+b%3Fc%26d%25e@example.com']);
  });

  test('goes to those who are invited later, and to nobody twice', async () => {
    const { meeting } = await create({ title: 'Later', startsAt, emails: ['eve@example.com'] });
    await mail.letter('eve@example.com', 'Invitation: Later');
    await anna.request({ type: 'meeting_invite', meeting, emails: ['eve@example.com', 'fay@example.com'] });
    await mail.letter('fay@example.com', 'Invitation: Later');
    expect(mail.received.filter((one) => one.to.includes('eve@example.com'))).toHaveLength(1);
  });

  test('lets nothing that people write end a line of the letter or of the calendar', async () => {
    const evil =
      'Hi\r\nBcc: victim@example.com\r\n\r\nX\u2028\nATTENDEE:mailto:victim@example.com\u0085END:VEVENT "; , \\ \u202e';
    await create({ title: evil, startsAt, emails: ['gus@example.com'] });
    const letter = await vi.waitFor(
      () => {
        const found = mail.received.find((one) => one.to.includes('gus@example.com'));
        if (found === undefined) throw new Error('not yet');
        return found;
      },
      { timeout: 10_000 },
    );
    const [head = ''] = letter.raw.split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(letter.mail.bcc ?? []).toEqual([]);
    expect(letter.to).toEqual(['gus@example.com']);
    expect(letter.mail.from?.address).toBe(smtpFrom);
    const entry = calendar(letter);
    expect(entry.attendees).toEqual(['mailto:gus@example.com']);
    expect(entry.summary).toBe('Hi Bcc: victim@example.com X ATTENDEE:mailto:victim@example.comEND:VEVENT "; , \\');
    for (const address of [
      'a@b.c\r\nBcc: v@x.y',
      'a b@c.d',
      '<a@b.c>',
      'a@b.c,d@e.f',
      '"a"@b.c',
      'a@',
      '@b.c',
      `a@${'b'.repeat(64)}.c`,
    ]) {
      const { error } = await anna.request({ type: 'meeting_create', plan: { emails: [address] } });
      expect(error?.code).toBe('bad_message');
    }
  });

  test('is sent once the mail server takes it, and given up where that refuses it for good', async () => {
    mail.refusing = 451;
    const before = mail.offered;
    await create({ title: 'Busy', emails: ['hal@example.com'] });
    await vi.waitFor(() => expect(mail.offered).toBe(before + 1), { timeout: 10_000 });
    mail.refusing = undefined;
    await mail.letter('hal@example.com', 'Invitation: Busy');
    mail.refusing = 550;
    const refused = mail.offered;
    await create({ title: 'Never', emails: ['ida@example.com'] });
    await vi.waitFor(async () => expect(await server.store.mails()).toEqual([]), { timeout: 10_000 });
    expect(mail.offered).toBe(refused + 1);
    mail.refusing = undefined;
  }, 30_000);

  test('waits for a mail server that takes the password, and is given up for an address that there is not', async () => {
    mail.password = 'another';
    const before = mail.refusedPasswords;
    await create({ title: 'Password', emails: ['lou@example.com'] });
    await vi.waitFor(() => expect(mail.refusedPasswords).toBeGreaterThan(before), { timeout: 10_000 });
    mail.password = 'secret';
    await mail.letter('lou@example.com', 'Invitation: Password');
    await create({ title: 'Nobody', emails: ['nobody@example.com'] });
    await vi.waitFor(async () => expect(await server.store.mails()).toEqual([]), { timeout: 10_000 });
    expect(mail.received.filter((one) => one.to.includes('nobody@example.com'))).toEqual([]);
  }, 30_000);

  test('is refused where no mail server was named', async () => {
    const other = await startServer({ mediaWorkers: 0 });
    onTestFinished(() => other.stop());
    const bo = await Wire.signIn(other.port, await claim(other.port, 'Bo'));
    const { error } = await bo.request({ type: 'meeting_create', plan: { emails: ['x@example.com'] } });
    expect(error?.code).toBe('mail_unavailable');
    expect((await bo.request({ type: 'meetings' })).ok).toEqual({ meetings: [], byEmail: false });
  });

  test('is offered to whoever has an account, and to no guest', async () => {
    const { meeting } = await create({ title: 'Offered' });
    const visited = await fetch(`http://127.0.0.1:${server.port}/v1/meetings/${meeting}/guests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Gül' }),
    });
    const guest = await Wire.signIn(server.port, (await visited.json()) as Parameters<typeof Wire.signIn>[1]);
    expect((await anna.request({ type: 'meetings' })).ok).toMatchObject({ byEmail: true });
    expect((await guest.request({ type: 'meetings' })).ok).toEqual({ meetings: [], byEmail: false });
  });

  test('is refused where so many are invited at once, and nobody of them is', async () => {
    const other = await startServer({ smtpUrl: mail.url, smtpFrom, mediaWorkers: 0 });
    onTestFinished(() => other.stop());
    const bo = await Wire.signIn(other.port, await claim(other.port, 'Bo'));
    const [first, second] = await Promise.all(
      ['First', 'Second'].map(async (title) => {
        const { ok = {} } = await bo.request({ type: 'meeting_create', plan: { title } });
        return (ok['meeting'] as { meeting: string }).meeting;
      }),
    );
    await bo.request({ type: 'meeting_invite', meeting: first, emails: some(meetingLimits.mailBurst - 10, 'first') });
    const { error } = await bo.request({ type: 'meeting_invite', meeting: second, emails: some(50, 'second') });
    expect(error?.code).toBe('rate_limited');
    const { ok } = await bo.request({ type: 'meeting_invite', meeting: second, emails: ['last@example.com'] });
    expect(ok?.['meeting']).toMatchObject({ emails: ['last@example.com'] });
    const written = [...(await other.store.mails()), ...mail.received.map((one) => ({ to: one.to.join() }))].map(
      ({ to }) => to,
    );
    expect(written.filter((to) => !to.startsWith('first-'))).toContain('last@example.com');
    expect(written.some((to) => to.startsWith('second-'))).toBe(false);
  });
});

describe('a reminder', () => {
  test('comes by e-mail and as a webhook, once, also from a server that was not running when it was due', async () => {
    const posts: { readonly type: string; readonly data: { readonly meeting: string; readonly title?: string } }[] = [];
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posts.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof posts)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const dataDir = mkdtempSync(join(tmpdir(), 'offhook-reminder-'));
    onTestFinished(() => {
      receiver.close();
      receiver.closeAllConnections();
      rmSync(dataDir, { recursive: true });
    });
    const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const settings: Partial<Config> = {
      smtpUrl: mail.url,
      smtpFrom,
      mediaWorkers: 0,
      dataDir,
      webhookUrl,
      webhookSecret: 'a secret of hooks',
    };
    const first = await startServer(settings);
    const bo = await Wire.signIn(first.port, await claim(first.port, 'Bo'));
    // Due in two seconds.
    const plan = { title: 'Soon', startsAt: Date.now() + hour + 2_000, remindMs: hour, emails: ['jo@example.com'] };
    const { ok } = await bo.request({ type: 'meeting_create', plan });
    const { meeting } = (ok ?? {})['meeting'] as { meeting: string };
    await mail.letter('jo@example.com', 'Invitation: Soon');
    await first.stop();
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(plan.startsAt - hour), { timeout: 10_000 });
    const second = await startServer(settings);
    await mail.letter('jo@example.com', 'Reminder: Soon');
    await vi.waitFor(() => expect(posts.map(({ type }) => type)).toContain('meeting.reminder'), { timeout: 10_000 });
    expect(posts.find(({ type }) => type === 'meeting.reminder')?.data).toMatchObject({ meeting, title: 'Soon' });
    expect(JSON.stringify(posts)).not.toContain('jo@example.com');
    expect(posts.find(({ type }) => type === 'meeting.created')?.data).toHaveProperty('users', []);
    expect(posts.find(({ type }) => type === 'meeting.reminder')?.data).not.toHaveProperty('users');
    await second.stop();
    const third = await startServer(settings);
    onTestFinished(() => third.stop());
    const again = await Wire.signIn(third.port, await claim(third.port, 'Cem'));
    await again.flush();
    expect(mail.received.filter((one) => one.to.includes('jo@example.com'))).toHaveLength(2);
    expect(posts.filter(({ type }) => type === 'meeting.reminder')).toHaveLength(1);
  }, 60_000);
});

describe('the calendar entry at the link', () => {
  test('is there for whoever has the link', async () => {
    const { meeting } = await create({ title: 'Open house', startsAt, zone: 'Europe/Berlin' });
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/meetings/${meeting}/invitation.ics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/calendar/);
    const text = await response.text();
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(readCalendar(text)).toMatchObject({
      method: 'PUBLISH',
      organizer: `mailto:${smtpFrom}`,
      attendees: [],
      uid: `${meeting}@offhook`,
      starts: startsAt,
      ends: startsAt + hour,
    });
    const nobody = await fetch(`http://127.0.0.1:${server.port}/v1/meetings/${'x'.repeat(22)}/invitation.ics`);
    expect([nobody.status, await nobody.json()]).toMatchObject([404, { error: { code: 'meeting_not_found' } }]);
  });
});
