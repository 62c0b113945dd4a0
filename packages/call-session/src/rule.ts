/**
 * When a call is shown: if and only if one of its connections is up. Pure; the time is an argument.
 *
 * A connection, by its `connectionState` and whether media was negotiated on it (a data channel alone is no call; a call on hold is one):
 *
 *     idle ── connected, media ──→ up ── disconnected, failed, connecting ──→ lost ── grace is over ──→ idle
 *                                  ↑                                           │
 *                                  └───────────── connected, media ────────────┘
 *     any ── closed, taken away, or media stopped ──→ idle
 *
 * A call, by its connections:
 *
 *                 one is up                     none is up, one is lost
 *     waiting ─────────────→ active ─────────────────────────────→ reconnecting
 *                              ↑ ↑  ←──────────── one is up ──────────── │
 *                    one is up │ │ none is up or lost                    │ none is lost any more
 *                              │ ↓                                       │
 *                             hidden ←───────────────────────────────────┘
 *                               │ all its connections are closed or taken away, for as long as a lost one is waited for
 *                               ↓
 *     any ── end ──────────→  ended
 *
 * `hidden` is not `ended`, because applications replace connections: the clock goes on where a new one comes up.
 */

/** What the rule is told of a connection. */
export interface Seen {
  readonly state: RTCPeerConnectionState;
  /** Audio or video is negotiated, in whatever direction, none included. */
  readonly media: boolean;
}

type Link = { readonly at: 'idle' | 'up' | 'gone' } | { readonly at: 'lost'; readonly until: number };
type Links = ReadonlyMap<unknown, Link>;

/** Instants are milliseconds of one monotonic clock; `start` is when the first connection was up. */
export type Rule =
  | { readonly at: 'waiting'; readonly links: Links }
  | { readonly at: 'active' | 'reconnecting'; readonly links: Links; readonly start: number }
  | {
      readonly at: 'hidden';
      readonly links: Links;
      readonly start: number;
      /** When it was last shown. */
      readonly last: number;
      /** When it ends, if no connection is left. */
      readonly until: number | undefined;
    }
  | {
      readonly at: 'ended';
      readonly start: number | undefined;
      readonly last: number | undefined;
      readonly reason: string;
    };

export type RuleInput =
  | { readonly type: 'looked'; readonly connections: ReadonlyMap<unknown, Seen> }
  | { readonly type: 'end'; readonly reason: string };

export const begin: Rule = { at: 'waiting', links: new Map() };

/** `grace`: for how many milliseconds a lost connection is waited for. */
export function step(rule: Rule, input: RuleInput, now: number, grace: number): Rule {
  if (rule.at === 'ended') return rule;
  const start = begun(rule);
  const last = rule.at === 'waiting' ? undefined : rule.at === 'hidden' ? rule.last : now;
  if (input.type === 'end') return { at: 'ended', start, last, reason: input.reason };

  const before = rule.links;
  const links = new Map(
    [...input.connections].map(([key, seen]): [unknown, Link] => [key, follow(before.get(key), seen, now, grace)]),
  );
  const all = [...links.values()];
  const some = (at: Link['at']): boolean => all.some((link) => link.at === at);
  if (some('up')) return { at: 'active', links, start: start ?? now };
  if (start === undefined || last === undefined) return { at: 'waiting', links };
  if (some('lost')) return { at: 'reconnecting', links, start };
  if (some('idle')) return { at: 'hidden', links, start, last, until: undefined };
  const until = (rule.at === 'hidden' ? rule.until : undefined) ?? now + grace;
  if (now >= until) return { at: 'ended', start, last, reason: 'closed' };
  return { at: 'hidden', links, start, last, until };
}

/** When to look again, even if nothing happens. */
export function deadline(rule: Rule): number | undefined {
  if (rule.at === 'ended') return undefined;
  const instants = [...rule.links.values()].flatMap((link) => (link.at === 'lost' ? link.until : []));
  if (rule.at === 'hidden' && rule.until !== undefined) instants.push(rule.until);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** When the first connection was up. */
export function begun(rule: Rule): number | undefined {
  return rule.at === 'waiting' ? undefined : rule.start;
}

/** For how long the call has been going on, in milliseconds: since `start`, through all that was lost and replaced. */
export function lasted(rule: Rule, now: number, start: number | undefined = begun(rule)): number {
  return start === undefined ? 0 : Math.max(0, ('last' in rule ? (rule.last ?? now) : now) - start);
}

function follow(link: Link | undefined, { state, media }: Seen, now: number, grace: number): Link {
  if (state === 'closed') return { at: 'gone' };
  if (state === 'connected') return { at: media ? 'up' : 'idle' };
  if (link?.at === 'up' && grace > 0) return { at: 'lost', until: now + grace };
  if (link?.at === 'lost' && now < link.until) return link;
  return { at: 'idle' };
}

/** A call that wants to be the one that is shown. */
export interface Candidate {
  readonly up: boolean;
  /** Nothing flows in either direction. */
  readonly held: boolean;
}

/**
 * One call of a page is shown; the others wait. One that goes on comes before one on hold; then the one that is shown already, then the
 * one that was made first.
 */
export function choose<C extends Candidate>(calls: readonly C[], shown: C | undefined): C | undefined {
  const up = calls.filter((call) => call.up);
  const going = up.filter((call) => !call.held);
  const from = going.length > 0 ? going : up;
  return shown !== undefined && from.includes(shown) ? shown : from[0];
}
