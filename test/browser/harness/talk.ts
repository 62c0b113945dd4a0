import { expect } from 'vitest';
import type { CallOptions } from '../page/kit.ts';
import type { Person } from './person.ts';

/** The first calls the second, who answers; both hear, and with video see, each other. */
export async function talk(caller: Person, callee: Person, options: CallOptions = {}): Promise<void> {
  expect(await caller.page.call(callee.address, options)).toBeUndefined();
  expect(await callee.page.answer(caller.address, options)).toBeUndefined();
  await caller.page.until(callee.address, 'active');
  await callee.page.until(caller.address, 'active');
  await hearEachOther(caller, callee);
  if (options.video === true) await Promise.all([caller.page.sees(), callee.page.sees()]);
}

export async function hearEachOther(...people: readonly Person[]): Promise<void> {
  await Promise.all(people.map(({ page }) => page.hears()));
}

export async function seeEachOther(...people: readonly Person[]): Promise<void> {
  await Promise.all(people.map(({ page }) => page.sees()));
}

export async function hearNothing(...people: readonly Person[]): Promise<void> {
  await Promise.all(people.map(({ page }) => page.hearsNothing()));
}
