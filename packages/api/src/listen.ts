/** The feed of events: server-sent events (WHATWG HTML §9.2), read by `fetch`, which can say who asks. */
import { ApiError, query } from './rest.ts';
import type { Rest } from './rest.ts';
import type { WebhookEvent } from './webhook.ts';

/** What is listened to. */
export interface ListenOptions {
  /** The id of the last event that one has; `'0'`: from the beginning of what is kept; absent: from now on. */
  readonly after?: string | undefined;
  /** Names, or with `.*` all about something, e.g. `participant.*`. Others are refused (`bad_message`). Without it, everything. */
  readonly types?: readonly string[] | undefined;
  /** Aborted, it is over. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Thrown by `listen`: what came next to the last event that one has is not kept any more, or it is an id of another store. What goes by
 * events is to be looked up anew; `after: '0'` then goes on with all that is kept.
 */
export class EventsMissedError extends ApiError {
  /** As logs show it. */
  override readonly name: string = 'EventsMissedError';
  /** The id of the first event that is kept, or that will be where none is. */
  readonly first: string;
  constructor(first: string) {
    super(410, 'event_not_found', `What is kept begins with ${first}; go on with it by after: '0'.`);
    this.first = first;
  }
}

/** How long after a loss one comes back, in milliseconds. */
const retryMs = 2_000;
/** The server says something at least every 15 seconds. */
const silentMs = 45_000;

/** @internal */
export async function* listen(
  rest: Rest,
  { after, types = [], signal = new AbortController().signal }: ListenOptions,
): AsyncGenerator<WebhookEvent, void, undefined> {
  const place = `/events${query({ types: types.length === 0 ? undefined : types.join(',') })}`;
  let last = after;
  while (!signal.aborted) {
    const silence = new AbortController();
    const until = AbortSignal.any([signal, silence.signal]);
    const wait = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), silentMs);
    let timer = wait();
    const heard = (): void => {
      clearTimeout(timer);
      timer = wait();
    };
    try {
      const response = await rest.open(place, last === undefined ? {} : { 'last-event-id': last }, until);
      for await (const message of messages(response, heard)) {
        if (message.event === 'gap') throw missed(message.data);
        // Also without an event: so far there was nothing that was asked for.
        last = message.id ?? last;
        if (message.data === undefined || message.id === undefined) continue;
        yield { id: message.id, ...(JSON.parse(message.data) as Omit<WebhookEvent, 'id'>) } as WebhookEvent;
      }
    } catch (error) {
      // Whoever may not listen, or has missed something, is to know; all else passes.
      if (error instanceof ApiError && error.status < 429) throw error;
    } finally {
      clearTimeout(timer);
    }
    if (!signal.aborted) await pause(signal);
  }
}

interface Message {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | undefined;
}

function missed(data: string | undefined): EventsMissedError {
  const { first } = JSON.parse(data ?? '{}') as { readonly first?: number };
  return new EventsMissedError(String(first));
}

async function* messages(response: Response, heard: () => void): AsyncGenerator<Message, void, undefined> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    heard();
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      yield { id: fields.get('id'), event: fields.get('event'), data: fields.get('data') };
    }
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, retryMs);
    signal.addEventListener('abort', over);
  });
}
