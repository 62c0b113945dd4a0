import { meetingOf } from './route.ts';

/** How somebody has come to this page, by its address. */
export type Arrival =
  | { readonly kind: 'usual' }
  /** In a new tab, as somebody else. */
  | { readonly kind: 'new' }
  /** With a link that adds this device to somebody. */
  | { readonly kind: 'join'; readonly code: string }
  /** By a notification, as the one who is called; `answer`: the call that is to be taken, where the service worker has said so, too. */
  | { readonly kind: 'called'; readonly user: string; readonly answer?: string | undefined }
  /** By a link to call somebody, or by a program that hands one on; anybody may have made it. */
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'invitation'; readonly code: string }
  /** By the link to a meeting. */
  | { readonly kind: 'meeting'; readonly meeting: string }
  /** Back from the provider, who has let them in, or not. */
  | { readonly kind: 'session'; readonly code: string }
  | { readonly kind: 'problem'; readonly code: string };

/** Codes that nobody on the way is to see stand in the fragment: it goes to no server. */
export function arrivalOf({ search, hash }: Pick<Location, 'search' | 'hash'>): Arrival {
  const [, kind, code] = /^#(invite|session|problem)=([\w-]+)$/.exec(hash) ?? [];
  const parameters = new URLSearchParams(search);
  const join = parameters.get('join');
  if (code !== undefined && kind === 'invite') return { kind: 'invitation', code };
  if (code !== undefined && (kind === 'session' || kind === 'problem')) return { kind, code };
  const meeting = meetingOf(hash);
  if (meeting !== undefined) return { kind: 'meeting', meeting };
  const user = parameters.get('as');
  if (user !== null) return { kind: 'called', user, answer: parameters.get('answer') ?? undefined };
  if (join !== null) return { kind: 'join', code: join };
  const text = parameters.get('call');
  if (text !== null) return { kind: 'link', text };
  return { kind: parameters.has('new') ? 'new' : 'usual' };
}

/** The same address without what has brought somebody here, which is used up: a reload stays who one is now. */
export function settledAddress(location: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  return location.pathname + (/^#(invite|session|problem)=/.test(location.hash) ? '' : location.hash);
}
