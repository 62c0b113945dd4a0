import { conversationLimits, passing } from '@offhook/core';
import type { FileInfo, Milliseconds, WireError } from '@offhook/core';
import { OffhookError, fromWire } from '../errors.ts';
import type { PhoneLink } from '../part.ts';

/** How to send a file. */
export interface SendOptions {
  /** As others read it. Default: that of a `File`. */
  readonly name?: string | undefined;
  /** Told how many bytes of it have arrived. */
  readonly progress?: ((bytes: number) => void) | undefined;
  /** Ends it; it rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

type Answer = { readonly file: FileInfo } | { readonly at: number } | { readonly error: WireError };

const firstWaitMs: Milliseconds = 500;
const longestWaitMs: Milliseconds = 15_000;

/**
 * Sends a file piece by piece, each until it has arrived; the server says where the next one begins. Goes on for as long as the network
 * is gone. Rejects with `file_too_large`, `files_full`, `file_unreadable` (it was changed or removed meanwhile) and what else the server says.
 */
export async function sendFile(
  link: Pick<PhoneLink, 'connection' | 'platform'>,
  content: Blob,
  options: SendOptions,
): Promise<FileInfo> {
  const { name = 'name' in content && typeof content.name === 'string' ? content.name : 'file', progress, signal } = options;
  if (content.size > conversationLimits.fileBytes)
    throw new OffhookError('file_too_large', { detail: 'A file has at most 32 MB.' });
  const query = new URLSearchParams({ upload: link.platform.random.token(128), name, bytes: String(content.size), at: '0' });
  let wait = firstWaitMs;
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    query.set('at', String(at));
    const piece = await read(content, at);
    const answer = await post(link, query, piece, signal);
    if ('file' in answer) {
      progress?.(content.size);
      return answer.file;
    }
    if ('at' in answer) {
      ({ at } = answer);
      wait = firstWaitMs;
      progress?.(at);
      continue;
    }
    if (!passing.has(answer.error.code) || link.connection.state === 'closed') throw fromWire(answer.error);
    await new Promise<void>((resolve) => void link.platform.clock.schedule(wait, resolve));
    wait = Math.min(2 * wait, longestWaitMs);
  }
}

/** The address below which the server gives files out. */
export function addressOfFile({ connection }: Pick<PhoneLink, 'connection'>, path: string): string {
  // The socket is at `v1/ws` of the same server.
  return new URL(`../${path}`, connection.url.replace(/^ws/, 'http')).href;
}

/** A copy, so that what cannot be read is told from a network that is gone. */
async function read(content: Blob, at: number): Promise<ArrayBuffer> {
  try {
    return await content.slice(at, at + conversationLimits.filePieceBytes).arrayBuffer();
  } catch (cause) {
    throw new OffhookError('file_unreadable', { message: 'The file was changed or removed. Choose it again.', cause });
  }
}

async function post(
  link: Pick<PhoneLink, 'connection' | 'platform'>,
  query: URLSearchParams,
  body: ArrayBuffer,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const token = await link.connection.token();
  let response: Response | undefined;
  try {
    response = await link.platform.fetch(addressOfFile(link, `v1/files?${query.toString()}`), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body,
      ...(signal && { signal }),
    });
    return (await response.json()) as Answer;
  } catch (cause) {
    signal?.throwIfAborted();
    // Something between here and the server has answered, and will say the same again.
    if (response !== undefined && response.status >= 400 && response.status < 500)
      throw new OffhookError('internal', { message: 'The file was not taken.', detail: `HTTP ${response.status}`, cause });
    // The network is gone, or what is between here and the server is.
    return { error: { code: 'draining', message: String(cause) } };
  }
}
