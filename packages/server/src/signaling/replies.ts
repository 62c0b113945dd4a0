/** Answers to requests, as they are written and kept. */
import { passing, wireError } from '@offhook/core';
import type { RequestType } from '@offhook/core';
import type { Outcome } from '../ports.ts';

/** What is not kept: a refusal that passes, and the view of a call or a session, which ages. Asked again, the engine answers anew. */
export function isPassing(type: RequestType, outcome: Outcome): boolean {
  return 'error' in outcome ? passing.has(outcome.error) : type === 'session_join' || 'merged' in outcome.ok;
}

export function replyText(id: string, outcome: Outcome, detail?: string): string {
  return JSON.stringify(
    'error' in outcome ? { re: id, error: wireError(outcome.error, detail ?? outcome.detail) } : { re: id, ok: outcome.ok },
  );
}
