/**
 * Answers to whoever may not be where they say they are: by UDP a source is made up with ease, and what is answered goes to whose address it
 * is. So none is longer than what it answers, and nobody gains anything by having us send it.
 *
 *     as it is ─► what has to be in it ─► in short names (§7.3.3) ─► one challenge, the last: what everybody takes ─► that as short as can be ─► none
 */
import { fromUtf8 } from '../bytes.ts';
import type { ByteString } from '../bytes.ts';
import { shortName } from './fields.ts';
import type { Field } from './fields.ts';
import { Response } from './message.ts';
import { writeMessage } from './write.ts';

/** What is not said where there is no room for it. */
const optional = new Set(['accept', 'allow', 'retry-after', 'server', 'supported', 'warning']);
const challenges = new Set(['www-authenticate', 'proxy-authenticate']);

/** Undefined: there is none that short. @throws WriteError */
export function fittingIn(most: number, response: Response): ByteString | undefined {
  const { fields } = response;
  const bare = fields.filter(({ key }) => !optional.has(key));
  const single = bare.filter(({ key }, at) => !challenges.has(key) || !bare.slice(at + 1).some((later) => later.key === key));
  const forms = [
    () => writeMessage(response),
    () => writeMessage(withFields(response, bare)),
    () => writeMessage(short(response, bare)),
    () => writeMessage(withFields(response, single)),
    () => tight(writeMessage(short(response, single.map(plainest)))),
  ];
  for (const form of forms) {
    const text = form();
    if (text.length <= most) return text;
  }
  return undefined;
}

/** Without the spaces that nobody needs (§7.3.1), and, where there is no body, without a length: a datagram has its own (§18.3). */
function tight(text: ByteString): ByteString {
  const [head = '', body = ''] = text.split(/(?<=\r\n\r\n)/, 2);
  const lines = head.replaceAll(/^([\w-]+): /gm, '$1:');
  return body === '' ? lines.replace(/(?<=\r\n)l:0\r\n/, '') : lines + body;
}

function withFields({ status, reason, body }: Response, fields: readonly Field[]): Response {
  return new Response(status, fromUtf8(reason), [...fields], body);
}

/** The reason is for people alone, and may be nothing (§25.1). */
function short({ status, body }: Response, fields: readonly Field[]): Response {
  const all = fields.map(({ key, value, name }) => ({ key, value, name: shortName(key) ?? name }));
  const isMeasured = all.some(({ key }) => key === 'content-length');
  const length = { key: 'content-length', name: 'l', value: String(body.length) };
  return new Response(status, '', isMeasured ? all : [...all, length], body);
}

/** MD5 is what is meant where no algorithm is named (RFC 8760 §2.5). */
function plainest(field: Field): Field {
  if (!challenges.has(field.key)) return field;
  return { ...field, value: field.value.replace(/, *algorithm=MD5(?=,|$)/, '').replaceAll(', ', ',') };
}
