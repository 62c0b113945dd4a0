/** SIP over UDP: a socket for each address that we listen on. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Remote } from '@offhook/sip';
import type { Log } from '../../ports.ts';
import type { SipEvents } from './connections.ts';

/** Bytes that wait to be read while something else is done: a second of calls, where the system grants so much. */
const receiveBytes = 4_194_304;

export class Datagrams {
  readonly #sockets: { readonly socket: Socket; readonly isV6: boolean }[] = [];
  readonly #events: SipEvents;
  readonly #log: Log;

  constructor(events: SipEvents, log: Log) {
    this.#events = events;
    this.#log = log;
  }

  /** The port, where 0 stands for any free one. */
  async listen(host: string, port: number): Promise<number> {
    const isV6 = isIPv6(host);
    const socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      ipv6Only: isV6,
      recvBufferSize: receiveBytes,
      // Only addresses are sent to: nothing has to be looked up, which costs each datagram a turn of the event loop.
      lookup: (address, _options, found) => found(null, address, isV6 ? 6 : 4),
    });
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
    this.#sockets.push({ socket, isV6 });
    return socket.address().port;
  }

  send({ address, port }: Remote, bytes: Buffer, failed: () => void): void {
    const isV6 = address.includes(':');
    const way = this.#sockets.find((one) => one.isV6 === isV6);
    if (way === undefined || port === 0) return failed();
    way.socket.send(bytes, port, address, (error) => {
      if (error !== null) failed();
    });
  }

  close(): void {
    for (const { socket } of this.#sockets.splice(0)) socket.close();
  }
}
