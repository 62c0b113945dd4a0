/** SIP over UDP: a socket for each address that we listen on. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Remote } from '@offhook/sip';
import type { Log } from '../../ports.ts';
import type { SipEvents } from './connections.ts';

export class Datagrams {
  readonly #sockets: Socket[] = [];
  readonly #events: SipEvents;
  readonly #log: Log;

  constructor(events: SipEvents, log: Log) {
    this.#events = events;
    this.#log = log;
  }

  /** The port, where 0 stands for any free one. */
  async listen(host: string, port: number): Promise<number> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only: isIPv6(host) });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(port, host, () => {
          socket.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on('message', (bytes, from) => {
      this.#events.onMessage(bytes.toString('latin1'), { transport: 'udp', address: from.address, port: from.port });
    });
    // A place that cannot be reached: its transactions end by their own timers.
    socket.on('error', (error) => this.#log.warn('sip', { error: String(error) }));
    this.#sockets.push(socket);
    return socket.address().port;
  }

  send({ address, port }: Remote, bytes: Buffer, failed: () => void): void {
    const family = isIPv6(address) ? 'IPv6' : 'IPv4';
    const socket = this.#sockets.find((one) => one.address().family === family);
    if (socket === undefined || port === 0) return failed();
    socket.send(bytes, port, address, (error) => {
      if (error !== null) failed();
    });
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}
