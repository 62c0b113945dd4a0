/** The way in: by a name, by an account, by a link. */
export const wayIn = {
  signingIn: 'Signing in…',
  knownPeople: 'People on this browser',
  goOnAs: 'Or go on as',
  or: 'or',
  continueWith: (provider: string): string => `Continue with ${provider}`,

  // By a name.
  whoIsCalling: 'Who is calling?',
  nameIsAll: 'Call people from your browser. A name is all you need: others see it and call you by it.',
  yourName: 'Your name',
  continue: 'Continue',
  stillFree: 'Still free:',
  isThisYou: 'Is this you? In your other browser choose Settings, “Add a device”, and open the link here.',

  // By an account.
  signIn: 'Sign in',
  noAccountYet: 'Call people from your browser. No account yet? Open the invitation that you were sent.',
  forgotten: 'Forgotten your password? Ask an administrator for a link.',
  nobodyYet: 'Nobody has an account here yet',
  nobodyYetHint:
    'The server printed a link for the first administrator when it was started. Open it to set up this phone and invite the others.',
  nameOrAddress: 'Name or address',
  password: 'Password',
  passwordHint: 'At least 10 characters.',
  showPassword: 'Show what I type',

  // By the application around it.
  fromApplication: 'Open it from your application',
  fromApplicationHint: 'Here the application around the phone signs people in. There is nothing to type.',

  // By a link that adds a device.
  addThisDevice: 'Add this device',
  addThisDeviceHint: 'Calls will ring here too, and on every other device of the same person.',
  byName: 'Sign in by a name',
  otherNameInstead: 'Use another name instead',
  linkUseless: 'This link does not work',

  // By an invitation.
  nameHint: 'Others see it, and you sign in with it.',
  comeIn: 'Come in',
  createAccount: 'Create account',
  anotherWay: 'Sign in another way',
  goOnAsName: (name: string): string => `Go on as ${name}`,
  setUp: 'Set up this phone',
  setUpHint: 'You are the first here: you become its administrator, and invite the others.',
  invitesYou: (name: string): string => `${name} invites you`,
  invitesYouToCall: (name: string): string => `${name} invites you to a call`,
  invited: 'You are invited',
  invitedAsGuest: 'You are invited as a guest',
  becomeAdmin: 'You get an account and become an administrator: you invite people and close accounts.',
  becomeMember: 'You get an account of your own, to call everybody here from any browser.',
  newPasswordFor: (name: string): string => `A new password for ${name}`,
  newPasswordHint: 'Choose it here. All your other browsers are signed out then.',
  setPassword: 'Set the password',
  becomeGuest: (span: string): string => `A name is all you need. You can stay for ${span}.`,

  /** Why nobody could be signed in, or a name could not be had, by the error's code. */
  problems: {
    name_invalid: 'A name needs a letter or a digit, and no more than 64 characters.',
    link_invalid: 'This link has been used or has expired. Ask for a new one on the other device.',
    too_many_devices: 'You are signed in on as many devices as possible.',
    rate_limited: 'That was a lot at once. Wait a moment and try again.',
    unauthorized: 'This browser is no longer signed in. Please sign in again.',
    signed_out: 'This browser is signed out.',
    unreachable: 'The server does not answer. Check your connection and try again.',
    other: 'That did not work. Please try again.',
  },
  nameTaken: (name: string): string => `Somebody here is already called ${name}.`,
  /** The same where people have accounts. */
  accountProblems: {
    credentials_wrong: 'This name and password do not go together. Check both, also upper and lower case.',
    password_weak: 'A password needs at least 10 characters. Four random words make a good one.',
    link_invalid: 'This link has been used, was taken back or has expired. Ask whoever sent it for a new one.',
    invitation_needed: 'The first time you need an invitation. Open the link that you were sent, and go on from there.',
    provider_refused: 'You were not signed in there. Try again, or choose another way.',
    provider_unavailable: 'The sign-in service does not answer at the moment. Try again a little later.',
    sign_in_lost: 'That took too long, or was begun in another browser. Please begin again.',
    account_closed: 'An administrator has closed your account.',
    visit_ended: 'Your visit was ended. For another one, ask for a new link.',
    password_changed: 'Your password was changed on another device. Sign in with the new one.',
    token_expired: 'Your visit is over. For another one, ask for a new link.',
    last_admin: 'Somebody has to be an administrator. Make somebody else one first.',
    forbidden: 'You may not do this here.',
  },
};
