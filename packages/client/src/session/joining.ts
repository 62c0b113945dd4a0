/** How a page comes into a session: once at a time. */
import type { ReplyOf, RequestOf, SessionId } from '@offhook/core';
import { OffhookError } from '../errors.ts';
import type { Outcome } from '../outbox.ts';
import type { PhoneLink } from '../part.ts';
import type { Phone } from '../phone.ts';

const joins = new WeakMap<Phone, Map<SessionId, Promise<unknown>>>();

/** `answered`: in the moment in which the answer is there, before what follows it. */
export function askToJoin(
  { connection }: PhoneLink,
  asked: Omit<RequestOf<'session_join'>, 'id' | 'type'>,
  answered: () => void,
): Promise<ReplyOf<'session_join'>> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: Outcome<'session_join'>): void => {
      answered();
      if ('ok' in outcome) resolve(outcome.ok);
      else reject(outcome.error);
    };
    // Repeated after a lost answer it may be refused for the moment, and this page be in all the same.
    connection.ask<'session_join'>({ type: 'session_join', ...asked }, settle, true);
  });
}

/** A page joins a session once at a time: the server takes whatever it was asked last. */
export function inTurn<T>(phone: Phone, id: SessionId, task: () => Promise<T>): Promise<T> {
  const turns = joins.get(phone) ?? new Map<SessionId, Promise<unknown>>();
  joins.set(phone, turns);
  const before = turns.get(id);
  const done = before === undefined ? task() : before.then(task, task);
  turns.set(id, done);
  const settled = (): void => {
    if (turns.get(id) === done) turns.delete(id);
  };
  done.then(settled, settled);
  return done;
}

/** Whoever closes the phone leaves everything with it: no request to leave has to arrive any more. */
export function unlessClosed(error: unknown): void {
  if (!(error instanceof OffhookError && error.code === 'closed')) throw error;
}
