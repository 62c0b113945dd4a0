import { describe, expect, it } from 'vitest';
import type { AccountView } from '@offhook/client/accounts';
import { accountProblem } from './account-problem.ts';
import { accountsFound, invitationText, span } from './accounts.ts';

describe('accounts', () => {
  const accounts: readonly AccountView[] = [
    { address: 'gil', name: 'Gil Berg', role: 'guest', endsInMs: 1 },
    { address: 'bo', name: 'Bo', role: 'member' },
    { address: 'ada', name: 'Ada Berg', role: 'admin' },
    { address: 'cy', name: 'Cy Berg', role: 'guest', endsInMs: 0 },
    { address: 'abe', name: 'Abe', role: 'member' },
  ];

  it('come with the administrators first, without those that were closed', () => {
    expect(accountsFound(accounts, '').map(({ address }) => address)).toEqual(['ada', 'abe', 'bo', 'gil']);
  });

  it('are found by any word of the name', () => {
    expect(accountsFound(accounts, 'ber').map(({ address }) => address)).toEqual(['ada', 'gil']);
  });
});

it.each([
  [7 * 86_400_000, '7 days'],
  [86_400_000 - 5_000, '1 day'],
  [3 * 3_600_000, '3 hours'],
  [90_000, '2 minutes'],
  [10, '1 minute'],
])('%d ms are %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});

describe('an invitation', () => {
  const by = { address: 'ada', name: 'Ada' };

  it('says who invites to what', () => {
    expect(invitationText({ role: 'member', by }).title).toBe('Ada invites you');
    expect(invitationText({ role: 'guest', by, stayMs: 3_600_000 }).text).toMatch(/stay for 1 hour/);
    expect(invitationText({ role: 'admin' }).text).toMatch(/first here/);
  });

  it('keeps the direction of a name that runs the other way', () => {
    expect(invitationText({ role: 'member', by: { address: 'n', name: 'נועה' } }).title).toBe('\u2068נועה\u2069 invites you');
  });
});

it('has a sentence for what goes wrong with accounts, and leaves the rest to others', () => {
  expect(accountProblem('credentials_wrong')).toMatch(/do not go together/);
  expect(accountProblem('rate_limited')).toBeUndefined();
});
