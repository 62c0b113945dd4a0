/** One worker process: what is asked of it, and that it is gone. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { workerProgram } from '@offhook/media';
import type {
  BridgeNews,
  Dropped,
  FromWorker,
  IvrNews,
  RoomEvent,
  ToWorker,
  TransportState,
  WorkerAnswer,
  WorkerCommand,
  WorkerRequest,
} from '@offhook/media';
import { MediaError } from '../ports/media.ts';

/** What is asked longer than this has no answer. Whoever else is on the worker goes on: whether it hangs is seen elsewhere. */
const answerMs = 15_000;
/** The same of one that has only been started, which on a busy machine takes its time; one that is not up by then is killed. */
const firstAnswerMs = 60_000;
/** How often it is looked whether a worker has said anything; one that runs says so every second. */
const lookMs = 1_000;
/** What takes longer than this to end is killed. */
const endMs = 2_000;
/** One that the operating system does not let start is gone after this, so that whoever asks for the next one does not do so without a pause. */
const againMs = 1_000;

interface Asked {
  readonly resolve: (result: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

export class MediaWorker {
  /** Absent where it could not be started. */
  readonly #process: ChildProcess | undefined;
  readonly #asked = new Map<number, Asked>();
  readonly #onEvent: (session: string, event: RoomEvent) => void;
  readonly #onEcho: (call: string, state: TransportState) => void;
  readonly #onBridge: (bridge: string, event: BridgeNews) => void;
  readonly #onIvr: (ivr: string, news: IvrNews) => void;
  readonly #onDropped: (dropped: Dropped) => void;
  readonly #onGone: () => void;
  readonly #looking: NodeJS.Timeout;
  #isListening = false;
  /** How often it was looked since it has said anything. Not by a clock, which goes on while the server itself stands still. */
  #silentLooks = 0;
  #next = 1;
  #gone = false;

  constructor(
    listen: Extract<WorkerCommand, { type: 'listen' }>,
    onEvent: (session: string, event: RoomEvent) => void,
    onEcho: (call: string, state: TransportState) => void,
    onBridge: (bridge: string, event: BridgeNews) => void,
    onIvr: (ivr: string, news: IvrNews) => void,
    onDropped: (dropped: Dropped) => void,
    onGone: () => void,
    hangMs: number,
  ) {
    this.#onEvent = onEvent;
    this.#onEcho = onEcho;
    this.#onBridge = onBridge;
    this.#onIvr = onIvr;
    this.#onDropped = onDropped;
    this.#onGone = onGone;
    this.#looking = setInterval(() => this.#look(hangMs), lookMs).unref();
    this.#process = started();
    if (this.#process === undefined) {
      this.#failed();
      return;
    }
    this.#process.on('message', (message: FromWorker) => this.#hear(message));
    // Of an order that could not be sent the end, which follows, says it. What never ran has no end.
    this.#process.on('error', () => this.pid === undefined && this.#failed());
    this.#process.once('exit', () => this.#end());
    this.tell(listen);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  tell(command: WorkerCommand): void {
    this.#send(command);
  }

  /** @throws MediaError */
  async ask(request: WorkerRequest): Promise<WorkerAnswer> {
    if (this.#gone) throw new MediaError('unavailable', 'the media worker is gone');
    const id = this.#next++;
    const timer = setTimeout(() => this.#late(id), this.#isListening ? answerMs : firstAnswerMs);
    try {
      return await new Promise((resolve, reject) => {
        this.#asked.set(id, { resolve, reject });
        this.#send({ ...request, id });
      });
    } finally {
      clearTimeout(timer);
      this.#asked.delete(id);
    }
  }

  #late(id: number): void {
    if (!this.#isListening) return void this.#process?.kill('SIGKILL');
    this.#asked.get(id)?.reject(new MediaError('unavailable', 'the media worker has not answered'));
  }

  /** Resolves once it has ended. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child?.pid === undefined) return this.#end();
    if (this.#gone) return;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), endMs);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #send(message: ToWorker): void {
    if (!this.#gone && this.#process?.connected === true) this.#process.send(message, () => {});
  }

  /** It was never there. */
  #failed(): void {
    setTimeout(() => this.#end(), againMs);
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    clearInterval(this.#looking);
    for (const { reject } of this.#asked.values()) reject(new MediaError('unavailable', 'the media worker is gone'));
    this.#asked.clear();
    this.#onGone();
  }

  /** One that hangs can neither be asked nor told to end. */
  #look(hangMs: number): void {
    this.#silentLooks += 1;
    if (this.#isListening && this.#silentLooks * lookMs > hangMs) this.#process?.kill('SIGKILL');
  }

  #hear(message: FromWorker): void {
    this.#silentLooks = 0;
    if ('re' in message) {
      const asked = this.#asked.get(message.re);
      if ('ok' in message) asked?.resolve(message.ok);
      else asked?.reject(new MediaError(message.error, message.message));
    } else if (message.type === 'event') this.#onEvent(message.session, message.event);
    else if (message.type === 'echo') this.#onEcho(message.call, message.state);
    else if (message.type === 'ivr') this.#onIvr(message.ivr, message.news);
    else if (message.type === 'listening') this.#isListening = true;
    else if (message.type === 'dropped') this.#onDropped(message.dropped);
    else if (message.type === 'bridge') this.#onBridge(message.bridge, message.event);
  }
}

/** Undefined where Node throws why not; other reasons it tells later. */
function started(): ChildProcess | undefined {
  try {
    return fork(workerProgram, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
  } catch {
    return undefined;
  }
}
