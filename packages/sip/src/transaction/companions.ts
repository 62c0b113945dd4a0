/** The two requests that go with an INVITE on its own branch: ACK to what is no success, and CANCEL. */
import type { Field } from '../message/fields.ts';
import { field } from '../message/fields.ts';
import type { Response } from '../message/message.ts';
import { fieldsOf, Request } from '../message/message.ts';
import { writeCSeq } from '../message/values.ts';

/** §17.1.1.3: the topmost Via alone, the Route of the INVITE, the To of the response. */
export function ackTo(invite: Request, response: Response): Request {
  const ack = along(invite, 'ACK');
  ack.set('To', response.get('to') ?? '');
  return ack;
}

/** §9.1. What it says besides, such as Reason (RFC 3326), is given. */
export function cancelOf(invite: Request, fields: Readonly<Record<string, string>>): Request {
  const cancel = along(invite, 'CANCEL');
  cancel.fields.push(...fieldsOf(fields));
  return cancel;
}

const taken = new Set(['route', 'from', 'to', 'call-id', 'max-forwards']);

function along(invite: Request, method: string): Request {
  const [via] = invite.all('via');
  const fields: Field[] = via === undefined ? [] : [field('Via', via)];
  fields.push(...invite.fields.filter(({ key }) => taken.has(key)));
  fields.push(field('CSeq', writeCSeq({ number: invite.cseq.number, method })));
  return new Request(method, invite.target, fields);
}
