/** A SIP message in a line: what it is, and what tells it from others of its kind. */
export function brief(text: string): string {
  const start = text.slice(0, text.indexOf('\r\n'));
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)\r$`, 'm').exec(text)?.[1];
  const [first = '', second = '', ...rest] = start.split(' ');
  const isResponse = first === 'SIP/2.0';
  const method = field('CSeq')?.split(' ')[1] ?? '';
  const beginning = isResponse ? `${second} ${rest.join(' ')} (${method})` : `${first}${whom(first, second)}`;
  const said = [
    !isResponse && field('Authorization') !== undefined && 'Authorization',
    field('Reason'),
    field('Refer-To') !== undefined && `Refer-To ${/sip:([^@?;>]+)/.exec(field('Refer-To') ?? '')?.[1] ?? ''}`,
    field('Refer-To')?.includes('Replaces') === true && 'Replaces',
    first === 'REGISTER' && (field('Contact') === undefined ? 'no Contact' : `Expires ${field('Expires') ?? ''}`),
    isResponse && method === 'REGISTER' && second === '200' && contactsIn(text),
    first === 'NOTIFY' && /\r\n\r\n(SIP\/2\.0 .*)/.exec(text)?.[1],
    text.includes('\r\nm=audio') && `SDP${directionIn(text)}`,
  ].filter((one) => typeof one === 'string');
  return [beginning, ...said].join(', ');
}

/** Whom a request begins something with; in a dialog it goes to the other side, whoever that is. */
function whom(method: string, uri: string): string {
  return method === 'INVITE' ? ` ${/^sips?:([^@;]+)@/.exec(uri)?.[1] ?? ''}`.trimEnd() : '';
}

function contactsIn(text: string): string {
  const contacts = [...text.matchAll(/^Contact: (.*)\r$/gm)].flatMap(([, list = '']) => list.split(',')).length;
  return contacts === 1 ? '1 contact' : `${contacts} contacts`;
}

function directionIn(text: string): string {
  const direction = /^a=(sendonly|recvonly|inactive)/m.exec(text)?.[1];
  return direction === undefined ? '' : ` ${direction}`;
}
