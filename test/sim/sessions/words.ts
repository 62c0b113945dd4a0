/** Descriptions of sessions: what the SDK reads of them, and what the fakes of its two ends need to find each other. */

export interface Words {
  /** Of the end that has made it: at which the other end finds it. */
  readonly end: string;
  readonly sections: readonly { readonly mid: string; readonly kind: 'audio' | 'video'; readonly active: boolean }[];
}

/** `fingerprint`: of a certificate; another one is another transport (RFC 8122 §5). */
export function write(words: Words, fingerprint: string): string {
  return `a=fingerprint:${fingerprint}\n${JSON.stringify(words)}`;
}

/** Undefined: nobody who can be answered has made it. */
export function read(text: string): Words | undefined {
  const [first = '', second = ''] = text.split('\n');
  return first.startsWith('a=fingerprint:') ? (JSON.parse(second) as Words) : undefined;
}
