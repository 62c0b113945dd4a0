/** Why something that one sends is dropped. */
import type { DropCode } from '@offhook/core';
import { OffhookError } from '../errors.ts';

const texts: Readonly<Record<DropCode, string>> = {
  bitrate_exceeded: 'More is sent than the server allows; the others get only a part of it.',
  source_refused: 'Something is sent that was not announced; the others do not get it.',
};

export function dropError(code: DropCode): OffhookError {
  return new OffhookError(code, { message: texts[code] });
}
