import type { SessionNews } from './session.ts';

/** What is announced of one session, in order: why the next one is out of place, if it is. */
export class Announced {
  #state: 'none' | 'open' | 'over' = 'none';
  #recording: 'recording' | 'paused' | undefined;
  readonly #here = new Map<string, Set<string>>();

  objection(event: SessionNews, participant: string | undefined, stream: string | undefined): string | undefined {
    const streams = this.#here.get(participant ?? '');
    const isOpen = this.#state === 'open';
    switch (event) {
      case 'media.lost':
        return undefined;
      case 'session.started': {
        const isFirst = this.#state !== 'open';
        this.#state = 'open';
        return isFirst ? undefined : 'it has started already';
      }
      case 'session.ended':
        this.#state = 'over';
        if (this.#recording !== undefined) return 'it is recorded';
        return isOpen && this.#here.size === 0 ? undefined : 'somebody is there, or nothing has started';
      case 'session.recording':
      case 'recording.paused':
      case 'recording.resumed':
      case 'recording.ended':
        return isOpen ? this.#records(event) : 'it is recorded and has not started, or is over';
      case 'participant.joined':
        this.#here.set(participant ?? '', new Set());
        return isOpen && streams === undefined ? undefined : `${participant} has joined already`;
      case 'participant.left':
        this.#here.delete(participant ?? '');
        return isOpen && streams?.size === 0 ? undefined : `${participant} is not there, or publishes`;
      case 'stream.published':
        if (streams === undefined || streams.has(stream ?? '')) return `${participant} publishes ${stream} already`;
        streams.add(stream ?? '');
        return undefined;
      case 'participant.digit':
      case 'stream.dropped':
        return streams === undefined ? `${participant} is not there` : undefined;
      case 'stream.unpublished':
        return streams?.delete(stream ?? '') === true ? undefined : `${participant} does not publish ${stream}`;
    }
  }

  #records(event: keyof typeof recordings): string | undefined {
    const { after, is } = recordings[event];
    const before = this.#recording;
    this.#recording = is;
    return (after as readonly (typeof before)[]).includes(before)
      ? undefined
      : `${event}, and it was ${before ?? 'not recorded'}`;
  }
}

/** What a recording was before, and is then. */
const recordings = {
  'session.recording': { after: [undefined], is: 'recording' },
  'recording.paused': { after: ['recording'], is: 'paused' },
  'recording.resumed': { after: ['paused'], is: 'recording' },
  'recording.ended': { after: ['recording', 'paused'], is: undefined },
} as const satisfies Record<string, { readonly after: readonly (string | undefined)[]; readonly is: string | undefined }>;
