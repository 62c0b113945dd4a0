import { plurals } from '../plural.ts';

const plural = plurals('en');

/** Calls that ring when no page is open. */
export const push = {
  title: 'Ring when this page is closed',
  hint: {
    granted: 'By a notification. On a computer this browser has to run for it; a phone wakes it by itself.',
    ask: 'By a notification. On a computer this browser has to run for it; a phone wakes it by itself. You are asked once whether it may.',
    denied: 'Your browser forbids it. Click the symbol beside the address of this page and allow notifications.',
    install: 'Add this page to the home screen first, and open it from there.',
    none: 'This browser cannot do that: calls ring here only while the page is open.',
  },
  missing: {
    service:
      'This browser reaches no push service, and calls cannot wake it without one. Some browsers have none, or let you turn it on in their settings.',
    server: 'The server did not take it. Check your connection and try again.',
  },
  test: 'Ring me in 5 seconds',
  testHint: 'To see what it is like: close the page meanwhile.',
  testIn: (seconds: number): string => `It rings in ${plural(seconds, { one: '# second', other: '# seconds' })}.`,
};
