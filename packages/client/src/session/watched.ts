/** Of a picture only those encodings are made and sent that anybody watches. */
import { Latest } from './peers.ts';

export class Watched {
  readonly #works = new WeakMap<RTCRtpSender, Latest>();

  /** So many are sent from now on, from the smallest. `failed`: what is watched cannot be sent by this connection any more. */
  send(sender: RTCRtpSender, count: number, failed: () => void): void {
    const work = this.#works.get(sender) ?? new Latest();
    this.#works.set(sender, work);
    work.run(async () => {
      const parameters = sender.getParameters();
      const before = parameters.encodings.map(({ active }) => active);
      for (const [at, encoding] of parameters.encodings.entries()) encoding.active = at < count;
      const changed = parameters.encodings.filter(({ active }, at) => active !== before[at]);
      try {
        if (changed.length > 0) await sender.setParameters(parameters);
      } catch {
        // What a browser does not stop goes on to be sent; what it does not begin again is missed.
        if (changed.some(({ active }) => active)) failed();
      }
    });
  }
}
