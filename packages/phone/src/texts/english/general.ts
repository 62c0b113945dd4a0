import { plurals } from '../plural.ts';

const plural = plurals('en');

/** Words that several screens have in common, and the frame around them. */
export const general = {
  back: 'Back',
  cancel: 'Cancel',
  close: 'Close',
  done: 'Done',
  keepIt: 'Keep it',
  more: 'More',
  save: 'Save',
  tryAgain: 'Try again',
  you: 'You',
  oneself: 'you',
  copy: 'Copy',
  copied: 'Copied',
  linkCopied: 'The link was copied',
  search: 'Search',
  clearSearch: 'Clear the search',
  found: (count: number): string => plural(count, { other: '# found' }),
  nobodyCalled: (query: string): string => `Nobody here is called “${query}”.`,
  nothingFound: (query: string): string => `Nothing found for “${query}”.`,
  places: 'Places',
  sections: { conversations: 'Conversations', people: 'People', calls: 'Calls', meetings: 'Meetings', settings: 'Settings' },
  /** The name of a place, how much there is to see in it, and what. */
  placeWith: (place: string, count: string, what: string): string => `${place}, ${count} ${what}`,
  moreThan: (count: string): string => `${count}+`,
  missed: 'missed',
  unread: 'unread',
  yourPresence: 'Your presence',
  youAre: (name: string, presence: string): string => `You: ${name}, ${presence}`,
  presence: {
    online: 'Online',
    away: 'Away',
    on_call: 'On a call',
    do_not_disturb: 'Do not disturb',
    offline: 'Not here',
  },
  /** What a call to this person would meet. */
  telephone: 'Telephone',
  reach: {
    online: 'Online',
    away: 'Away, but it rings there.',
    on_call: 'On another call. Yours will be shown as waiting.',
    do_not_disturb: 'Does not want to be disturbed right now.',
    offline: 'Not here right now. A call will be shown as missed.',
  },
  today: 'Today',
  yesterday: 'Yesterday',
  seconds: (count: number): string => plural(count, { other: '# s' }),
  minutes: (count: number): string => plural(count, { other: '# min' }),
  hours: (count: number): string => plural(count, { other: '# h' }),
  bytes: (count: number): string => plural(count, { one: '# byte', other: '# bytes' }),
  serverSilent: 'The server does not answer. Trying again…',
  reconnecting: 'Reconnecting to the server…',
  offline: 'You are offline. Offhook connects by itself as soon as there is a network.',
  newVersion: 'There is a new version of Offhook.',
  newVersionLater: 'There is a new version of Offhook. It comes when your calls are over.',
  reload: 'Reload',
  /** A part of the page could not be loaded. */
  partMissing: 'This page could not be loaded. Check your connection and try again.',
};
