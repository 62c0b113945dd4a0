/** Replaces (RFC 3891): an INVITE that takes the place of a dialog, as in a transfer after a word, or when a call is picked up. */
import type { Dialog } from '../dialog/dialog.ts';
import { dialogKeyOf } from '../dialog/dialog.ts';
import { MessageError, WriteError } from '../message/errors.ts';
import type { Request } from '../message/message.ts';
import { Params, parseParams, writeParams } from '../message/params.ts';

export interface Replaces {
  readonly callId: string;
  /** Of the one who gets it. */
  readonly toTag: string;
  /** Of the other side of the dialog. */
  readonly fromTag: string;
  /** Only where the call has not been answered. */
  readonly earlyOnly: boolean;
}

/** @throws MessageError 400 */
export function parseReplaces(text: string): Replaces {
  const semicolon = text.indexOf(';');
  const callId = (semicolon === -1 ? text : text.slice(0, semicolon)).trim();
  const params = semicolon === -1 ? Params.none : parseParams(text, semicolon);
  const [toTag, fromTag] = [params.get('to-tag'), params.get('from-tag')];
  if (callId === '' || toTag === undefined || fromTag === undefined) throw new MessageError('Malformed Replaces');
  return { callId, toTag, fromTag, earlyOnly: params.has('early-only') };
}

/** @throws WriteError */
export function writeReplaces({ callId, toTag, fromTag, earlyOnly }: Replaces): string {
  if (/[;,\s]/.test(callId)) throw new WriteError('a Call-ID that would end its value');
  return callId + writeParams(Params.of({ 'to-tag': toTag, 'from-tag': fromTag, 'early-only': earlyOnly ? true : undefined }));
}

/** How the other side of this dialog of ours is told which one it is. */
export function replacesFor({ callId, localTag, remoteTag }: Dialog): Replaces {
  return { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false };
}

/** Of an INVITE. @throws MessageError 400 for several, and beside Join (§3, RFC 3911 §5) */
export function replacesOf(invite: Request): Replaces | undefined {
  const [value, ...more] = invite.all('Replaces');
  if (value === undefined) return undefined;
  if (more.length > 0 || invite.has('Join')) throw new MessageError('Several dialogs to replace');
  return parseReplaces(value);
}

/** The `key` of the dialog that is meant, on the side that gets it. */
export function replacedKey({ callId, toTag, fromTag }: Replaces): string {
  return dialogKeyOf(callId, toTag, fromTag);
}

/**
 * Whether the dialog may be replaced, who asks for it being entitled to: then the INVITE is accepted, and the dialog ended by BYE or CANCEL.
 * Otherwise with what it is refused (§3). `begunByUs`: whether its INVITE was ours.
 */
export function mayReplace(
  { earlyOnly }: Replaces,
  dialog: Dialog | undefined,
  begunByUs: boolean,
): 'replace' | 481 | 486 | 603 {
  switch (dialog?.state) {
    case undefined:
      return 481;
    case 'ended':
      return 603;
    case 'confirmed':
      return earlyOnly ? 486 : 'replace';
    case 'early':
      // Who rings is replaced by who has called, not by a third: that would be a pick-up of somebody else's call.
      return begunByUs ? 'replace' : 481;
  }
}
