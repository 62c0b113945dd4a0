import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventsMissedError, listen } from './listen.ts';
import type { ListenOptions } from './listen.ts';
import { ApiError } from './rest.ts';
import type { Rest } from './rest.ts';

const retryMs = 2_000;
const silentMs = 45_000;

/** One answer of the server, which says what it is told to. */
interface Line {
  readonly place: string;
  /** Behind which event it was asked to go on. */
  readonly after: string | undefined;
  say(text: string): void;
  /** The server ends it, or the network does. */
  end(): void;
  lose(): void;
  isGivenUp: boolean;
}

let lines: Line[];
/** Why the next ones are not answered. */
let refusals: Error[];

const rest = {
  open(place: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const refusal = refusals.shift();
    if (refusal !== undefined) return Promise.reject(refusal);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const line: Line = {
          place,
          after: headers['last-event-id'],
          say: (text) => controller.enqueue(new TextEncoder().encode(text)),
          end: () => controller.close(),
          lose: () => controller.error(new TypeError('terminated')),
          isGivenUp: false,
        };
        signal.addEventListener('abort', () => {
          line.isGivenUp = true;
          controller.error(signal.reason);
        });
        lines.push(line);
      },
    });
    return Promise.resolve(new Response(body));
  },
} as Rest;

beforeEach(() => {
  lines = [];
  refusals = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

const event = (id: number): string => `id: ${id}\nevent: call.ended\ndata: {"type":"call.ended","data":{}}\n\n`;

/** Somebody who listens, until they are aborted. */
class Listener {
  readonly ids: string[] = [];
  error: unknown;
  isOver = false;
  readonly #stop = new AbortController();

  constructor(options: ListenOptions = {}) {
    void this.#listen(options);
  }

  async #listen(options: ListenOptions): Promise<void> {
    try {
      for await (const { id } of listen(rest, { ...options, signal: this.#stop.signal })) this.ids.push(id);
    } catch (error) {
      this.error = error;
    }
    this.isOver = true;
  }

  stop(): void {
    this.#stop.abort();
  }
}

const pass = async (ms = 0): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));

it('yields what happens, also what comes in pieces', async () => {
  const listener = new Listener({ after: '3', types: ['call.*', 'session.ended'] });
  await pass();
  const [line] = lines;
  expect([line?.place, line?.after]).toEqual(['/events?types=call.*%2Csession.ended', '3']);
  line?.say(`retry: 2000\nid: 3\n\n${event(4)}${event(5).slice(0, 20)}`);
  await pass();
  expect(listener.ids).toEqual(['4']);
  line?.say(event(5).slice(20));
  await pass();
  expect(listener.ids).toEqual(['4', '5']);
  listener.stop();
  await pass();
  expect([listener.isOver, listener.error, line?.isGivenUp]).toEqual([true, undefined, true]);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(['end', 'lose'] as const)('goes on behind the last id after the connection is at its end (%s)', async (how) => {
  const listener = new Listener();
  await pass();
  expect(lines[0]?.after).toBeUndefined();
  lines[0]?.say(event(7));
  await pass();
  lines[0]?.[how]();
  await pass(retryMs - 1);
  expect(lines).toHaveLength(1);
  await pass(1);
  expect(lines[1]?.after).toBe('7');
  // How far the feed is, without an event that was asked for.
  lines[1]?.say(':\nid: 9\n\n');
  await pass();
  lines[1]?.[how]();
  await pass(retryMs);
  expect(lines[2]?.after).toBe('9');
  lines[2]?.say(event(10));
  await pass();
  expect(listener.ids).toEqual(['7', '10']);
  listener.stop();
});

it('goes on once a server that restarts, or has no room, is there again', async () => {
  const listener = new Listener({ after: '7' });
  await pass();
  refusals = [new TypeError('fetch failed'), new ApiError(503, 'draining'), new ApiError(429, 'rate_limited')];
  lines[0]?.lose();
  await pass(3 * retryMs);
  expect(lines).toHaveLength(1);
  await pass(retryMs);
  expect(lines[1]?.after).toBe('7');
  lines[1]?.say(event(8));
  await pass();
  expect(listener.ids).toEqual(['8']);
  listener.stop();
});

it('gives up a connection on which nothing is said, not even that nothing has happened', async () => {
  const listener = new Listener();
  await pass();
  lines[0]?.say(event(7));
  await pass(silentMs - 1);
  lines[0]?.say(':\nid: 7\n\n');
  await pass(silentMs - 1);
  expect(lines[0]?.isGivenUp).toBe(false);
  await pass(1);
  expect(lines[0]?.isGivenUp).toBe(true);
  await pass(retryMs);
  expect(lines[1]?.after).toBe('7');
  listener.stop();
});

it('says what is kept to whoever has missed something, and begins there if asked to', async () => {
  const listener = new Listener({ after: '7' });
  await pass();
  lines[0]?.say(`event: gap\ndata: {"after":7,"first":40}\n\nretry: 2000\nid: 39\n\n${event(40)}`);
  await pass();
  expect(listener.ids).toEqual([]);
  expect(listener.error).toBeInstanceOf(EventsMissedError);
  expect(listener.error).toMatchObject({ name: 'EventsMissedError', status: 410, code: 'event_not_found', first: '40' });
  const again = new Listener({ after: '0' });
  await pass();
  expect(lines[1]?.after).toBe('0');
  lines[1]?.say(`retry: 2000\nid: 39\n\n${event(40)}`);
  await pass();
  expect(again.ids).toEqual(['40']);
  again.stop();
});

it('throws where the key does not allow it', async () => {
  refusals = [new ApiError(403, 'forbidden')];
  const listener = new Listener();
  await pass();
  expect(listener.error).toMatchObject({ code: 'forbidden' });
  expect(vi.getTimerCount()).toBe(0);
});
