/** What a page lets be heard beside the voices: what its AudioContexts send to the loudspeaker. */

declare global {
  /** Put into pages by `listen`. */
  var sounds: {
    /** What plays to a loudspeaker. */
    readonly contexts: AudioContext[];
    /** When something began to sound, in milliseconds since the epoch. */
    readonly began: number[];
    /** The loudest sample that goes there within so many milliseconds. */
    loudest(ms: number): Promise<number>;
  };
}

/** Runs in the page before anything else. */
export function listen(): void {
  const contexts: AudioContext[] = [];
  const began: number[] = [];
  const analysers: AnalyserNode[] = [];
  globalThis.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
    }
  };
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, to: AudioNode) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
    if (to instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      const analyser = new AnalyserNode(this.context, { fftSize: 2_048 });
      analysers.push(analyser);
      connect.call(this, analyser);
    }
    return connect.call(this, to);
  } as AudioNode['connect'];
  const start = Reflect.get(AudioBufferSourceNode.prototype, 'start');
  AudioBufferSourceNode.prototype.start = function (this: AudioBufferSourceNode) {
    if (this.context instanceof AudioContext) began.push(performance.timeOrigin + performance.now());
    start.call(this);
  };
  globalThis.sounds = {
    contexts,
    began,
    async loudest(ms) {
      const until = performance.now() + ms;
      let most = 0;
      while (performance.now() < until) {
        // A page that is hidden has no frames.
        await new Promise((resolve) => setTimeout(resolve, 15));
        for (const analyser of analysers) {
          // One that rests goes on telling what it played last.
          if (analyser.context.state !== 'running') continue;
          const samples = new Float32Array(analyser.fftSize);
          analyser.getFloatTimeDomainData(samples);
          most = samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), most);
        }
      }
      return most;
    },
  };
}

/** Of a page of Playwright or Puppeteer. */
export interface Evaluates {
  evaluate<T>(task: () => T | Promise<T>): Promise<T>;
  evaluate<T, A>(task: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
}

/** How many AudioContexts hold the loudspeaker. */
export const running = (page: Evaluates): Promise<number> =>
  page.evaluate(() => sounds.contexts.filter(({ state }) => state === 'running').length);
/** The loudest sample within so many milliseconds. */
export const loudest = (page: Evaluates, ms = 500): Promise<number> => page.evaluate((during) => sounds.loudest(during), ms);
