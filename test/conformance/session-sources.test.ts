/** Over a real server and a real worker: what comes from a source that is not that of its publisher, and a token that two come with. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { extensionIds } from '../../packages/media/src/negotiation/codecs.ts';
import { rtp, vp8 } from '../../packages/media/src/rtp/packets.fixture.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort, loopback } from '../browser/harness/ports.ts';
import { publishing, readAnswer, video } from '../support/media-descriptions.ts';
import { MediaReceiver } from '../support/media-peers.ts';
import { addDevice, claim, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message } from '../support/wire.ts';

const key = newApiKey('S'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const clock = (): number => performance.timeOrigin + performance.now();

let server: RunningServer;
let api: OffhookApi;
let closing: (() => void)[];
let session: string;
let people = 0;
beforeAll(async () => {
  server = await startServer({ apiKeys: [key.setting], mediaPort: await freePort(), mediaWorkers: 1 });
  api = new OffhookApi({ url: `http://${loopback}:${server.port}/`, key: key.key });
});
afterAll(() => server.stop());
beforeEach(async () => {
  closing = [];
  ({ session } = await api.createSession({ access: 'open' }));
});
afterEach(async () => {
  for (const close of closing) close();
  await api.endSession(session);
});

async function page(identity?: Identity): Promise<Wire> {
  const wire = await Wire.signIn(server.port, identity ?? (await claim(server.port, `Page ${++people}`)));
  closing.push(() => wire.close());
  return wire;
}

async function joined(token?: string): Promise<Wire> {
  const wire = await page();
  expect((await join(wire, token)).ok).toBeDefined();
  return wire;
}

const join = (wire: Wire, token?: string): Promise<Message> =>
  wire.request({ type: 'session_join', session, ...(token !== undefined && { token }) });

async function peer(): Promise<WebRtcTransport> {
  const options = { port: await freePort(), listen: loopback };
  const made = WebRtcTransport.offering(options, { onPacket: () => {}, onState: () => {} });
  closing.push(() => made.close());
  return made;
}

const publish = (wire: Wire, offer: string): Promise<Message> =>
  wire.request({ type: 'session_publish', session, offer, streams: [{ mid: '0', kind: 'video' }] });

/** Publishes one picture from this source; anew, as a page does, where a busy machine has lost the handshake (packages/media/README.md). */
async function publisher(wire: Wire, ssrc: number): Promise<WebRtcTransport> {
  const made = await peer();
  const { ok } = await publish(wire, publishing(ssrc, made.local));
  made.connect(readAnswer(String(ok?.['answer'])));
  const until = clock() + 4_000;
  await expect.poll(() => made.state === 'connected' || clock() > until).toBe(true);
  return made.state === 'connected' ? made : publisher(wire, ssrc);
}

/** Sends a picture from each of these sources, again and again. */
function sending(from: WebRtcTransport, ssrcs: readonly number[], more: object = {}): void {
  let sequence = 0;
  const timer = setInterval(() => {
    sequence++;
    const payload = vp8({ key: true, picture: sequence, base: sequence & 0xff });
    for (const ssrc of ssrcs)
      from.send(rtp({ ssrc, payloadType: video.payloadType, sequence, timestamp: sequence * 900, payload, ...more }));
  }, 10);
  closing.push(() => clearInterval(timer));
}

/** Receives what it is offered. */
async function receiver(wire: Wire): Promise<MediaReceiver> {
  const { revision, offer } = await wire.take('session_offer');
  const made = new MediaReceiver(String(offer), { port: await freePort(), listen: loopback }, clock);
  closing.push(() => made.close());
  expect((await wire.request({ type: 'session_answer', session, revision, answer: made.answer })).ok).toBeDefined();
  return made;
}

/** From how many sources something came, once it does. */
async function sourcesOf(one: MediaReceiver): Promise<number> {
  await expect.poll(() => one.take().packets).toBeGreaterThan(0);
  await expect.poll(() => one.take().packets).toBeGreaterThan(0);
  return one.take().sources;
}

describe('a source', () => {
  test('that was not announced reaches nobody, and its publisher is told so', async () => {
    const [anna, bo] = [await joined(), await joined()];
    sending(await publisher(anna, 1_000), [1_000, 4_242]);
    const heard = await receiver(bo);
    expect(await anna.take('session_dropped')).toMatchObject({ session, code: 'source_refused' });
    expect(await sourcesOf(heard)).toBeLessThanOrEqual(1);
    expect(anna.received.filter(({ type }) => type === 'session_dropped')).toEqual([]);
    expect(bo.received.filter(({ type }) => type === 'session_dropped')).toEqual([]);
  });

  test('that names a section in which another one sends is refused, and takes nothing over', async () => {
    const [anna, bo] = [await joined(), await joined()];
    const from = await publisher(anna, 1_000);
    sending(from, [1_000]);
    const heard = await receiver(bo);
    await sourcesOf(heard);
    sending(from, [4_242], { extensions: { [extensionIds.mid]: Buffer.from('0') } });
    expect(await anna.take('session_dropped')).toMatchObject({ code: 'source_refused' });
    expect(await sourcesOf(heard)).toBeLessThanOrEqual(1);
  });

  test('of somebody else is not theirs: it reaches nobody but by its own connection', async () => {
    const [anna, bo, eve] = [await joined(), await joined(), await joined()];
    sending(await publisher(anna, 1_000), [1_000]);
    const heard = await receiver(bo);
    await sourcesOf(heard);
    // Eve sends as Anna does, and has announced another one.
    sending(await publisher(eve, 2_000), [1_000]);
    expect(await eve.take('session_dropped')).toMatchObject({ code: 'source_refused' });
    expect(await sourcesOf(heard)).toBeLessThanOrEqual(1);
    expect(anna.received.filter(({ type }) => type === 'session_dropped')).toEqual([]);
  });

  test('that two people have announced is that of each: they are told apart by their connections', async () => {
    const [anna, bo, cem] = [await joined(), await joined(), await joined()];
    sending(await publisher(anna, 1_000), [1_000]);
    sending(await publisher(bo, 1_000), [1_000]);
    const offer = await cem.take(
      (message) => message.type === 'session_offer' && (message['streams'] as unknown[]).length === 2,
    );
    cem.received.unshift(offer);
    const heard = await receiver(cem);
    await expect.poll(() => heard.take().sources).toBe(2);
    for (const one of [anna, bo]) expect(one.received.filter(({ type }) => type === 'session_dropped')).toEqual([]);
  });

  test('that an offer gives to two of its sections is refused, and nothing has changed', async () => {
    const [anna, bo] = [await joined(), await joined()];
    const from = await publisher(anna, 1_000);
    sending(from, [1_000]);
    const heard = await receiver(bo);
    const offer = publishing(1_000, from.local);
    const [head, section] = [offer.slice(0, offer.indexOf('m=')), offer.slice(offer.indexOf('m='))];
    const twice = head.replace('BUNDLE 0', 'BUNDLE 0 1') + section + section.replace('a=mid:0', 'a=mid:1');
    expect((await publish(anna, twice)).error?.code).toBe('description_refused');
    await sourcesOf(heard);
  });
});

describe('a token', () => {
  test('with which a second page comes, of somebody else, lets nobody in, and the first one goes on', async () => {
    const { participant, token } = await api.createParticipant();
    await api.addParticipant(session, participant.participant);
    const [anna, bo] = [await joined(token), await joined()];
    sending(await publisher(anna, 1_000), [1_000]);
    const heard = await receiver(bo);
    expect((await join(await page(), token)).error?.code).toBe('participant_here');
    await sourcesOf(heard);
    expect(anna.received.filter(({ type }) => type === 'session_ended')).toEqual([]);
    expect((await anna.request({ type: 'session_leave', session })).ok).toBeDefined();
    expect((await join(await page(), token)).ok).toMatchObject({ participant: participant.participant });
  });

  test('with which the same person comes from another device does not, and from the same one takes its place', async () => {
    const { participant, token } = await api.createParticipant();
    await api.addParticipant(session, participant.participant);
    const identity = await claim(server.port, 'Twice');
    const [first, second] = [await page(identity), await page(identity)];
    const elsewhere = await page(await addDevice(server.port, identity, 'phone'));
    expect((await join(first, token)).ok).toBeDefined();
    expect((await join(elsewhere, token)).error?.code).toBe('participant_here');
    expect((await join(second, token)).ok).toMatchObject({ participant: participant.participant });
    expect(await first.take('session_ended')).toMatchObject({ session, cause: 'replaced' });
    expect((await publish(first, publishing(1_000, (await peer()).local))).error?.code).toBe('not_joined');
  });
});
