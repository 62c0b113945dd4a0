/** Answers to requests. */
import type { FieldValues, Request } from './message.ts';
import { fieldsOf, Response } from './message.ts';

/**
 * The answer to a request (RFC 3261 §8.2.6): its Via, From, Call-ID, CSeq, and To with our tag. 1xx and 2xx to what begins a dialog take
 * its Record-Route along (§12.1.1).
 */
export function responseTo(
  request: Request,
  status: number,
  {
    reason,
    toTag,
    fields = {},
  }: { readonly reason?: string; readonly toTag?: string | undefined; readonly fields?: FieldValues } = {},
): Response {
  const copied = request.fields.filter(
    ({ key }) =>
      key === 'via' ||
      key === 'from' ||
      key === 'call-id' ||
      key === 'cseq' ||
      (key === 'record-route' && status > 100 && status < 300),
  );
  const response = new Response(status, reason, copied);
  const to = request.get('to');
  if (to !== undefined) response.add('To', toTag === undefined || request.toTag !== undefined ? to : `${to};tag=${toTag}`);
  // The time of the sender, so that it can tell how long the way is (§8.2.6.1).
  if (status === 100 && request.has('timestamp')) response.add('Timestamp', request.get('timestamp') ?? '');
  response.fields.push(...fieldsOf(fields));
  return response;
}
