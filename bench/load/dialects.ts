/** How each server is spoken to. A line is one signed-in connection. */
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

export const dialects = ['bare', 'offhook', 'peerjs', 'socketIo'] as const;
export type Dialect = (typeof dialects)[number];

export interface Login {
  /** What others address it by. */
  readonly name: string;
  /** Where a server asks for one. */
  readonly token: string;
  /** The address of this machine to connect from: each has its own 28,000 ports and its own share of the server. */
  readonly from: string;
}

export interface Line {
  /** A function that sends `data` to the line of this name. */
  sender(to: string, data: unknown): () => void;
  close(): void;
}

/** Opens a line; `arrived` is called for each application message that comes in. */
export function open(dialect: Dialect, port: number, login: Login, arrived: () => void): Promise<Line> {
  switch (dialect) {
    case 'bare':
      return openBare(port, login, arrived);
    case 'offhook':
      return openOffhook(port, login, arrived);
    case 'peerjs':
      return openPeerJs(port, login, arrived);
    case 'socketIo':
      return openSocketIo(port, login, arrived);
  }
}

async function openBare(port: number, { name, from }: Login, arrived: () => void): Promise<Line> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${name}`, { localAddress: from, perMessageDeflate: false });
  await once(socket, 'open');
  socket.on('message', arrived);
  return line(socket, (to, data) => ({ type: 'acme.cursor', to, data }));
}

async function openOffhook(port: number, { token, from }: Login, arrived: () => void): Promise<Line> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, 'offhook.1', { localAddress: from, perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 'hello', type: 'hello', version: 1, token }));
  const [reply] = (await once(socket, 'message')) as [Buffer];
  if (!reply.includes('"ok"')) throw new Error(`not signed in: ${reply.toString()}`);
  // Whoever keeps the connection alive is no message.
  socket.on('message', (raw: Buffer) => {
    if (raw.includes('acme.cursor')) arrived();
  });
  return line(socket, (to, data) => ({ type: 'acme.cursor', to: { user: to }, data }));
}

async function openPeerJs(port: number, { name, from }: Login, arrived: () => void): Promise<Line> {
  const url = `ws://127.0.0.1:${port}/peerjs?key=peerjs&id=${name}&token=${name}`;
  const socket = new WebSocket(url, { localAddress: from, perMessageDeflate: false });
  await once(socket, 'message');
  socket.on('message', arrived);
  return line(socket, (dst, payload) => ({ type: 'CANDIDATE', dst, payload }));
}

async function openSocketIo(port: number, { name, from }: Login, arrived: () => void): Promise<Line> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    forceNew: true,
    query: { name },
    localAddress: from,
  } as Parameters<typeof io>[1]);
  await new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(undefined));
    socket.on('connect_error', reject);
  });
  socket.on('acme.cursor', arrived);
  return {
    sender: (to, data) => () => void socket.emit('acme.cursor', to, data),
    close: () => void socket.close(),
  };
}

function line(socket: WebSocket, message: (to: string, data: unknown) => unknown): Line {
  return {
    sender: (to, data) => {
      const text = JSON.stringify(message(to, data));
      return () => socket.send(text);
    },
    close: () => socket.terminate(),
  };
}
