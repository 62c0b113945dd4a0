/** How a call goes out by a trunk: to whom, as whom, and what is said of that. */
import { nameAddr, Params, parseHostPort, sipUri, toUtf8, writeNameAddr } from '@offhook/sip';
import type { NameAddr, Remote, SipUri } from '@offhook/sip';
import type { StoredTrunk } from '../../ports/trunk-store.ts';
import type { E164, Way } from '../../ports/trunks.ts';
import { writeNumber } from './numbers.ts';
import type { Country } from './numbers.ts';

/** As whom somebody calls. */
export interface CallerId {
  readonly number?: E164 | undefined;
  /** Who is called is not to be told. */
  readonly withheld: boolean;
}

/** Where its servers are to be looked for (RFC 3263): those of its proxy, if it has one. */
export function nextHop({ settings: { host, port, proxy, transport } }: StoredTrunk): SipUri {
  const to = proxy === undefined ? { host, port } : parseHostPort(proxy);
  return sipUri(to.host, { port: to.port, params: Params.of({ transport }) });
}

/** As they stand in Route. */
export function routesBy(trunk: StoredTrunk): readonly string[] {
  if (trunk.settings.proxy === undefined) return [];
  const { params, ...uri } = nextHop(trunk);
  return [writeNameAddr(nameAddr({ ...uri, params: params.with('lr', true) }))];
}

/** Who we are there, should it ask. */
export function credentialsOf({ settings: { username }, password }: StoredTrunk): Way['credentials'] {
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** `number`: E.164, or an emergency number as it is dialled. */
export function wayBy(trunk: StoredTrunk, number: E164, caller: CallerId, to: readonly Remote[], country: Country): Way {
  const { settings } = trunk;
  const { host, port, codecs, numbers, srtp, transfers, transport, trusted, username } = settings;
  const domain = settings.domain ?? host;
  const own = caller.number ?? settings.number;
  const user = own === undefined ? username : writeNumber(own, { format: numbers.format }, country);
  const identity = user === undefined ? undefined : nameAddr(sipUri(domain, { user: toUtf8(user) }));
  return {
    trunk: trunk.id,
    target: sipUri(host, {
      user: number.startsWith('+') ? writeNumber(number, numbers, country) : number,
      port,
      params: Params.of({ user: 'phone', transport: transport === 'udp' ? undefined : transport }),
    }),
    from: caller.withheld || identity === undefined ? anonymous : identity,
    routes: routesBy(trunk),
    fields: {
      // It goes to those alone who keep it to themselves (RFC 3325 §5).
      'P-Asserted-Identity': trusted && identity !== undefined ? writeNameAddr(identity) : undefined,
      Privacy: caller.withheld ? 'id' : undefined,
    },
    to,
    credentials: credentialsOf(trunk),
    codecs,
    srtp,
    transfers,
  };
}

/** RFC 3323 §4.1.1.3. */
const anonymous: NameAddr = nameAddr(sipUri('anonymous.invalid', { user: 'anonymous' }), { displayName: 'Anonymous' });
