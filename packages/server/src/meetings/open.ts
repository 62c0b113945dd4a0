import { Post } from './post.ts';
import type { PostDeps } from './post.ts';
import { smtpSender } from './smtp.ts';

export interface PostOptions {
  readonly url: string | undefined;
  readonly from: string | undefined;
}

/** What brings letters to those who were invited by e-mail; nothing, if no mail server was named. */
export async function openPost(
  { url, from }: PostOptions,
  deps: Omit<PostDeps, 'send' | 'close' | 'from'>,
): Promise<Post | undefined> {
  if (url === undefined || from === undefined) return undefined;
  return new Post({ ...deps, ...(await smtpSender({ url, from })), from });
}
