import { t } from '../texts/texts.ts';

/** The parts of the phone that are loaded when somebody comes to them, by the element they define; the likeliest first. */
const parts = {
  'offhook-call': () => import('./call.ts'),
  'offhook-conversation': () => import('./conversation.ts'),
  'offhook-history': () => import('./history.ts'),
  'offhook-settings': () => import('./settings.ts'),
  'offhook-new-group': () => import('./new-group.ts'),
  'offhook-qr-code': () => import('./qr-code.ts'),
  'offhook-call-panel': () => import('./call-panel.ts'),
  'offhook-media-settings': () => import('./media-settings.ts'),
  'offhook-accounts': () => import('./accounts.ts'),
  'offhook-sign-in': () => import('./sign-in.ts'),
} as const satisfies Record<string, () => Promise<unknown>>;

export type LazyPart = keyof typeof parts;

/** A part could not be loaded: the line is gone, or the server has a newer version of the phone. */
export const partMissingEvent = 'offhook-part-missing';

const loading = new Map<LazyPart, Promise<unknown>>();

/**
 * Loads a part whose element is about to be drawn: the element stands empty until then, and takes the properties that it was
 * given meanwhile. Where it cannot be loaded, the page is told by `partMissingEvent`, and the next call tries again.
 */
export function need(part: LazyPart): void {
  load(part).catch(() => dispatchEvent(new CustomEvent(partMissingEvent, { detail: t.general.partMissing })));
}

/** Loads all parts while there is nothing else to do, so that nobody waits for one later. */
export function prefetch(): void {
  const [next] = (Object.keys(parts) as LazyPart[]).filter((part) => !loading.has(part));
  if (next === undefined) return;
  whenIdle(() => void load(next).then(prefetch, () => undefined));
}

function load(part: LazyPart): Promise<unknown> {
  const known = loading.get(part);
  if (known !== undefined) return known;
  const started = parts[part]();
  loading.set(part, started);
  started.catch(() => loading.delete(part));
  return started;
}

/** Safari has no idle callbacks. */
function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work, 200);
}
