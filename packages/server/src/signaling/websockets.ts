/** WebSockets on `/v1/ws`: who may open one, and what `ws` makes of them handed to signalling. */
import { closeCode, limits, serverLimits, subprotocol } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData, Server as SocketServer, ServerOptions } from 'ws';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { refusalText } from '../ports/refusal-text.ts';
import type { Clock, Log } from '../ports.ts';
import { textFrame } from './frame.ts';
import type { Link } from './link.ts';
import type { Signaling } from './signaling.ts';

export interface WebSocketsDeps {
  readonly signaling: Signaling;
  readonly clock: Clock;
  readonly log: Log;
  /** Why a request to open a socket is refused. */
  readonly refusal: (request: IncomingMessage) => ErrorCode | undefined;
  readonly networkAddress: (request: IncomingMessage) => string;
  /** From one network address: open at once, and new ones. */
  readonly socketsPerAddress: number;
  readonly socketRate: Rate;
}

const path = '/v1/ws';

/** One socket with what handlers need to know of it, so that all sockets share the same handlers. */
class Line extends WebSocket {
  link: Link | undefined = undefined;
  networkAddress = '';
  /** What the frames go through. */
  stream: Duplex | undefined = undefined;

  /** Frames of this turn of the event loop, one character a byte: together they cost the kernel as much as one of them. */
  #frames = '';

  /** Nothing is compressed and nothing is sent through `ws` but control frames, so frames of our own fit between them. */
  write(...pieces: readonly string[]): void {
    if (this.readyState !== WebSocket.OPEN) return;
    if (this.#frames === '') setImmediate(flush, this);
    this.#frames += textFrame(pieces);
    if (this.#frames.length > gatheredMost) this.flush();
  }

  /** Hands over what was gathered. */
  flush(): void {
    if (this.#frames !== '' && this.stream?.writable === true) this.stream.write(this.#frames, 'latin1');
    this.#frames = '';
  }

  override ping(): void {
    this.flush();
    super.ping();
  }

  /** `ws` closes with 1009 when a message is too large (RFC 6455 §7.4.1); clients know the code of our table. */
  override close(code?: number, reason?: string | Buffer): void {
    this.flush();
    if (code === tooBig) super.close(closeCode('too_large'), 'too_large');
    else super.close(code, reason);
  }
}

const tooBig = 1009;

/** More than this many bytes do not wait for the end of the turn. */
const gatheredMost = 65_536;

export class WebSockets {
  readonly #deps: WebSocketsDeps;
  readonly #server: SocketServer<typeof Line>;
  readonly #rates: Buckets;
  /** Open sockets by network address. */
  readonly #open = new Map<string, number>();
  readonly #handlers: Handlers;

  constructor(deps: WebSocketsDeps) {
    this.#deps = deps;
    this.#rates = new Buckets(deps.socketRate);
    this.#handlers = handlers(deps.signaling, deps.log, (line) => this.#closed(line));
    // `closeTimeout` is not in the types of `ws` yet.
    const options: ServerOptions<typeof Line> & { closeTimeout: number } = {
      noServer: true,
      WebSocket: Line,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      closeTimeout: serverLimits.closeMs,
      handleProtocols: (protocols) => (protocols.has(subprotocol) ? subprotocol : false),
    };
    this.#server = new WebSocketServer(options);
  }

  /** What the HTTP server does with a request to upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', destroy);
    const from = this.#deps.networkAddress(request);
    const code = this.#refusal(request, from);
    if (code !== undefined) return refuse(socket, code);
    socket.off('error', destroy);
    this.#server.handleUpgrade(request, socket, head, (line) => this.#opened(line, socket, from));
  }

  #refusal(request: IncomingMessage, from: string): ErrorCode | undefined {
    if (request.url?.split('?')[0] !== path) return 'not_found';
    const refusal = this.#deps.refusal(request);
    if (refusal !== undefined) return refusal;
    if (!this.#rates.take(from, this.#deps.clock.now())) return 'rate_limited';
    return (this.#open.get(from) ?? 0) >= this.#deps.socketsPerAddress ? 'rate_limited' : undefined;
  }

  #opened(line: Line, stream: Duplex, from: string): void {
    this.#open.set(from, (this.#open.get(from) ?? 0) + 1);
    line.networkAddress = from;
    line.stream = stream;
    line.link = this.#deps.signaling.open(line);
    line.on('message', this.#handlers.message);
    line.on('pong', this.#handlers.pong);
    line.on('close', this.#handlers.close);
    line.on('error', ignore);
  }

  #closed({ networkAddress }: Line): void {
    const left = (this.#open.get(networkAddress) ?? 1) - 1;
    if (left === 0) this.#open.delete(networkAddress);
    else this.#open.set(networkAddress, left);
  }
}

interface Handlers {
  readonly message: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  readonly pong: (this: WebSocket) => void;
  readonly close: (this: WebSocket, code: number) => void;
}

/** Made once for all sockets: `this` is the socket. */
function handlers(signaling: Signaling, log: Log, closed: (line: Line) => void): Handlers {
  return {
    // One buffer: `binaryType` is left at "nodebuffer".
    message(data, isBinary) {
      const { link } = this as Line;
      if (link === undefined) return;
      try {
        if (isBinary) signaling.binary(link);
        else signaling.message(link, (data as Buffer).toString());
      } catch (error) {
        // What one connection says must not bring down the others.
        log.error('message', { error: error instanceof Error ? error.stack : String(error) });
        link.close('internal');
      }
    },
    pong() {
      const { link } = this as Line;
      if (link !== undefined) signaling.pong(link);
    },
    close(code) {
      const line = this as Line;
      if (line.link !== undefined) signaling.closed(line.link, code);
      closed(line);
    },
  };
}

function flush(line: Line): void {
  line.flush();
}

function destroy(this: Duplex): void {
  this.destroy();
}

/** `close` follows. */
function ignore(): void {
  // Nothing to add.
}

/** Before a WebSocket exists, refusing is an HTTP response. */
function refuse(socket: Duplex, code: ErrorCode): void {
  socket.end(refusalText(code));
  socket.once('finish', destroy);
}
