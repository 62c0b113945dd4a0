/** REFER: somebody asks us to ask somebody else (RFC 3515), in whose name (RFC 3892), and hears by NOTIFY what came of it. */
import type { ByteString } from '../bytes.ts';
import { MessageError } from '../message/errors.ts';
import type { Request } from '../message/message.ts';
import type { NameAddr } from '../message/name-addr.ts';
import { nameAddr } from '../message/name-addr.ts';
import type { Uri } from '../message/uri.ts';
import { isSip } from '../message/uri.ts';
import { decimal } from '../message/syntax.ts';
import { reasonPhrase } from '../message/reasons.ts';
import type { Replaces } from './replaces.ts';
import { parseReplaces, writeReplaces } from './replaces.ts';

export interface Referral {
  /** Whom to ask, without what is meant for the request alone. */
  readonly target: Uri;
  /** INVITE where nothing is said. */
  readonly method: string;
  /** The call of the target that ours takes the place of. */
  readonly replaces?: Replaces | undefined;
  /** Who says that they have asked for it: to be passed on in Referred-By, and to be believed as much as its sender. */
  readonly referredBy?: NameAddr | undefined;
  /** Whether NOTIFYs are wanted (RFC 4488). */
  readonly notifies: boolean;
}

/** @throws MessageError 400, where Refer-To is not there exactly once */
export function referralOf(request: Request): Referral {
  const [to, ...more] = request.addresses('Refer-To');
  const [referredBy] = request.addresses('Referred-By');
  if (to === undefined || more.length > 0) throw new MessageError('One Refer-To is needed');
  const notifies = request.get('Refer-Sub')?.toLowerCase() !== 'false';
  const { uri } = to;
  if (!isSip(uri)) return { target: uri, method: 'INVITE', referredBy, notifies };
  // Other headers of the URI would let the one who refers speak in our name.
  const replaces = uri.headers.find(([name]) => name.toLowerCase() === 'replaces')?.[1];
  return {
    target: { ...uri, headers: [], params: uri.params.without('method') },
    method: uri.params.get('method')?.toUpperCase() ?? 'INVITE',
    replaces: replaces === undefined ? undefined : parseReplaces(replaces),
    referredBy,
    notifies,
  };
}

/** The Refer-To with which a call is led on, to somebody, or into the place of another call of theirs. */
export function referTo(target: Uri, replaces?: Replaces): NameAddr {
  if (replaces === undefined || !isSip(target)) return nameAddr(target);
  return nameAddr({ ...target, params: target.params.without('method'), headers: [['Replaces', writeReplaces(replaces)]] });
}

/** What a NOTIFY says, beside what its dialog gives it. */
export interface Notice {
  readonly fields: Readonly<Record<string, string>>;
  readonly contentType: 'message/sipfrag;version=2.0';
  readonly body: ByteString;
}

/** What the one who was referred tells: at once, on progress, and once how it ended (§2.4.4, §2.4.5). */
export class ReferNotices {
  readonly #event: string;
  #isOver = false;

  /** `id`: CSeq of the REFER, needed from the second one in a dialog on, never wrong (§2.4.6). */
  constructor(id: number) {
    this.#event = `refer;id=${id}`;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the target has answered; 100 at the beginning. Nothing after the end. */
  notice(status: number, seconds = 180): Notice | undefined {
    if (this.#isOver) return undefined;
    this.#isOver = status >= 200;
    return {
      contentType: 'message/sipfrag;version=2.0',
      // Not what the target has said in its own words: that is not for who refers (§2.4.5, §5.2).
      body: `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`,
      fields: {
        Event: this.#event,
        'Subscription-State': this.#isOver ? 'terminated;reason=noresource' : `active;expires=${seconds}`,
      },
    };
  }
}

/** What a NOTIFY about a REFER of ours tells; undefined where it is about something else, or cannot be read. */
export function noticeOf(
  notify: Request,
): { readonly id?: number | undefined; readonly status: number | undefined; readonly isOver: boolean } | undefined {
  const [event] = notify.words('Event');
  if (event?.value.toLowerCase() !== 'refer') return undefined;
  const [state] = notify.words('Subscription-State');
  const isFragment = notify.contentType?.value.toLowerCase() === 'message/sipfrag';
  const [, status = ''] = (isFragment ? /^SIP\/2\.0 (\d{3})(?: |\r|\n|$)/.exec(notify.body) : undefined) ?? [];
  return {
    id: decimal(event.params.get('id') ?? '', 2 ** 31 - 1),
    status: decimal(status, 699),
    isOver: state?.value.toLowerCase() === 'terminated',
  };
}
