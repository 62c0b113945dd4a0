/** How somebody has come to this page, by its address. */
export type Arrival =
  | { readonly kind: 'usual' }
  /** In a new tab, as somebody else. */
  | { readonly kind: 'new' }
  /** With a link that adds this device to somebody. */
  | { readonly kind: 'join'; readonly code: string }
  | { readonly kind: 'invitation'; readonly code: string }
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
  if (join !== null) return { kind: 'join', code: join };
  return { kind: parameters.has('new') ? 'new' : 'usual' };
}

/** The same address without what has brought somebody here, which is used up: a reload stays who one is now. */
export function settledAddress(location: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  return location.pathname + (/^#(invite|session|problem)=/.test(location.hash) ? '' : location.hash);
}
