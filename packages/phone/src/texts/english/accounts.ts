import { plurals } from '../plural.ts';

const plural = plurals('en');

/** Accounts and invitations. */
export const accounts = {
  backToSettings: 'Back to the settings',
  titles: { admin: 'People and invitations', member: 'Invite a guest' },
  inviteTitles: { admin: 'Invite somebody', member: 'A link for a guest' },
  accounts: 'Accounts',
  searchByName: 'Search by name',
  search: 'Search accounts',
  nobodyCalled: (query: string): string => `Nobody with an account is called “${query}”.`,
  more: 'Show more',
  forMore: (span: string): string => `for ${span} more`,
  roles: { admin: 'Administrator', member: 'Member', guest: 'Guest' },
  /** What one can do with an invitation. */
  hints: {
    admin: 'Gets an account, calls everybody, invites people and closes accounts.',
    member: 'Gets an account, calls everybody and can invite guests.',
    guest: 'Needs no account: types a name, and can call you for a day.',
  },
  actions: (name: string): string => `What to do with ${name}`,
  change: (name: string): string => `Change the account of ${name}`,
  makeMember: 'Make a member',
  makeAdmin: 'Make an administrator',
  renewPassword: 'Link for a new password',
  passwordLink: 'A link for a new password',
  passwordLinkFor: (name: string): string => `A link for a new password of ${name}`,
  passwordLinkListed: (name: string): string => `New password for ${name}`,
  endVisit: 'End the visit',
  endVisitAsk: 'End the visit…',
  closeAccount: 'Close the account',
  closeAccountAsk: 'Close the account…',
  closeQuestion: 'Close the account?',
  endVisitQuestion: 'End the visit?',
  visitEnds: 'The visit ends at once, with any call.',
  accountEnds: 'They are signed out everywhere at once, and their links end. This cannot be taken back.',
  closed: (name: string): string => `${name} can no longer sign in`,

  // Links.
  openLinks: 'Links that may still be used',
  inviteAs: 'Invite as',
  makeLink: 'Make a link',
  linkFor: { admin: 'A link for one administrator', member: 'A link for one member', guest: 'A link for one guest' },
  invitation: 'The invitation',
  sendIt: (span: string): string => `Send it to the one person it is for: it works once, for ${span}, and is not shown again.`,
  severalTimes: (role: string, uses: number): string => `${role}, ${plural(uses, { one: '# time', other: '# times' })}`,
  linkUsed: 'The link was used',
  goodFor: (span: string): string => `Good for ${span}`,
  takeBack: 'Take back',
  takeBackLink: (what: string, span: string): string => `Take back the link: ${what}, good for ${span}`,
  span: {
    day: (count: number): string => plural(count, { one: '# day', other: '# days' }),
    hour: (count: number): string => plural(count, { one: '# hour', other: '# hours' }),
    minute: (count: number): string => plural(count, { one: '# minute', other: '# minutes' }),
  },
};
