/** One worker process: what is asked of it, and that it is gone. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Milliseconds } from '@offhook/core';
import { workerProgram } from '@offhook/media';
import type { FromWorker, ToWorker, WorkerAnswer, WorkerCommand, WorkerRequest } from '@offhook/media';
import { MediaError } from '../ports/media.ts';

/** What is asked longer than this has no answer. Whoever else is on the worker goes on: whether it hangs is seen elsewhere. */
const answerMs = 15_000;
/** The same of one that has only been started, which on a busy machine takes its time; one that is not up by then is killed. */
const firstAnswerMs = 60_000;
/** How often it is looked whether a worker has said anything; one that runs says so every second. */
const lookMs = 1_000;
/** What takes longer than this to end is killed. */
const endMs = 2_000;
/** One that the operating system does not let start is gone after this, as what it lacks is not there a moment later. */
const againMs = 1_000;

interface Asked {
  readonly resolve: (result: WorkerAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** What a worker tells by itself of what it carries. */
export type WorkerNews = Extract<FromWorker, { type: 'event' | 'echo' | 'bridge' | 'ivr' | 'dropped' }>;

export interface MediaWorkerOptions {
  /** What it is told first. */
  readonly listen: Extract<WorkerCommand, { type: 'listen' }>;
  /** One that says nothing for so long hangs, and is killed. */
  readonly hangMs: Milliseconds;
  /** It is started after this; what is asked of it until then waits. */
  readonly afterMs: Milliseconds;
  readonly onStarted: (pid: number | undefined) => void;
  readonly onNews: (news: WorkerNews) => void;
  /** Told once, with how long it was up; 0: it never was. */
  readonly onGone: (livedMs: Milliseconds) => void;
}

export class MediaWorker {
  readonly #options: MediaWorkerOptions;
  /** Absent until it is started, and where it could not be. */
  #process: ChildProcess | undefined;
  /** What is to be said to it once it is started. */
  #unsent: ToWorker[] | undefined = [];
  readonly #asked = new Map<number, Asked>();
  readonly #looking: NodeJS.Timeout;
  readonly #starting: NodeJS.Timeout | undefined;
  /** Since when it is up. */
  #listeningAt: Milliseconds | undefined;
  /** How often it was looked since it has said anything. Not by a clock, which goes on while the server itself stands still. */
  #silentLooks = 0;
  #next = 1;
  #gone = false;

  constructor(options: MediaWorkerOptions) {
    this.#options = options;
    const { listen, afterMs } = options;
    this.#looking = setInterval(() => this.#look(), lookMs).unref();
    this.tell(listen);
    if (afterMs > 0) this.#starting = setTimeout(() => this.#start(), afterMs);
    else this.#start();
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
    clearTimeout(this.#starting);
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

  #start(): void {
    this.#process = started();
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    if (this.#process === undefined) return this.#failed();
    this.#process.on('message', (message: FromWorker) => this.#hear(message));
    // Of an order that could not be sent the end, which follows, says it. What never ran has no end.
    this.#process.on('error', () => this.pid === undefined && this.#failed());
    this.#process.once('exit', () => this.#end());
    this.#options.onStarted(this.pid);
    for (const message of unsent) this.#send(message);
  }

  #send(message: ToWorker): void {
    if (this.#unsent !== undefined) this.#unsent.push(message);
    else if (!this.#gone && this.#process?.connected === true) this.#process.send(message, () => {});
  }

  /** It was never there. */
  #failed(): void {
    setTimeout(() => this.#end(), againMs);
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#unsent = undefined;
    clearInterval(this.#looking);
    for (const { reject } of this.#asked.values()) reject(new MediaError('unavailable', 'the media worker is gone'));
    this.#asked.clear();
    this.#options.onGone(this.#listeningAt === undefined ? 0 : performance.now() - this.#listeningAt);
  }

  /** One that hangs can neither be asked nor told to end. */
  #look(): void {
    this.#silentLooks += 1;
    if (this.#isListening && this.#silentLooks * lookMs > this.#options.hangMs) this.#process?.kill('SIGKILL');
  }

  #hear(message: FromWorker): void {
    this.#silentLooks = 0;
    if ('re' in message) {
      const asked = this.#asked.get(message.re);
      if ('ok' in message) asked?.resolve(message.ok);
      else asked?.reject(new MediaError(message.error, message.message));
    } else if (message.type === 'listening') this.#listeningAt = performance.now();
    else if (message.type !== 'alive') this.#options.onNews(message);
  }

  get #isListening(): boolean {
    return this.#listeningAt !== undefined;
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
