import type { OffhookErrorCode } from '@offhook/client';
import { t, textFor } from '../texts/texts.ts';

/** Why somebody could not come in, or an account could not be changed; undefined where others have the words. */
export function accountProblem(code: OffhookErrorCode): string | undefined {
  return textFor(t.wayIn.accountProblems, code);
}
