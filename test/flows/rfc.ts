/** The call flows that RFC 3665 and RFC 5359 have by name, and where they are here. */

export interface Named {
  readonly rfc: 3665 | 5359;
  readonly section: string;
  readonly title: string;
  /** Names of flows; without one it is not here. */
  readonly here: readonly string[];
  /** What is otherwise, or why it is not here. */
  readonly why?: string;
}

function basic(section: string, title: string, here: readonly string[], why?: string): Named {
  return { rfc: 3665, section, title, here, ...(why !== undefined && { why }) };
}

function service(section: string, title: string, here: readonly string[], why?: string): Named {
  return { rfc: 5359, section, title, here, ...(why !== undefined && { why }) };
}

export const named: readonly Named[] = [
  basic('2.1', 'Successful New Registration', ['sip-register']),
  basic('2.2', 'Update of Contact List', ['sip-register-second']),
  basic('2.3', 'Request for Current Contact List', ['sip-register-query']),
  basic('2.4', 'Cancellation of Registration', ['sip-register-end'], 'by the contact, not by `*`'),
  basic('2.5', 'Unsuccessful Registration', ['sip-register-refused']),
  basic('3.1', 'Successful Session Establishment', ['sip-call', 'sip-from-page', 'sip-to-page']),
  basic('3.2', 'Session Establishment Through Two Proxies', [], 'between two phones there is this server alone'),
  basic(
    '3.3',
    'Session with Multiple Proxy Authentication',
    ['sip-call-challenged'],
    'one challenge, by 401: whoever answers itself asks as a user agent does',
  ),
  basic('3.4', 'Successful Session with Proxy Failure', [], 'there is one server; what its phones do without it is theirs'),
  basic('3.5', 'Session Through a SIP ALG', [], 'an ALG changes what passes it, which nobody here does'),
  basic(
    '3.6',
    'Session via Redirect and Proxy Servers with SDP in ACK',
    ['sip-call-late-offer'],
    'the description in the ACK; the server redirects nobody',
  ),
  basic('3.7', 'Session with re-INVITE (IP Address Change)', ['sip-address-change']),
  basic('3.8', 'Unsuccessful No Answer', ['sip-no-answer', 'sip-ring-ended']),
  basic('3.9', 'Unsuccessful Busy', ['sip-busy', 'sip-declined']),
  basic('3.10', 'Unsuccessful No Response from User Agent', ['sip-no-response']),
  basic('3.11', 'Unsuccessful Temporarily Unavailable', ['sip-unavailable']),
  service('2.1', 'Call Hold', ['sip-hold', 'sip-hold-page']),
  service('2.2', 'Consultation Hold', ['sip-consultation-hold']),
  service(
    '2.3',
    'Music on Hold',
    ['sip-music-on-hold'],
    'from the media worker, in the call that there is: no phone is led to a server of music',
  ),
  service(
    '2.4',
    'Transfer – Unattended',
    ['sip-transfer-unattended'],
    'the server rings the target itself, with its own INVITE',
  ),
  service(
    '2.5',
    'Transfer – Attended',
    ['sip-transfer-attended'],
    'the server joins the two, and no phone gets an INVITE with Replaces',
  ),
  service('2.6', 'Transfer – Instant Messaging', [], 'a call becomes no conversation; people write to each other beside it'),
  service('2.7', 'Call Forwarding Unconditional', ['sip-forward-always'], 'without 181'),
  service(
    '2.8',
    'Call Forwarding – Busy',
    ['sip-forward-busy'],
    'decided by the server; a phone that answers 486 forwards nothing',
  ),
  service('2.9', 'Call Forwarding – No Answer', ['sip-forward-no-answer'], 'without 181'),
  service(
    '2.10',
    '3-Way Conference – Third Party Is Added',
    [],
    'a phone that mixes two calls by itself may; several people meet in a session, which phones dial into by a token',
  ),
  service(
    '2.11',
    '3-Way Conference – Third Party Joins',
    [],
    'nobody comes into a call of others (Join); into a session by its token',
  ),
  service('2.12', 'Find-Me', ['sip-find-me'], 'all at once instead of one after the other'),
  service('2.13', 'Call Management (Incoming Call Screening)', ['sip-screened']),
  service(
    '2.14',
    'Call Management (Outgoing Call Screening)',
    [],
    'people may call everybody here; telephone numbers go by the rules of trunks (403), and the simulator has no trunks',
  ),
  service('2.15', 'Call Park', [], 'there is no such feature: a call that is held is held by one device'),
  service(
    '2.16',
    'Call Pickup',
    [],
    'there is no such feature: nobody takes a call that rings at somebody else, but a program may answer it',
  ),
  service('2.17', 'Automatic Redial', [], 'there is no such feature: who is free is seen by presence, in pages'),
  service(
    '2.18',
    'Click to Dial',
    ['sip-click-to-dial'],
    'a program asks the server by REST, which calls both itself: no phone gets a REFER',
  ),
];

/** As a part of the index of docs/flows. */
export function table(): string {
  const rows = named.map(({ rfc, section, title, here, why }) => {
    const links = here.map((name) => `[${name}](${name}.md)`).join(', ');
    return `| ${rfc} §${section} | ${title} | ${links === '' ? '—' : links} | ${why ?? ''} |`;
  });
  return [
    '## The flows of RFC 3665 and RFC 5359',
    '',
    'Their proxies are this server here, which is no proxy: it has a dialog with each phone, and one call in which these meet. In the ladders a',
    'request to a phone is named by its login, `SDP` stands for a description of sound, with its direction where it is not both ways.',
    '',
    '| section | title there | here | |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
