/**
 * The push service that Firefox is told to use: it speaks to browsers as Mozilla's does (JSON over a WebSocket), and takes messages as
 * RFC 8030 says. It understands none of what it hands on.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { loopback } from './ports.ts';

interface Said {
  readonly messageType?: string;
  readonly channelID?: string;
  readonly uaid?: string;
}

/** A message that has gone through. */
export interface Handed {
  readonly ttl: number;
  readonly topic: string | undefined;
  readonly at: number;
}

export class PushServer {
  readonly port: number;
  readonly handed: Handed[] = [];
  readonly #http: Server;
  /** By channel: the browser that waits there. */
  readonly #channels = new Map<string, WebSocket>();
  readonly #sockets: WebSocketServer;

  private constructor(http: Server) {
    this.#http = http;
    this.port = (http.address() as AddressInfo).port;
    this.#sockets = new WebSocketServer({ server: http });
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => this.#said(socket, JSON.parse(data.toString()) as Said));
    });
    http.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(): Promise<PushServer> {
    const http = createServer();
    http.listen(0, loopback);
    await once(http, 'listening');
    return new PushServer(http);
  }

  get origin(): string {
    return `http://${loopback}:${this.port}`;
  }

  /** What makes Firefox use it, and show what it is told without asking anybody. */
  get preferences(): Record<string, boolean | number | string> {
    return {
      'dom.push.enabled': true,
      'dom.push.connection.enabled': true,
      'dom.push.serverURL': `ws://${loopback}:${this.port}/`,
      'dom.push.testing.allowInsecureServerURL': true,
      'dom.push.testing.ignorePermission': true,
      'permissions.default.desktop-notification': 1,
      'dom.webnotifications.requireuserinteraction': false,
      'dom.serviceWorkers.enabled': true,
      'alerts.useSystemBackend': true,
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #said(socket: WebSocket, { messageType, channelID = '', uaid }: Said): void {
    const answer = (body: object): void => socket.send(JSON.stringify({ messageType, ...body }));
    switch (messageType) {
      case 'hello':
        return answer({ uaid: uaid || randomUUID().replaceAll('-', ''), status: 200, use_webpush: true, broadcasts: {} });
      case 'register':
        this.#channels.set(channelID, socket);
        return answer({ channelID, status: 200, pushEndpoint: `${this.origin}/push/${channelID}` });
      case 'unregister':
        this.#channels.delete(channelID);
        return answer({ channelID, status: 200 });
      default:
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const channelID = (request.url ?? '').split('/').at(-1) ?? '';
    const socket = this.#channels.get(channelID);
    if (socket === undefined) return void response.writeHead(410).end();
    const { ttl, topic } = request.headers;
    const message = { messageType: 'notification', channelID, version: randomUUID(), ttl: Number(ttl) };
    const data = Buffer.concat(parts).toString('base64url');
    socket.send(JSON.stringify({ ...message, data, headers: { encoding: 'aes128gcm' } }));
    this.handed.push({ ttl: Number(ttl), topic: topic?.toString(), at: Date.now() });
    response.writeHead(201).end();
  }
}
