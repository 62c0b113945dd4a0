/**
 * What shows that a person has answered a call by its notification: the service worker leaves a note before it opens a page, which takes
 * it away. An address shows nothing: any page may lead to it, and whoever calls knows the call.
 */

/** Not one of the caches of a version, which go with it. Other origins reach none of them. */
const cache = 'offhook-answers';
/** So long a page may take to open. */
const lastsMs = 20_000;

/** The person has just clicked. */
export async function leaveAnswer(call: string): Promise<void> {
  const notes = await caches.open(cache);
  // Of pages that never came.
  for (const old of await notes.keys()) if (await isOver(await notes.match(old))) await notes.delete(old);
  await notes.put(keyOf(call), new Response(String(Date.now() + lastsMs)));
}

/** Whether they have, and for this page: what was taken is gone. */
export async function takeAnswer(call: string): Promise<boolean> {
  if (!('caches' in globalThis)) return false;
  const notes = await caches.open(cache);
  const note = await notes.match(keyOf(call));
  // Of two pages one takes it.
  return (await notes.delete(keyOf(call))) && !(await isOver(note));
}

async function isOver(note: Response | undefined): Promise<boolean> {
  return note === undefined || Number(await note.text()) <= Date.now();
}

function keyOf(call: string): string {
  return `${location.origin}/answer/${encodeURIComponent(call)}`;
}
