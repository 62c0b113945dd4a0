/**
 * What a REGISTER does to the bindings of a user (RFC 3261 §10.3), with several flows to one device (RFC 5626) and addresses that lead to one
 * device from everywhere (GRUU, RFC 5627). The bindings are whoever stores them's; all of a request takes effect or nothing.
 */
import { MessageError } from '../message/errors.ts';
import type { Request } from '../message/message.ts';
import type { NameAddr } from '../message/name-addr.ts';
import { nameAddr, writeNameAddr } from '../message/name-addr.ts';
import { Params } from '../message/params.ts';
import { quoted } from '../message/syntax.ts';
import type { SipUri, Uri } from '../message/uri.ts';
import { addressOfRecord, isSip, sameUri, writeUri } from '../message/uri.ts';
import { parseSeconds } from '../message/values.ts';
import type { Instant, Remote } from '../transaction/types.ts';

export interface Binding {
  /** Where the device is reached. */
  readonly contact: NameAddr;
  /** `+sip.instance`: the device, whatever its address, without `<` and `>`. */
  readonly instance?: string | undefined;
  /** `reg-id`: which of several flows to the device. */
  readonly flowId?: number | undefined;
  /** Over which it came: requests go back the same way, since the device may be behind NAT. */
  readonly flow: Remote;
  /** Path (RFC 3327), as written: the route to it. */
  readonly path: readonly string[];
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAt: Instant;
  readonly changedAt: Instant;
}

export interface RegistrarRules {
  /** Seconds. */
  readonly shortest: number;
  readonly longest: number;
  /** Of one user, flows counted each. */
  readonly bindings: number;
  /** Seconds after which a silent flow is held for dead (Flow-Timer, RFC 5626 §4.4). */
  readonly flowTimer: number;
  /** Whether requests to a GRUU of ours are led to its device: only then are any given (RFC 5627 §5.1). */
  readonly gruus: boolean;
  /** The user part of a temporary GRUU, which only the registrar can read; none are given without. */
  readonly temporary?: ((user: string, instance: string) => string) | undefined;
}

export const registrarRules: RegistrarRules = { shortest: 60, longest: 3600, bindings: 20, flowTimer: 120, gruus: true };

export interface Registered {
  readonly status: 200 | 400 | 403 | 423 | 439 | 500;
  /** For the answer. */
  readonly fields: Readonly<Record<string, string | number | readonly string[]>>;
  /** As they are now; those that were given, where it was refused. */
  readonly bindings: readonly Binding[];
}

/**
 * The key of the user whose bindings a REGISTER is about (To), where that is a SIP URI of one of our domains (in lower case); else it is
 * answered 404.
 */
export function registeredUser(request: Request, isOurs: (host: string) => boolean): string | undefined {
  const { uri } = request.to;
  return isSip(uri) && uri.user !== undefined && isOurs(uri.host.toLowerCase()) ? addressOfRecord(uri) : undefined;
}

/** `bindings`: of that user. Who may change them has been asked before (`DigestServer`). @throws MessageError */
export function register(
  request: Request,
  source: Remote,
  bindings: readonly Binding[],
  now: Instant,
  rules: RegistrarRules = registrarRules,
): Registered {
  const live = bindings.filter(({ expiresAt }) => expiresAt > now);
  const refused = (status: Exclude<Registered['status'], 200>, fields: Registered['fields'] = {}): Registered => ({
    status,
    fields,
    bindings,
  });
  if (request.removesAll) {
    if (request.expires !== 0 || request.all('Contact').length !== 1) return refused(400);
    return live.some((one) => isLate(request, one)) ? refused(500) : accepted(request, [], now, rules);
  }
  let next: readonly Binding[] = live;
  for (const contact of request.contacts) {
    const seconds = interval(contact, request, rules);
    // Only short ones are refused: who asks for an hour is never told that it is too little (§10.3 step 7).
    if (seconds > 0 && seconds < rules.shortest && seconds < 3600) return refused(423, { 'Min-Expires': rules.shortest });
    const [instance, flowId] = [instanceOf(contact), flowIdOf(contact)];
    const isOutbound = instance !== undefined && flowId !== undefined && request.says('Supported', 'outbound');
    if (isOutbound && !isFirstHopAware(request)) return refused(439);
    const found = next.find((one) =>
      isOutbound ? one.instance === instance && one.flowId === flowId : sameUri(one.contact.uri, contact.uri),
    );
    if (found !== undefined && isLate(request, found)) return refused(500);
    next = next.filter((one) => one !== found);
    if (seconds === 0) continue;
    if (next.length >= rules.bindings) return refused(403);
    next = [
      ...next,
      {
        contact,
        instance,
        flowId: isOutbound ? flowId : undefined,
        flow: source,
        path: request.all('Path'),
        callId: request.callId,
        cseq: request.cseq.number,
        expiresAt: now + Math.min(seconds, rules.longest) * 1000,
        changedAt: now,
      },
    ];
  }
  return accepted(request, next, now, rules);
}

/**
 * The devices that a request for the user goes to, those with a higher `q` first; each with its flows, the latest first: if one is dead, the
 * next is tried, and a device never rings twice (RFC 5626 §5.3, §7).
 */
export function devices(bindings: readonly Binding[], now: Instant): readonly (readonly Binding[])[] {
  const byDevice = new Map<string, Binding[]>();
  for (const one of bindings) {
    if (one.expiresAt <= now) continue;
    const device = one.instance ?? writeUri(one.contact.uri);
    byDevice.set(device, [...(byDevice.get(device) ?? []), one]);
  }
  return [...byDevice.values()]
    .map((flows) => flows.sort((a, b) => b.changedAt - a.changedAt))
    .sort(([a], [b]) => preference(b) - preference(a));
}

/** What a GRUU of ours that is not temporary leads to: the user and the device (RFC 5627 §5.1). */
export function gruuOf(uri: Uri): { readonly user: string; readonly instance: string } | undefined {
  const instance = isSip(uri) ? uri.params.get('gr') : undefined;
  return instance === undefined || instance === '' ? undefined : { user: addressOfRecord(uri), instance };
}

function accepted(request: Request, bindings: readonly Binding[], now: Instant, rules: RegistrarRules): Registered {
  const gruu = rules.gruus && request.says('Supported', 'gruu');
  const isOutbound = bindings.some(
    ({ flowId, callId, cseq }) => flowId !== undefined && callId === request.callId && cseq === request.cseq.number,
  );
  const path = request.all('Path');
  return {
    status: 200,
    bindings,
    fields: {
      Contact: bindings.map((one) => writtenBinding(one, request, gruu, now, rules)),
      ...(path.length > 0 ? { Path: path } : {}),
      ...(isOutbound ? { Require: 'outbound', 'Flow-Timer': rules.flowTimer } : {}),
    },
  };
}

function writtenBinding(
  { contact, instance, expiresAt }: Binding,
  request: Request,
  gruu: boolean,
  now: Instant,
  rules: RegistrarRules,
): string {
  let { params } = contact;
  params = params.without('pub-gruu', 'temp-gruu').with('expires', Math.ceil((expiresAt - now) / 1000));
  let written = writeNameAddr(nameAddr(contact.uri, { displayName: contact.displayName, params }));
  const { uri } = request.to;
  if (!gruu || instance === undefined || !isSip(uri)) return written;
  const user: SipUri = { ...uri, password: undefined, headers: [], params: Params.none };
  written += `;pub-gruu=${quoted(writeUri({ ...user, params: Params.of({ gr: instance }) }))}`;
  const temporary = rules.temporary?.(addressOfRecord(uri), instance);
  if (temporary !== undefined)
    written += `;temp-gruu=${quoted(writeUri({ ...user, user: temporary, params: Params.of({ gr: true }) }))}`;
  return written;
}

/** Seconds: of the contact, else of the request, else as long as may be; what cannot be read counts as an hour (§10.3, §20.10). */
function interval(contact: NameAddr, request: Request, { longest }: RegistrarRules): number {
  const own = contact.params.get('expires');
  if (own === undefined) return request.expires ?? longest;
  try {
    return parseSeconds(own);
  } catch (error) {
    if (error instanceof MessageError) return 3600;
    throw error;
  }
}

/** A request that was sent before the one that made the binding (§10.3 step 7). */
function isLate(request: Request, { callId, cseq }: Binding): boolean {
  return request.callId === callId && request.cseq.number <= cseq;
}

/** RFC 5626 §6: no proxy between, or one that keeps the flow. */
function isFirstHopAware(request: Request): boolean {
  if (request.vias.length === 1) return true;
  const first = request.addresses('Path').at(-1)?.uri;
  return first !== undefined && isSip(first) && first.params.has('ob');
}

function instanceOf({ params }: NameAddr): string | undefined {
  return params.get('+sip.instance')?.replace(/^<(.*)>$/, '$1') || undefined;
}

function flowIdOf({ params }: NameAddr): number | undefined {
  const id = params.get('reg-id') ?? '';
  return /^[1-9]\d{0,8}$/.test(id) ? Number(id) : undefined;
}

function preference(binding: Binding | undefined): number {
  const q = binding?.contact.params.get('q') ?? '1';
  return /^[01](\.\d{1,3})?$/.test(q) ? Number(q) : 1;
}
