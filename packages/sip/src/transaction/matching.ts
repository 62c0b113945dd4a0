/** Which transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3), and where its answers go (§18.2, RFC 3581). */
import type { Request, Response } from '../message/message.ts';
import { splitList } from '../message/syntax.ts';
import type { Via } from '../message/values.ts';
import { writeVia } from '../message/values.ts';
import type { Remote } from './types.ts';
import { isReliable } from './types.ts';

/** Branches that begin so are unique (§8.1.1.7). */
export const magicCookie = 'z9hG4bK';

/** A method: of the request itself, or of the one that it belongs to (INVITE for ACK and CANCEL). */
export function serverKey(request: Request, method: string): string {
  const { via } = request;
  const branch = via.params.get('branch');
  if (branch !== undefined && branch.startsWith(magicCookie) && branch.length > magicCookie.length)
    return `${branch} ${via.host.toLowerCase()}:${via.port ?? ''} ${method}`;
  // RFC 2543, and a cookie with nothing behind it (RFC 4475 §3.2.1). To is left out, since ACK has the tag of the answer: whoever
  // repeats Call-ID, From tag and CSeq means the same request.
  const [top = ''] = splitList(request.get('via') ?? '');
  return JSON.stringify([request.target, request.fromTag, request.callId, request.cseq.number, top, method]);
}

export function clientKey(branch: string, method: string): string {
  return `${branch} ${method}`;
}

export function clientKeyOf(response: Response): string {
  return clientKey(response.via.params.get('branch') ?? '', response.cseq.method);
}

/** One request that came on several ways has these in common (§8.2.2.2). */
export function mergeKey(request: Request): string {
  // None but the tag can hold a space.
  return `${request.method} ${request.cseq.number} ${request.callId} ${request.fromTag}`;
}

/**
 * Writes into the topmost Via where the request really came from: `received` where that is not what the sender says, and both `received`
 * and `rport` where it asks for them (§18.2.1, RFC 3581 §4). What stood there before is not believed.
 */
export function stampVia(request: Request, source: Remote): void {
  const { via } = request;
  const asked = via.params.has('rport');
  const params = via.params.without('received');
  const claimed = via.host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (!asked && params === via.params && claimed === source.address) return;
  const stamped = asked ? params.with('rport', source.port) : params;
  const value = writeVia({
    ...via,
    params: asked || claimed !== source.address ? stamped.with('received', source.address) : stamped,
  });
  const at = request.fields.findIndex(({ key }) => key === 'via');
  const field = request.fields[at];
  if (field === undefined) return;
  const rest = splitList(field.value).slice(1);
  request.fields[at] = { name: field.name, key: field.key, value: [value, ...rest].join(', ') };
}

/** Where the answers to a request go whose Via was stamped (§18.2.2, RFC 3581 §4). */
export function responsePlace(via: Via, source: Remote): Remote {
  if (isReliable(source)) return source;
  const { params } = via;
  // Never to `maddr`: nobody here sends to groups, and everybody could name an address with it.
  const port = params.has('rport') ? source.port : (via.port ?? 5060);
  return { transport: source.transport, address: source.address, port, connection: source.connection };
}
