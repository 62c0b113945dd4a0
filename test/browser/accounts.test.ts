/** People with accounts in the web phone, from the first link on: they come in, call, change their password, and have guests. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { password } from '../support/accounts.ts';
import { startProvider } from '../support/provider.ts';
import { Server } from './harness/server.ts';
import { faultsFor, launchBrowser, openProfile } from './harness/web-phone.ts';

let server: Server;
let browser: Browser;
const open = new Set<BrowserContext>();
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
const start = (more: object = {}): Promise<Server> =>
  Server.start({ pages: inject('webPhone'), settings: { accounts: true, ...more } });
/** Nobody has an account yet. */
beforeEach(async () => {
  server = await start();
});
afterEach(async () => {
  for (const profile of open) await profile.close();
  open.clear();
  await server?.close();
  const heard = complaints;
  complaints = [];
  expect(heard).toEqual([]);
});

/** Somebody's browser, at this address. */
async function visit(address: string = server.url): Promise<Page> {
  const profile = await openProfile(browser, { complain: (text) => complaints.push(text) });
  open.add(profile);
  const page = await profile.newPage();
  await page.goto(address);
  return page;
}

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const field = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true });
const says = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor();
const isIn = (page: Page, name: string): Promise<void> => button(page, new RegExp(`^You: ${name}`)).waitFor();
/** The row of somebody among the accounts. */
const account = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: name });

/** Makes an account with the invitation that the page is at. */
async function signUp(page: Page, name: string): Promise<Page> {
  await field(page, 'Your name').fill(name);
  await field(page, 'Password').fill(password);
  await button(page, 'Create account').click();
  await isIn(page, name);
  return page;
}

async function firstAdministrator(): Promise<Page> {
  const page = await visit(await server.firstInvitation());
  await page.getByRole('heading', { name: 'Set up this phone' }).waitFor();
  return signUp(page, 'Ada');
}

async function settings(page: Page, behind?: RegExp): Promise<void> {
  await button(page, 'Settings').click();
  if (behind !== undefined) await button(page, behind).click();
}

/** A link that somebody makes who is on the page for that. */
async function link(page: Page, role?: 'Guest' | 'Administrator'): Promise<string> {
  if (role !== undefined) await page.getByText(role, { exact: true }).first().click();
  await button(page, 'Make a link').click();
  const made = await field(page, 'The invitation').inputValue();
  await button(page, 'Done').click();
  return made;
}

/** Somebody who was invited by an administrator, in a browser of their own. */
async function member(admin: Page, name: string): Promise<Page> {
  await settings(admin, /^People and invitations/);
  return signUp(await visit(await link(admin)), name);
}

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await field(page, 'Name or address').fill(name);
  await field(page, 'Password').fill(secret);
  await page.keyboard.press('Enter');
}

/** Sound comes in from now on. */
async function hears(page: Page): Promise<void> {
  const energy = async (): Promise<number> => (await page.evaluate(() => received())).energy;
  const before = await energy();
  await expect.poll(async () => (await energy()) - before).toBeGreaterThan(0);
}

/** The one calls the other, and both hear. */
async function talk(one: Page, other: Page, name: string): Promise<void> {
  await button(one, 'People').click();
  await one.getByRole('listitem').filter({ hasText: name }).getByRole('button').first().click();
  await button(one, 'Call').click();
  await button(other, 'Accept').click();
  await Promise.all([hears(one), hears(other)]);
  await button(one, 'Hang up').click();
  // It goes by itself after a while.
  await Promise.all([one, other].flatMap((page) => [says(page, 'Call ended'), button(page, 'Close').click()]));
}

it('leads the first administrator in by the printed link, whom they invite to an account, and both into calls', async () => {
  const ada = await firstAdministrator();
  await expect.poll(() => new URL(ada.url()).hash).not.toContain('invite');
  await settings(ada, /^People and invitations/);
  await says(ada, 'Administrator · you');
  const forBo = await link(ada);
  expect(await faultsFor(ada)).toEqual([]);

  const bo = await visit(forBo);
  await bo.getByRole('heading', { name: 'Ada invites you' }).waitFor();
  expect(await faultsFor(bo)).toEqual([]);
  await field(bo, 'Your name').fill('Bo');
  await field(bo, 'Password').fill('short');
  await button(bo, 'Create account').click();
  await says(bo, /^A password needs at least 10 characters/);
  expect(await field(bo, 'Your name').inputValue()).toBe('Bo');
  await signUp(bo, 'Bo');
  await talk(ada, bo, 'Bo');
  await talk(bo, ada, 'Ada');

  const late = await visit(forBo);
  await late.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await button(late, 'Sign in another way').click();
  await field(late, 'Password').waitFor();
  await ada.reload();
  await isIn(ada, 'Ada');
});

it('says where the link for the first administrator is, while nobody has an account', async () => {
  const page = await visit();
  await page.getByRole('heading', { name: 'Nobody has an account here yet' }).waitFor();
  await says(page, /^The server printed a link/);
  expect(await field(page, 'Password').count()).toBe(0);
  expect(await faultsFor(page)).toEqual([]);
  await firstAdministrator();
  await page.reload();
  await field(page, 'Password').waitFor();
});

it('shows an administrator who looks that somebody has come in, and that the link is used up', async () => {
  const ada = await firstAdministrator();
  await settings(ada, /^People and invitations/);
  await button(ada, 'Make a link').click();
  const forBo = await field(ada, 'The invitation').inputValue();
  // That the link was used is said for a moment only.
  const bo = await visit(forBo);
  await Promise.all([says(ada, 'The link was used'), account(ada, 'Bo').waitFor(), signUp(bo, 'Bo')]);
  await button(ada, 'Make a link').waitFor();

  const forGuests = await link(ada, 'Guest');
  await ada.getByRole('heading', { name: 'Links that may still be used' }).waitFor();
  expect(await faultsFor(ada)).toEqual([]);
  const gil = await visit(forGuests);
  await field(gil, 'Your name').fill('Gil');
  await button(gil, 'Come in').click();
  await account(ada, 'Gil').waitFor();
  await button(ada, /^Take back/).waitFor({ state: 'detached' });
});

it('signs in with a password, says when it is wrong, changes it and signs out', async () => {
  const ada = await firstAdministrator();
  const bo = await member(ada, 'Bo');
  const other = await visit();
  await signIn(other, 'Bo', 'a wrong password');
  await says(other, /^This name and password do not go together/);
  expect(await field(other, 'Name or address').inputValue()).toBe('Bo');
  expect(await faultsFor(other)).toEqual([]);
  await signIn(other, ' bo ', password);
  await isIn(other, 'Bo');

  const next = 'another long password';
  await settings(bo);
  await button(bo, 'Change').click();
  await field(bo, 'Present password').fill('a wrong password');
  await field(bo, 'New password').fill(next);
  await button(bo, 'Change password').click();
  await says(bo, 'This is not your present password.');
  await field(bo, 'Present password').fill(password);
  await Promise.all([says(bo, 'Your password is changed'), button(bo, 'Change password').click()]);
  // The other browser was signed out with it, and is told why; nothing that was typed is wrong.
  await says(other, 'Your password was changed on another device. Sign in with the new one.');
  await says(other, 'Forgotten your password? Ask an administrator for a link.');
  expect(await field(other, 'Name or address').getAttribute('aria-invalid')).toBe('false');
  await signIn(other, 'Bo', password);
  await says(other, /^This name and password do not go together/);

  await button(bo, 'Sign out here').click();
  await field(bo, 'Password').waitFor();
  await expect.poll(() => bo.getByRole('alert').innerText()).toBe('');
  await bo.reload();
  await signIn(bo, 'Bo', next);
  await isIn(bo, 'Bo');
  await bo.reload();
  await isIn(bo, 'Bo');
});

it('gives somebody who has lost their password another one by a link', async () => {
  const ada = await firstAdministrator();
  const bo = await member(ada, 'Bo');
  await settings(ada, /^People and invitations/);
  await account(ada, 'Bo').getByRole('button').click();
  await ada.getByRole('menuitem', { name: 'Link for a new password' }).click();
  const forBo = await field(ada, 'A link for a new password').inputValue();
  expect(await faultsFor(ada)).toEqual([]);
  await button(ada, 'Done').click();
  await button(ada, /^Take back the link: New password for/).waitFor();

  const other = await visit(forBo);
  await other.getByRole('heading', { name: 'A new password for Bo' }).waitFor();
  expect(await faultsFor(other)).toEqual([]);
  await field(other, 'Password').fill('short');
  await button(other, 'Set the password').click();
  await says(other, /^A password needs at least 10 characters/);
  await field(other, 'Password').fill('another long password');
  await button(other, 'Set the password').click();
  await isIn(other, 'Bo');
  // Used, it is no longer among those that may be.
  await button(ada, /^Take back/).waitFor({ state: 'detached' });
  await says(bo, 'Your password was changed on another device. Sign in with the new one.');
  await signIn(bo, 'Bo', 'another long password');
  await isIn(bo, 'Bo');
  await (await visit(forBo)).getByRole('heading', { name: 'This link does not work' }).waitFor();
});

it('lets a guest in by a link until the visit is ended, and nobody by a link that was taken back', async () => {
  const ada = await firstAdministrator();
  const bo = await member(ada, 'Bo');
  await settings(bo, /^Invite a guest/);
  const gil = await visit(await link(bo));
  await gil.getByRole('heading', { name: 'Bo invites you to a call' }).waitFor();
  await field(gil, 'Your name').fill('Gil');
  await button(gil, 'Come in').click();
  await isIn(gil, 'Gil');
  await talk(gil, bo, 'Bo');

  await settings(ada, /^People and invitations/);
  const lost = await link(ada, 'Guest');
  await button(ada, /^Take back the link: Guest/).click();
  await button(ada, /^Take back/).waitFor({ state: 'detached' });
  await (await visit(lost)).getByRole('heading', { name: 'This link does not work' }).waitFor();

  await field(ada, 'Search accounts').fill('gi');
  await account(ada, 'Bo').waitFor({ state: 'detached' });
  await account(ada, 'Gil').getByRole('button').click();
  await ada.getByRole('menuitem', { name: 'End the visit…' }).click();
  await ada.getByRole('group', { name: 'End the visit?' }).waitFor();
  await button(ada, 'End the visit').click();
  await says(gil, 'Your visit was ended. For another one, ask for a new link.');
  await account(ada, 'Gil').waitFor({ state: 'detached' });
  await gil.reload();
  await field(gil, 'Password').waitFor();
});

it('makes another an administrator, and closes an account with all that goes on in it', async () => {
  const ada = await firstAdministrator();
  const bo = await member(ada, 'Bo');
  await settings(ada, /^People and invitations/);
  await account(ada, 'Bo').getByRole('button').click();
  await ada.getByRole('menuitem', { name: 'Make an administrator' }).click();
  await account(ada, 'Bo').filter({ hasText: 'Administrator' }).waitFor();
  await settings(bo, /^People and invitations/);
  await account(bo, 'Ada').waitFor();

  await account(ada, 'Bo').getByRole('button').click();
  await ada.getByRole('menuitem', { name: 'Close the account…' }).click();
  expect(await faultsFor(ada)).toEqual([]);
  await button(ada, 'Close the account').click();
  await says(ada, 'Bo can no longer sign in');
  await says(bo, 'An administrator has closed your account.');
  await signIn(bo, 'Bo', password);
  await says(bo, /^This name and password do not go together/);
});

it('takes people by a provider, the first time with an invitation', async () => {
  const provider = await startProvider({ 'subject-anna': { name: 'Anna Berg', preferred_username: 'anna' } });
  const withProvider = await start(provider.settings);
  try {
    const invitation = await withProvider.firstInvitation();
    const { origin } = new URL(invitation);
    provider.serve([origin]);
    const through = async (address: string, subject: string): Promise<Page> => {
      const page = await visit(address);
      await button(page, 'Continue with Example Login').click();
      await page.locator('input[name=login]').fill(subject);
      await page.locator('input[name=password]').fill('any');
      await page.locator('button[type=submit]').click();
      await button(page, 'Continue').click();
      return page;
    };
    const anna = await through(invitation, 'subject-anna');
    await isIn(anna, 'Anna Berg');
    await expect.poll(() => new URL(anna.url()).hash).toBe('');
    await settings(anna, /^People and invitations/);
    await isIn(await through(origin, 'subject-anna'), 'Anna Berg');
    const stranger = await through(origin, 'subject-bo');
    await says(stranger, /^The first time you need an invitation/);
    expect(await faultsFor(stranger)).toEqual([]);
  } finally {
    await withProvider.close();
    provider.close();
  }
});

it('explains what went wrong at a provider', async () => {
  await firstAdministrator();
  const page = await visit(`${server.url}/#problem=sign_in_lost`);
  await says(page, /^That took too long/);
  await expect.poll(() => new URL(page.url()).hash).toBe('');
  const back = await visit(`${server.url}/#session=unknown`);
  await says(back, /^(That took too long|That did not work)/);
  await field(back, 'Password').waitFor();
});
