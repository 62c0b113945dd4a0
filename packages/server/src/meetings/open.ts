import type { Files } from '../ports/files.ts';
import { Post } from './post.ts';
import type { PostDeps } from './post.ts';
import { smtpSender } from './smtp.ts';

export interface PostOptions {
  readonly url: string | undefined;
  readonly from: string | undefined;
}

/** What brings letters to people; nothing, if no mail server was named. */
export async function openPost(
  { url, from }: PostOptions,
  { files, ...deps }: Omit<PostDeps, 'send' | 'close' | 'from'> & { readonly files: Pick<Files, 'read'> },
): Promise<Post | undefined> {
  if (url === undefined || from === undefined) return undefined;
  return new Post({ ...deps, ...(await smtpSender({ url, from, files })), from });
}
