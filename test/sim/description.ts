/** Session descriptions of the fake peer connections: enough SDP for the SDK to read, and what the fakes need to understand each other. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface Section {
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly direction: Direction;
}

export interface Description {
  readonly type: 'offer' | 'answer';
  /** Of this description. */
  readonly id: string;
  /** Of the offer that an answer answers. */
  readonly to: string | undefined;
  readonly ufrag: string;
  readonly sections: readonly Section[];
}

export function write(description: Description, candidates: readonly string[] = []): string {
  const { id, to, ufrag, sections } = description;
  return [
    'v=0',
    `o=- ${id} 1 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    ...(to === undefined ? [] : [`a=x-answers:${to}`]),
    ...sections.flatMap(({ kind, mid, direction }, at) => [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === 'audio' ? 111 : 96}`,
      `a=mid:${mid}`,
      `a=${direction}`,
      `a=ice-ufrag:${ufrag}`,
      ...(at === 0 ? candidates.map((candidate) => `a=${candidate}`) : []),
    ]),
    '',
  ].join('\r\n');
}

export function read(type: 'offer' | 'answer', sdp: string): Description {
  const sections = sdp.split('\r\nm=').slice(1);
  return {
    type,
    id: /^o=- (\S+)/m.exec(sdp)?.[1] ?? '',
    to: /^a=x-answers:(\S+)/m.exec(sdp)?.[1],
    ufrag: /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '',
    sections: sections.map((section) => ({
      kind: section.startsWith('video') ? 'video' : 'audio',
      mid: /^a=mid:(\S+)/m.exec(section)?.[1] ?? '',
      direction: (/^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1] ?? 'inactive') as Direction,
    })),
  };
}

export function reversed(direction: Direction): Direction {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}

/** What two sides that want these have in common, seen from the first (RFC 3264 §6.1). */
export function common(mine: Direction, theirs: Direction): Direction {
  const sends = sendsIn(mine) && sendsIn(reversed(theirs));
  const receives = sendsIn(reversed(mine)) && sendsIn(theirs);
  return sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive';
}

export function sendsIn(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}
