/** Desk phones and apps that speak SIP. Loaded with the settings. */
export const sipPhones = {
  title: 'Phones',
  lead: 'Add a phone',
  hint: 'A desk phone or a phone app that speaks SIP. It rings with your browsers, and calls as you.',
  name: 'Name of the phone',
  example: 'Desk phone',
  add: 'Add',
  registered: 'Registered',
  notRegistered: 'Not registered',

  // One that was added just now.
  enterThere: (name: string): string => `Enter this in ${name}`,
  server: 'Server',
  user: 'User name',
  password: 'Password',
  copy: (what: string): string => `Copy: ${what}`,
  copied: (what: string): string => `Copied: ${what}`,
  transport: 'Transport',
  domain: 'Where the phone asks for a domain, a registrar or a proxy, it means the server.',
  once: 'The password is shown only now. Should it get lost, remove the phone and add it again.',
  waiting: 'Waiting for it to register…',
  ready: 'It has registered, and rings from now on',

  // Taken away.
  remove: 'Remove',
  removeIt: (name: string): string => `Remove ${name}`,
  removeQuestion: 'Remove the phone?',
  ends: 'Its calls end, and it can no longer register. To use it again, add it anew.',
  tooMany: 'You have as many phones as you may have. Remove one first.',
};
