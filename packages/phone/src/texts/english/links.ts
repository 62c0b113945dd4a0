/** Links that call somebody, from other pages and programs. */
export const links = {
  asks: (name: string): string => `Call ${name}?`,
  byLink: 'A link leads here. Nobody is called unless you say so.',
  notNow: 'Not now',
  nobody: (address: string): string => `Nobody here has the address “${address}”.`,
  unusable: 'That link cannot be used here: it names nobody to call.',
  noNetwork: 'This phone is not connected to a telephone network yet: it cannot call numbers.',
  later: 'Open that link again when your calls are over.',

  // In the settings.
  title: 'Links on other pages',
  people: 'To people here',
  peopleHint: 'Links that begin with web+offhook: lead to the person they name.',
  numbers: 'Telephone numbers',
  numbersHint: 'A number you click is shown here. There is no telephone network to call it yet.',
  take: 'Open here…',
  asked: 'Your browser asks whether it may. It keeps the answer in its own settings.',
};
