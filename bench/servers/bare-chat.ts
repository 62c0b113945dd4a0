/**
 * The least a chat can do that keeps what it acknowledges: parse, take the next position, store in the same store as Offhook
 * (SQLite with `synchronous=FULL`, commits in groups, words for the search), reply, send to the others of the group. It speaks as
 * Offhook does, but knows no members, no rights, no repetitions, no read marks and no resume. Argument: how many are in a group.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MessageEntry } from '@offhook/core';
import { WebSocketServer, type WebSocket } from 'ws';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/store.ts';
import { dataRoot } from '../harness/data.ts';
import { serve } from '../harness/service.ts';

interface Say {
  readonly id: string;
  readonly type: string;
  readonly in: { readonly conversation: string };
  readonly entry: string;
  readonly text: string;
}

mkdirSync(dataRoot, { recursive: true });
const folder = mkdtempSync(join(dataRoot, 'bare-'));
const store = await openSqliteStore({ path: join(folder, 'chat.db') });
const groups = new Map<string, Set<WebSocket>>();
const positions = new Map<string, number>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', (socket, request) => {
  const [, name = '', group = ''] = request.url?.split('/') ?? [];
  const sockets = groups.get(group) ?? new Set();
  groups.set(group, sockets.add(socket));
  socket.on('message', (raw: Buffer) => {
    const said = JSON.parse(raw.toString()) as Say;
    const { conversation } = said.in;
    const position = (positions.get(conversation) ?? 0) + 1;
    positions.set(conversation, position);
    const at = Date.now();
    const from = { address: name, name };
    const entry: MessageEntry = {
      kind: 'message',
      id: said.entry,
      from,
      text: said.text,
      reactions: [],
      conversation,
      position,
      at,
    };
    const state = {
      kind: 'group',
      id: conversation,
      name: conversation,
      maker: name,
      people: [],
      last: position,
      activeAt: at,
    } as const;
    void store
      .commit([
        { type: 'conversation', state },
        { type: 'new_entry', entry },
      ])
      .then(() => {
        socket.send(JSON.stringify({ re: said.id, ok: { entry } }));
        const text = JSON.stringify({ seq: position, type: 'entries', entries: [entry] });
        for (const other of sockets) if (other !== socket) other.send(text);
      });
  });
  socket.on('close', () => sockets.delete(socket));
});

serve({ port: () => (server.address() as AddressInfo).port }, async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
