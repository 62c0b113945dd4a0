/** WebSockets on `/v1/ws`: what `ws` makes of them handed to signalling. */
import { closeCode, limits, serverLimits, subprotocol } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawData, Server as SocketServer, ServerOptions } from 'ws';
import { refusalText } from '../ports/refusal-text.ts';
import type { SocketGate } from '../ports/socket-gate.ts';
import type { Log } from '../ports.ts';
import { textFrame } from './frame.ts';
import type { Link } from './link.ts';
import type { Signaling } from './signaling.ts';

export interface WebSocketsDeps {
  readonly signaling: Signaling;
  readonly log: Log;
  readonly gate: SocketGate;
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
  readonly #handlers: Handlers;

  constructor(deps: WebSocketsDeps) {
    this.#deps = deps;
    this.#handlers = handlers(deps);
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
    const code = request.url?.split('?')[0] === path ? this.#deps.gate.refusal(request) : 'not_found';
    if (code !== undefined) return refuse(socket, code);
    socket.off('error', destroy);
    this.#server.handleUpgrade(request, socket, head, (line) => this.#opened(line, socket, request));
  }

  #opened(line: Line, stream: Duplex, request: IncomingMessage): void {
    line.networkAddress = this.#deps.gate.addressOf(request);
    this.#deps.gate.enter(line.networkAddress);
    line.stream = stream;
    line.link = this.#deps.signaling.open(line);
    line.on('message', this.#handlers.message);
    line.on('pong', this.#handlers.pong);
    line.on('close', this.#handlers.close);
    line.on('error', ignore);
  }
}

interface Handlers {
  readonly message: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  readonly pong: (this: WebSocket) => void;
  readonly close: (this: WebSocket, code: number) => void;
}

/** Made once for all sockets: `this` is the socket. */
function handlers({ signaling, log, gate }: WebSocketsDeps): Handlers {
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
      gate.leave(line.networkAddress);
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
