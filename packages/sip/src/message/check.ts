/** Whether a message that could be read is one, and what a user agent says to one that it cannot serve. */
import { MessageError } from './errors.ts';
import type { Message, Request, Response } from './message.ts';
import { isSip } from './uri.ts';

/** What may stand in a message once only (RFC 3261 §7.3.1, RFC 4475 §3.3.9), each with its bit. */
const single = new Map(
  `from to call-id cseq max-forwards content-type expires rack
   rseq session-expires min-se refer-to referred-by replaces event subscription-state date sip-etag sip-if-match`
    .split(/\s+/)
    .map((key, at) => [key, 1 << at]),
);

/**
 * That everything can be read by which a request finds its transaction, its dialog and its way back.
 *
 * @throws MessageError what a server should answer
 */
export function checkRequest(request: Request): void {
  checkFields(request);
  if (request.cseq.method !== request.method) throw new MessageError('CSeq is of another method');
  const { uri } = request;
  // They would be put into a request made of this URI; this is one already (§19.1.1, table 1).
  if (isSip(uri) && uri.headers.length > 0) throw new MessageError('Headers in the Request-URI');
  readable(request.maxForwards, request.routes);
}

/**
 * @throws MessageError: it is to be dropped (§8.1.3.3, §18.1.2), also where it has more Vias than the one that a user agent has put on
 */
export function checkResponse(response: Response): void {
  checkFields(response);
  if (response.vias.length !== 1) throw new MessageError('Several Via in a response');
}

function checkFields(message: Message): void {
  let seen = 0;
  for (const { key, name } of message.fields) {
    const bit = single.get(key) ?? 0;
    if ((seen & bit) !== 0) throw new MessageError(`Several ${name}`);
    seen |= bit;
  }
  const { via, vias, from, to, callId, cseq, contacts, recordRoutes } = message;
  readable(via, vias, from, to, callId, cseq, contacts, recordRoutes);
}

/** Getting them was the point: each throws where it cannot be read. */
function readable(..._values: readonly unknown[]): void {}

/** What a user agent can do, in lower case but for methods. */
export interface Abilities {
  readonly methods: readonly string[];
  readonly schemes: readonly string[];
  /** Option tags that may be required. */
  readonly extensions: readonly string[];
  /** Media types of bodies, without parameters. */
  readonly contentTypes: readonly string[];
  /** Of the bodies that its answers have, by method: `{ INVITE: ['application/sdp'] }`. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

export interface Refusal {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** Why a request cannot be served, in the order of RFC 3261 §8.2. ACK and CANCEL are never asked for anything (§8.2.2.3). */
export function inspect(request: Request, abilities: Abilities): Refusal | undefined {
  const { method, uri } = request;
  if (!abilities.methods.includes(method)) {
    return { status: 405, fields: { Allow: abilities.methods.join(', ') } };
  }
  if (method === 'ACK' || method === 'CANCEL') return undefined;
  if (!abilities.schemes.includes(uri.scheme)) return { status: 416, fields: {} };
  const unknown = request.words('Require').filter(({ value }) => !abilities.extensions.includes(value.toLowerCase()));
  if (unknown.length > 0) return { status: 420, fields: { Unsupported: unknown.map(({ value }) => value).join(', ') } };
  return inspectBody(request, abilities) ?? inspectAccept(request, abilities);
}

function inspectBody(request: Request, { contentTypes }: Abilities): Refusal | undefined {
  if (request.body === '') return undefined;
  const [disposition] = request.words('Content-Disposition');
  if (disposition?.params.get('handling')?.toLowerCase() === 'optional') return undefined;
  if (request.words('Content-Encoding').some(({ value }) => value.toLowerCase() !== 'identity'))
    return { status: 415, fields: { 'Accept-Encoding': 'identity' } };
  const type = request.contentType?.value.toLowerCase();
  if (type !== undefined && contentTypes.includes(type)) return undefined;
  return { status: 415, fields: { Accept: contentTypes.join(', ') } };
}

function inspectAccept(request: Request, { answers }: Abilities): Refusal | undefined {
  const ours = answers[request.method];
  // Without Accept it is application/sdp (§20.1), which is what the answers to an INVITE have.
  if (ours === undefined || !request.has('Accept')) return undefined;
  const theirs = request.words('Accept').map(({ value }) => value.toLowerCase());
  const takes = (type: string): boolean =>
    theirs.some((one) => one === '*/*' || one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));
  return ours.some(takes) ? undefined : { status: 406, fields: {} };
}
