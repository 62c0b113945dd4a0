/** Invitations by e-mail in the web phone, as those read them who get them: by a real SMTP server, a mail program and a calendar. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { calendar } from '../support/calendar.ts';
import { MailServer } from '../support/mail.ts';
import { button, phones, says } from './harness/phones.ts';
import { freePort } from './harness/ports.ts';
import { begin, enter, host, showPeople } from './harness/rooms.ts';
import { faultsFor } from './harness/web-phone.ts';

let mail: MailServer;
const { person, stranger, names } = phones({
  settings: async () => {
    mail = await MailServer.start();
    return { mediaPort: await freePort(), mediaWorkers: 1, smtpUrl: mail.url, smtpFrom: 'meetings@example.com' };
  },
});
afterAll(() => mail?.close());

const hour = 3_600_000;
const day = '2040-03-01';

/** The dialog in which a meeting is planned for that day, filled in but for what a test is about. */
async function planning(page: Page, title: string): Promise<Locator> {
  await button(page, 'Meetings').click();
  await says(page, 'No meetings are planned.');
  await button(page, 'Plan a meeting').click();
  const plan = page.getByRole('dialog');
  await plan.getByLabel('What it is about').fill(title);
  await plan.getByLabel('Day', { exact: true }).fill(day);
  await plan.getByLabel('Time', { exact: true }).fill('09:30');
  await plan.getByLabel('Lasts').selectOption({ label: '1 hour' });
  return plan;
}

/** In the time zone of this page. */
function instant(page: Page, time: string): Promise<number> {
  return page.evaluate((text) => new Date(text).getTime(), `${day}T${time}`);
}

async function more(page: Page, title: string, what: string): Promise<void> {
  await button(page, `More for ${title}`).click();
  await page.getByRole('menuitem', { name: what }).click();
}

it('plans a meeting that comes into the calendars of those invited, moves in them, and is taken out', async () => {
  const { Anna } = names('Anna');
  const [title, to] = ['Roof', ['bo@example.com', 'cem@example.com']] as const;
  const anna = await person(Anna);
  const plan = await planning(anna, title);
  await plan.getByLabel('Invite by e-mail').fill(to.join(', '));
  await button(plan, 'Plan it').click();
  await plan.getByText('The invitation is on its way to bo@example.com and cem@example.com').waitFor();
  const link = await plan.getByLabel('Link to the meeting').inputValue();
  await button(plan, 'Done').click();

  const invitations = await Promise.all(to.map((one) => mail.letter(one, `Invitation: ${title}`)));
  const [first] = invitations.map(calendar);
  const starts = await instant(anna, '09:30');
  expect(first).toMatchObject({ method: 'REQUEST', sequence: 0, status: 'CONFIRMED', summary: title });
  expect(first).toMatchObject({ starts, ends: starts + hour, attendees: ['mailto:bo@example.com'] });
  for (const { raw, mail: letter } of invitations) {
    expect(raw).toMatch(/^Content-Type: text\/calendar; charset=utf-8; method=REQUEST/im);
    expect(letter.text).toContain(`${Anna} invites you to ${title}`);
    expect(letter.text).toContain(link);
  }
  // By what the letter says one comes to its door.
  const [written = ''] = /https?:\S+/.exec(invitations[0]?.mail.text ?? '') ?? [];
  await says(await stranger(written), title);

  await more(anna, title, 'Change…');
  const change = anna.getByRole('dialog');
  await change.getByText('Invited so far: bo@example.com and cem@example.com').waitFor();
  await change.getByLabel('Time', { exact: true }).fill('11:00');
  await change.getByLabel('Invite by e-mail').fill('dan@example.com');
  expect(await faultsFor(anna)).toEqual([]);
  await button(change, 'Save').click();
  const later = await instant(anna, '11:00');
  const moved = { method: 'REQUEST', uid: first?.uid, sequence: 1, starts: later, ends: later + hour };
  for (const one of to) expect(calendar(await mail.letter(one, `Changed: ${title}`))).toMatchObject(moved);
  expect(calendar(await mail.letter('dan@example.com', `Invitation: ${title}`))).toMatchObject(moved);

  await more(anna, title, 'Cancel the meeting');
  await button(anna.getByRole('alertdialog', { name: `Cancel “${title}”?` }), 'Cancel the meeting').click();
  const gone = { method: 'CANCEL', uid: first?.uid, sequence: 2, status: 'CANCELLED' };
  for (const one of [...to, 'dan@example.com'])
    expect(calendar(await mail.letter(one, `Cancelled: ${title}`))).toMatchObject(gone);
  // Nobody has heard of anything twice.
  expect(mail.received.map((one) => `${one.to.join()} ${one.mail.subject}`).toSorted()).toEqual(
    [
      ...to.flatMap((one) => ['Invitation', 'Changed', 'Cancelled'].map((what) => `${one} ${what}: ${title}`)),
      ...['Invitation', 'Cancelled'].map((what) => `dan@example.com ${what}: ${title}`),
    ].toSorted(),
  );
}, 120_000);

it('brings others in by e-mail from inside, for hosts, each once, and says what is wrong', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const title = 'Cellar';
  const anna = await person(Anna);
  await button(await planning(anna, title), 'Plan it').click();
  await button(anna, 'Done').click();
  await button(anna, new RegExp(`^${title}`)).click();
  await enter(anna);
  const people = await showPeople(anna);
  const field = people.getByLabel('Invite by e-mail');
  const invite = async (addresses: string): Promise<void> => {
    await field.fill(addresses);
    await button(people, 'Invite').click();
  };

  await invite('gus@example.com');
  await says(anna, 'The invitation is on its way to gus@example.com');
  expect(await field.inputValue()).toBe('');
  const letter = await mail.letter('gus@example.com', `Invitation: ${title}`);
  const starts = await instant(anna, '09:30');
  expect(calendar(letter)).toMatchObject({ method: 'REQUEST', starts, attendees: ['mailto:gus@example.com'] });
  expect(letter.mail.text).toContain(anna.url());
  await invite('Gus@example.com');
  await says(anna, 'They were invited before.');
  await invite('eva@example.com, gus@example.com');
  await says(anna, 'The invitation is on its way to eva@example.com');
  await mail.letter('eva@example.com', `Invitation: ${title}`);
  expect(mail.received.filter(({ to }) => to.some((one) => /^gus@/i.test(one)))).toHaveLength(1);

  // What is wrong stays, to be mended.
  const offered = mail.offered;
  await invite('ida@');
  expect(await field.evaluate((input: HTMLInputElement) => input.validity.typeMismatch)).toBe(true);
  const tooMany = Array.from({ length: 201 }, (_, n) => `n${n}@example.com`).join(',');
  await invite(tooMany);
  await people.getByRole('alert').getByText('So many cannot be invited to one meeting.').waitFor();
  expect(await field.inputValue()).toBe(tooMany);
  expect(await faultsFor(anna)).toEqual([]);
  expect(mail.offered).toBe(offered);

  // Whoever is in it brings nobody in so, unless they are a host.
  const bo = await person(Bo);
  await bo.goto(anna.url());
  await enter(bo);
  const theirs = (await showPeople(bo)).getByLabel('Invite by e-mail');
  await bo.getByLabel('Link to the meeting').waitFor();
  expect(await theirs.count()).toBe(0);
  await host(anna, Bo, 'Make host');
  await theirs.fill('lou@example.com');
  await button(bo, 'Invite').click();
  expect((await mail.letter('lou@example.com', `Invitation: ${title}`)).mail.text).toContain(anna.url());
}, 120_000);

it('invites to a meeting for now by a letter that no calendar keeps', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  const link = await begin(anna);
  const people = await showPeople(anna);
  await people.getByLabel('Invite by e-mail').fill('now@example.com');
  await button(people, 'Invite').click();
  const { mail: letter } = await mail.letter('now@example.com', 'Invitation: Meeting');
  expect(letter.text).toContain(link);
  expect(letter.attachments).toEqual([]);
}, 120_000);
