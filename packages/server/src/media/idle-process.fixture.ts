import { EventEmitter } from 'node:events';
import type { FromWorker, ToWorker } from '@offhook/media';

/** A process that runs nothing. */
export class IdleProcess extends EventEmitter {
  readonly connected = true;
  readonly asked: ToWorker[] = [];
  readonly signals: string[] = [];

  send(message: ToWorker): void {
    this.asked.push(message);
  }

  kill(signal: string): void {
    this.signals.push(signal);
    this.emit('exit');
  }

  says(message: FromWorker): void {
    this.emit('message', message);
  }
}
