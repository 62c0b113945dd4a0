/** The list of people. */
export const people = {
  title: 'People',
  search: 'Search people',
  notAll: 'Not everybody is listed. Search finds the others.',
  here: 'Here now',
  away: 'Not here',
  nobodyYet: 'Nobody else has signed in yet.',
  call: (name: string): string => `Call ${name}`,
  videoCall: (name: string): string => `Video call ${name}`,
  callBack: (name: string): string => `Call back ${name}`,
  takeOff: 'Take off the list',
  takenOff: (name: string): string => `${name} comes back to the list when they are here again`,
};
