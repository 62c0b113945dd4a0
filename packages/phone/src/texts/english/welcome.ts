/** The first minute: how to have somebody to call. */
export const welcome = {
  past: 'Choose a call to see all calls with that person.',
  titles: {
    first: 'You are the first one here',
    nobody: 'Nobody else is here right now',
    choose: 'Call somebody',
  },
  texts: {
    first: 'To hear a phone ring, open a second person in a new tab and call from there.',
    nobody: 'Send somebody the link, or open a second person in a new tab and call from there.',
    choose: 'Choose a person from the list, or try it with a second person of your own.',
  },
  /** The same where people come by invitation. */
  inviting: {
    first: 'Invite somebody: you get a link to send to them, and they can call you.',
    nobody: 'Whoever comes is shown here at once. You can call them all the same: they see that you did.',
    choose: 'Choose a person from the list, or invite somebody who is not there yet.',
  },
  guest: 'You can call whoever is in the list.',
  secondPerson: 'Open a second person in a new tab',
  inviteSomebody: 'Invite somebody',
  codeOfAddress: 'The address of this phone as a QR code',
  address: 'The address of this phone',
  elsewhere: 'Or from another phone or computer: scan this, or open the link.',
  onlyHere: (command: unknown): readonly unknown[] => [
    'This address works on this computer only. To call from other devices, start the server with ',
    command,
    '.',
  ],
};
