/** Why something ended (RFC 3326): `SIP;cause=200;text="Call completed elsewhere"`, `Q.850;cause=16`. */
import { fromUtf8, toUtf8 } from '../bytes.ts';
import type { Message } from '../message/message.ts';
import { Params } from '../message/params.ts';
import { decimal } from '../message/syntax.ts';
import { writeWorded } from '../message/values.ts';

export interface Reason {
  /** `SIP`: cause is a status. `Q.850`: one of ISDN. */
  readonly protocol: string;
  readonly cause?: number | undefined;
  /** For people. */
  readonly text?: string | undefined;
}

/** @throws MessageError */
export function reasonsOf(message: Message): readonly Reason[] {
  return message.words('Reason').map(({ value, params }) => {
    const text = params.get('text');
    return {
      protocol: value,
      cause: decimal(params.get('cause') ?? '', 999),
      text: text === undefined ? undefined : fromUtf8(text),
    };
  });
}

/** @throws WriteError */
export function writeReason({ protocol, cause, text }: Reason): string {
  return writeWorded({ value: protocol, params: Params.of({ cause, text: text === undefined ? undefined : toUtf8(text) }) });
}

/** Whether a CANCEL or BYE says that somebody else has taken the call, so that it is no missed one. */
export function isAnsweredElsewhere(message: Message): boolean {
  return reasonsOf(message).some(({ protocol, cause }) => protocol.toUpperCase() === 'SIP' && cause === 200);
}
