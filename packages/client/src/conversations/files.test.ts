import { beforeEach, describe, expect, it } from 'vitest';
import { conversationLimits } from '@offhook/core';
import { connect } from '../connect.ts';
import { settle, World } from '../world.fixture.ts';
import { conversationsOf } from './conversations.ts';
import type { Conversations } from './conversations.ts';

const piece = conversationLimits.filePieceBytes;
const info = { file: 'f', name: 'plan.pdf', type: 'application/pdf', bytes: piece + 1 };

let world: World;
let conversations: Conversations;
/** Where each piece began, and how long it was. */
let sent: [string | null, number][];

beforeEach(async () => {
  world = new World();
  sent = [];
  const opening = connect({ token: 'secret' }, world.platform);
  await world.welcome();
  conversations = conversationsOf(await opening);
  await settle();
});

/** The server, or what is in its place, gives these answers one after the other. */
function answers(...given: (() => Response)[]): void {
  world.fetch = (url, { body }) => {
    sent.push([new URL(url).searchParams.get('at'), (body as ArrayBuffer).byteLength]);
    const next = given.shift();
    return next === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(next());
  };
}

const json =
  (answer: object, status = 200) =>
  (): Response =>
    Response.json(answer, { status });
const page = (status: number) => (): Response => new Response('<html>', { status });
const gone = (): Response => {
  throw new TypeError('Failed to fetch');
};

describe('a file', () => {
  const file = new File([new Uint8Array(piece + 1)], 'plan.pdf');

  it('goes in pieces from where the server says, and is waited for while the network is gone', async () => {
    answers(json({ at: piece }), gone, page(502), json({ file: info }));
    const progress: number[] = [];
    const sending = conversations.send(file, { progress: (bytes) => progress.push(bytes) });
    await settle();
    await world.clock.pass(500);
    await settle();
    await world.clock.pass(1_000);
    expect(await sending).toEqual(info);
    expect(sent).toEqual([
      ['0', piece],
      [String(piece), 1],
      [String(piece), 1],
      [String(piece), 1],
    ]);
    expect(progress).toEqual([piece, piece + 1]);
  });

  it('is given up when something on the way refuses it for good', async () => {
    answers(page(413));
    await expect(conversations.send(file)).rejects.toMatchObject({ code: 'internal', detail: 'HTTP 413' });
  });

  it('is given up when the server refuses it for good', async () => {
    answers(json({ error: { code: 'files_full', message: 'Full.' } }, 507));
    await expect(conversations.send(file)).rejects.toMatchObject({ code: 'files_full' });
  });

  it('is given up when it cannot be read any more', async () => {
    const lost = new File(['x'], 'lost.txt');
    lost.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) as unknown as Blob;
    answers();
    await expect(conversations.send(lost)).rejects.toMatchObject({ code: 'file_unreadable' });
    expect(sent).toEqual([]);
  });
});
