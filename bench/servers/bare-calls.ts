/**
 * The least that can pass on a call: parse, look up who takes part, reply, send to the others. It speaks as Offhook does, as far as
 * the clients of `calls` look, but stores nothing, checks nothing, numbers nothing, and knows no resume and no deadlines.
 */
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { serve } from '../harness/service.ts';

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly call: string;
  readonly to?: string;
  readonly token?: string;
}

interface Call {
  readonly caller: WebSocket;
  /** Those that ring; once one has accepted, that one. */
  callees: readonly WebSocket[];
}

const devices = new Map<string, WebSocket[]>();
const calls = new Map<string, Call>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket) => {
  let seq = 0;
  const reply = ({ id }: Message): void => socket.send(JSON.stringify({ re: id, ok: {} }));
  const tell = (others: readonly WebSocket[], message: object): void => {
    const text = JSON.stringify({ seq: (seq += 1), ...message });
    for (const other of others) if (other !== socket) other.send(text);
  };
  socket.on('message', (raw: Buffer) => {
    const message = JSON.parse(raw.toString()) as Message;
    const { type, call: id, to = '', token = '' } = message;
    if (type === 'hello') {
      devices.set(token, [...(devices.get(token) ?? []), socket]);
      return reply(message);
    }
    if (type === 'invite') {
      const callees = devices.get(to) ?? [];
      calls.set(id, { caller: socket, callees });
      reply(message);
      return tell(callees, { ...message, type: 'incoming' });
    }
    const call = calls.get(id);
    if (call === undefined) return;
    switch (type) {
      case 'accept':
        reply(message);
        tell([call.caller], { ...message, type: 'accepted' });
        tell(call.callees, { type: 'ended', call: id });
        call.callees = [socket];
        return;
      case 'hangup':
        reply(message);
        tell([call.caller, ...call.callees], { type: 'ended', call: id });
        calls.delete(id);
        return;
      case 'ringing':
        return tell([call.caller], message);
      default:
        tell([call.caller, ...call.callees], message);
    }
  });
});

serve({ port: () => (server.address() as AddressInfo).port });
