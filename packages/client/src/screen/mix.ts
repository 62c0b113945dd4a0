/** The sound of a screen and what is said, as one track. */
import type { Call } from '../call.ts';

/** Mixes until it is closed. The microphone may be turned off, or change, meanwhile. */
export class Mix {
  readonly track: MediaStreamTrack;
  readonly #audio = new AudioContext();
  readonly #out = new MediaStreamAudioDestinationNode(this.#audio);
  readonly #call: Call;
  readonly #off: () => void;
  #voice: { readonly track: MediaStreamTrack; readonly node: MediaStreamAudioSourceNode } | undefined;

  constructor(call: Call, screen: MediaStreamTrack) {
    this.#call = call;
    this.#source(screen);
    this.#takeVoice();
    this.#off = call.on('stream', (which) => which === 'local' && this.#takeVoice());
    const [track] = this.#out.stream.getAudioTracks();
    if (track === undefined) throw new Error('a destination has a track');
    this.track = track;
    void this.#audio.resume();
  }

  close(): void {
    this.#off();
    this.track.stop();
    void this.#audio.close();
  }

  #takeVoice(): void {
    const [track] = this.#call.localStream.getAudioTracks();
    if (track === this.#voice?.track) return;
    this.#voice?.node.disconnect();
    this.#voice = track && { track, node: this.#source(track) };
  }

  #source(track: MediaStreamTrack): MediaStreamAudioSourceNode {
    const node = new MediaStreamAudioSourceNode(this.#audio, { mediaStream: new MediaStream([track]) });
    node.connect(this.#out);
    return node;
  }
}
