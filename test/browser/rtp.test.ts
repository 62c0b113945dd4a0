/** ffmpeg, which no part of this project has written, in sessions by plain RTP and SRTP: what it plays is heard, and it records what is said. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { attribute } from '@offhook/sdp';
import { afterEach, beforeEach, describe, expect, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { soundOf } from '../support/ffmpeg.ts';
import { program } from '../support/programs.ts';
import { Ear, sectionsOf } from '../support/rtp-peers.ts';
import { claim, Wire } from '../support/wire.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort, freePorts } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import type { Server } from './harness/server.ts';
import type { SessionKit } from './page/session-kit.ts';

const key = newApiKey('F'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [low, high] = [600, 1_400];
const suite = 'AES_CM_128_HMAC_SHA1_80';
const opus = ['a=rtpmap:111 opus/48000/2'];
const kit = (person: Person): Remote<SessionKit> => person.page as Remote<SessionKit>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-rtp-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function ffmpeg(...args: readonly string[]): ChildProcess {
  const child = spawn(program('ffmpeg'), ['-nostdin', '-v', 'error', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const description = (...sections: readonly (readonly string[])[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...sections.flat(), ''].join('\r\n');

interface Studio {
  readonly server: Server;
  readonly api: OffhookApi;
  readonly session: string;
  /** A participant that receives everybody. */
  readonly add: () => Promise<string>;
}

async function studio(world: World): Promise<Studio> {
  const { first, last } = await freePorts(20);
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, apiKeys: [key.setting], rtpPorts: `${first}-${last}` };
  const server = await world.anotherServer({ settings });
  const api = new OffhookApi({ url: server.url, key: key.key });
  const { session } = await api.createSession({ access: 'open' });
  const add = async (): Promise<string> => {
    const { participant } = await api.createParticipant();
    await api.addParticipant(session, participant.participant, { session });
    return participant.participant;
  };
  return { server, api, session, add };
}

const tone = (hertz: number): string[] => ['-re', '-f', 'lavfi', '-i', `sine=frequency=${hertz}:sample_rate=48000,volume=6`];
const encoded = ['-c:a', 'libopus', '-b:a', '48k', '-payload_type', '111'];
const to = (answer: string, at: number, protocol = 'rtp'): string => {
  const port = sectionsOf(answer)[at]?.port ?? 0;
  return `${protocol}://127.0.0.1:${port}?rtcpport=${port + 1}`;
};

/** Records what comes to a port for some seconds of sound; a file. */
async function recorded(sdp: string): Promise<string> {
  const [input, output] = [join(folder, 'in.sdp'), join(folder, 'heard.wav')];
  writeFileSync(input, sdp);
  const recorder = ffmpeg('-protocol_whitelist', 'file,udp,rtp,srtp,crypto', '-i', input, '-t', '4', output);
  expect(await once(recorder, 'exit')).toEqual([0, null]);
  return output;
}

describe('ffmpeg', () => {
  it('is heard and seen in a page by plain RTP, and records what the page says', async ({ world }) => {
    const { server, api, session, add } = await studio(world);
    const anna = await world.person('Anna', { server, page: 'sessions.html' });
    expect(await kit(anna).join(session)).toBeUndefined();
    const video = ['m=video 9 RTP/AVP 96', 'a=rtpmap:96 VP8/90000', 'a=sendonly'];
    const offer = description(['m=audio 9 RTP/AVP 111', ...opus, 'a=sendonly'], video);
    const player = await add();
    const { answer } = await api.attachRtp(session, player, { offer, name: 'Player' });
    const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=15'];
    const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-g', '15', '-b:v', '250k', '-payload_type', '96'];
    const sound = ['-map', '0:a', ...encoded, '-f', 'rtp', to(answer, 0)];
    ffmpeg(...tone(low), ...picture, ...sound, '-map', '1:v', ...vp8, '-f', 'rtp', to(answer, 1));
    const address = (await api.getParticipant(player)).user!.address;
    await kit(anna).untilArrives([address], 'sound');
    await kit(anna).untilArrives([address], 'picture');

    expect(await kit(anna).publishTone(high, false)).toBeUndefined();
    const { first: port } = await freePorts(2);
    const listening = description([`m=audio ${port} RTP/AVP 111`, ...opus, 'a=recvonly']);
    const recorder = await add();
    const { participant } = (await api.listParticipants(session)).find(({ user }) => user?.address === anna.address)!;
    await api.setSubscriptions(session, recorder, { participants: [{ participant }] });
    await api.attachRtp(session, recorder, { offer: listening });
    const heard = await soundOf(await recorded(listening), 1);
    expect(heard.peak(high)).toBeGreaterThan(0.05);
    expect(heard.peak(high)).toBeGreaterThan(10 * heard.peak(low));
    for (const { malformed, forged } of (await api.getRtp(session, player)).sections)
      expect({ malformed, forged }).toEqual({ malformed: 0, forged: 0 });
  });

  it('speaks by SRTP: a peer by WebRTC hears its tone, and another ffmpeg records it', async ({ world }) => {
    const { server, api, session, add } = await studio(world);
    const port = Number(new URL(server.url).port);
    const wire = await Wire.signIn(port, await claim(port, 'Ear'));
    await wire.request({ type: 'session_join', session });
    const own = randomBytes(30).toString('base64');
    const secure = (at: number, way: string, inline: string): string =>
      description([`m=audio ${at} RTP/SAVP 111`, ...opus, `a=${way}`, `a=crypto:1 ${suite} inline:${inline}`]);
    const player = await add();
    const { answer } = await api.attachRtp(session, player, { offer: secure(9, 'sendonly', own) });
    ffmpeg(...tone(low), ...encoded, '-f', 'rtp', '-srtp_out_suite', suite, '-srtp_out_params', own, to(answer, 0, 'srtp'));

    const { offer, revision } = await wire.take('session_offer');
    const ear = new Ear(String(offer), { port: await freePort() });
    onTestFinished(() => ear.close());
    expect((await wire.request({ type: 'session_answer', session, revision, answer: ear.answer })).ok).toEqual({});
    await expect.poll(() => ear.packets, { timeout: 30_000 }).toBeGreaterThan(100);
    const heard = await ear.sound();
    expect(heard.peak(low)).toBeGreaterThan(0.05);
    expect(heard.peak(low)).toBeGreaterThan(10 * heard.peak(high));

    const { first: own2 } = await freePorts(2);
    const recorder = await add();
    const taken = await api.attachRtp(session, recorder, {
      offer: secure(own2, 'recvonly', randomBytes(30).toString('base64')),
    });
    const inline = /inline:(\S+)/u.exec(attribute('crypto', sectionsOf(taken.answer)[0]) ?? '')?.[1] ?? '';
    const file = await soundOf(await recorded(secure(own2, 'recvonly', inline)), 1);
    expect(file.heard(low)).toBeGreaterThan(2);
    expect((await api.getRtp(session, player)).sections).toMatchObject([{ state: 'connected', forged: 0, replayed: 0 }]);
  });
});
