/**
 * How many calls were missed, on the icon of the app (W3C Badging): a page says how many it counts, and while none is open it is counted on
 * from there. Several people may use a browser; the icon is for all of them.
 */
interface Count {
  /** As a page has counted last, and of which was heard since; one that both know of counts once. */
  readonly calls: readonly string[];
}

/** As few browsers have it. */
interface Icon {
  setAppBadge?(count: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

/** Not one of the caches of a version, which go with it. */
const cache = 'offhook-badge';

/** A page has counted. */
export function showMissed(user: string, calls: readonly string[]): Promise<void> {
  return update(user, () => ({ calls }));
}

/** One more was missed, as far as it was not counted before. */
export function countMissed(user: string, call: string): Promise<void> {
  return update(user, ({ calls }) => ({ calls: [...new Set([...calls, call])] }));
}

async function update(user: string, next: (before: Count) => Count): Promise<void> {
  const icon = navigator as Icon;
  if (icon.setAppBadge === undefined) return;
  const kept = await caches.open(cache);
  const key = `${location.origin}/badge/${encodeURIComponent(user)}`;
  await kept.put(key, new Response(JSON.stringify(next(await read(await kept.match(key))))));
  let all = 0;
  for (const one of await kept.matchAll()) {
    const { calls } = await read(one);
    all += calls.length;
  }
  await (all === 0 ? icon.clearAppBadge?.() : icon.setAppBadge(all));
}

async function read(kept: Response | undefined): Promise<Count> {
  return kept === undefined ? { calls: [] } : ((await kept.json()) as Count);
}
