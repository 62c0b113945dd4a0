import { t } from '../texts/texts.ts';

/** The parts of the phone that are loaded when somebody comes to them, by the element they define; the likeliest first. */
const parts = {
  'offhook-call': () => import('./call.ts'),
  'offhook-call-bar': () => import('./call.ts'),
  'offhook-conversation': () => import('./conversation.ts'),
  'offhook-meetings': () => import('./meetings.ts'),
  'offhook-meeting': () => import('./meeting.ts'),
  'offhook-meeting-bar': () => import('./meeting-bar.ts'),
  'offhook-history': () => import('./history.ts'),
  'offhook-settings': () => import('./settings.ts'),
  'offhook-reply': () => import('./reply.ts'),
  'offhook-new-group': () => import('./new-group.ts'),
  'offhook-call-link': () => import('./call-link.ts'),
  'offhook-qr-code': () => import('./qr-code.ts'),
  'offhook-call-panel': () => import('./call-panel.ts'),
  'offhook-device-dialog': () => import('./device-dialog.ts'),
  'offhook-media-settings': () => import('./media-settings.ts'),
  'offhook-emoji': () => import('./emoji.ts'),
  'offhook-accounts': () => import('./accounts.ts'),
  'offhook-meeting-guest': () => import('./meeting-guest.ts'),
  'offhook-sign-in': () => import('./sign-in.ts'),
} as const satisfies Record<string, () => Promise<unknown>>;

export type LazyPart = keyof typeof parts;

/** A part could not be loaded: the line is gone, or the server has a newer version of the phone. */
export const partMissingEvent = 'offhook-part-missing';

const loading = new Map<LazyPart, Promise<unknown>>();
/** What could not be loaded, until somebody wants it tried again. */
const missing = new Set<LazyPart>();

/**
 * Loads a part whose element is about to be drawn: the element stands empty until then, and takes the properties that it was
 * given meanwhile. Where it cannot be loaded, the page is told by `partMissingEvent`, once until `tryMissing`.
 */
export function need(part: LazyPart): void {
  if (missing.has(part)) return;
  load(part).catch(() => {
    if (missing.has(part)) return;
    missing.add(part);
    dispatchEvent(new CustomEvent(partMissingEvent, { detail: t.general.partMissing }));
  });
}

/** What could not be loaded is tried again when it is drawn the next time. */
export function tryMissing(): void {
  missing.clear();
}

/** Loads all parts, one after the other, while there is nothing else to do, so that nobody waits for one later. */
export async function prefetch(): Promise<void> {
  for (const part of Object.keys(parts) as LazyPart[]) {
    await idle();
    // Whoever needs it will be told.
    await load(part).catch(() => undefined);
  }
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
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(resolve, { timeout: 2_000 });
    else setTimeout(resolve, 200);
  });
}
