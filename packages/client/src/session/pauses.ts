/** Sound that is hardly sent while nobody speaks. */

/**
 * An answer that asks for discontinuous transmission of Opus in these sections (RFC 7587 §6.1, `usedtx`): what an answer says of a codec
 * is what the other side would like to receive, and the encoder follows it. Nothing changes where a section has no Opus.
 */
export function withPauses(answer: string, mids: ReadonlySet<string>): string {
  if (mids.size === 0) return answer;
  return answer
    .split(/^(?=m=)/m)
    .map((section) => {
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
      const type = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
      if (mid === undefined || type === undefined || !mids.has(mid)) return section;
      const parameters = new RegExp(`^a=fmtp:${type} .*$`, 'm');
      if (parameters.test(section)) return section.replace(parameters, (line) => `${line};usedtx=1`);
      return section.replace(/^a=rtpmap:.*$/im, (line) => `${line}\r\na=fmtp:${type} usedtx=1`);
    })
    .join('');
}
