import type { From } from '@offhook/core';
import type { CallRequest, Store } from '../ports.ts';
import type { Calls, Respond } from './calls.ts';
import { ledOn, over, wasOf } from './inputs.ts';

/** Answers a request about a call that is no longer in memory. */
export function answerLate(
  { store, calls }: { readonly store: Store; readonly calls: Calls },
  request: CallRequest,
  from: From,
  respond: Respond,
): void {
  const { type } = request;
  store.record(request.call).then(
    (record) => {
      const user = from.person.address;
      if (record === undefined || !wasOf(user, over(record))) return respond({ error: 'call_not_found' });
      const into = ledOn(over(record), user);
      const onward = into === undefined ? undefined : calls.get(into);
      if (type === 'hangup' && onward !== undefined) return calls.feed(onward, { type, from }, respond);
      if (type === 'transfer' && record.transfer?.into === request.into) return respond({ ok: {} });
      if (type === 'move' && record.cause === 'joined') return respond({ ok: {} });
      respond(type === 'hangup' || type === 'reject' || type === 'update' ? { ok: {} } : { error: 'call_ended' });
    },
    () => respond({ error: 'store_failed' }),
  );
}
