import type { SessionNews } from './session.ts';

/** What is announced of one session, in order: why the next one is out of place, if it is. */
export class Announced {
  #state: 'none' | 'open' | 'over' = 'none';
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
        return isOpen && this.#here.size === 0 ? undefined : 'somebody is there, or nothing has started';
      case 'session.recording':
        return isOpen ? undefined : 'it is recorded and has not started, or is over';
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
      case 'stream.dropped':
        return streams === undefined ? `${participant} is not there` : undefined;
      case 'stream.unpublished':
        return streams?.delete(stream ?? '') === true ? undefined : `${participant} does not publish ${stream}`;
    }
  }
}
