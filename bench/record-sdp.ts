/** Records a call between two peer connections of the installed Chromium for `calls`: bench/data/chromium-calls.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChromium, openPage } from './harness/chromium.ts';
import type { RecordedCall } from './data/recorded.ts';

const browser = await openChromium();
const page = await openPage(browser, 'http://localhost', '');
const calls = { audio: await page.evaluate(record, false), video: await page.evaluate(record, true) };
const file = join(import.meta.dirname, 'data/chromium-calls.json');
writeFileSync(file, `${JSON.stringify({ browser: `Chromium ${browser.version()}`, ...anonymous(calls) }, undefined, 1)}\n`);
await browser.close();
for (const [kind, { offer, answer, callerCandidates, calleeCandidates }] of Object.entries(calls)) {
  const count = `${callerCandidates.length} and ${calleeCandidates.length} candidates`;
  console.log(`${kind}: offer ${offer.length} B, answer ${answer.length} B, ${count}`);
}

/** Runs in the page: trickle ICE (RFC 8838), so that descriptions and candidates are those that go over signalling. */
async function record(video: boolean): Promise<RecordedCall> {
  const caller = new RTCPeerConnection();
  const callee = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  const found = new Map([caller, callee].map((from) => [from, [] as RTCIceCandidateInit[]]));
  const gathered = [...found].map(async ([from, candidates]) => {
    const to = from === caller ? callee : caller;
    await new Promise<void>((resolve) => {
      from.onicecandidate = ({ candidate }) => {
        if (candidate === null) return resolve();
        candidates.push(candidate.toJSON());
        void to.addIceCandidate(candidate);
      };
    });
  });
  for (const track of stream.getTracks()) caller.addTrack(track, stream);
  const offer = await caller.createOffer();
  await callee.setRemoteDescription(offer);
  await caller.setLocalDescription(offer);
  for (const track of stream.getTracks()) callee.addTrack(track, stream);
  const answer = await callee.createAnswer();
  await callee.setLocalDescription(answer);
  await caller.setRemoteDescription(answer);
  await Promise.all(gathered);
  caller.close();
  callee.close();
  for (const track of stream.getTracks()) track.stop();
  return {
    offer: offer.sdp ?? '',
    answer: answer.sdp ?? '',
    callerCandidates: found.get(caller) ?? [],
    calleeCandidates: found.get(callee) ?? [],
  };
}

/** Addresses of this machine become those that documents use (RFC 5737, RFC 3849). */
function anonymous<T>(value: T): T {
  const text = JSON.stringify(value)
    .replace(/\b(?!0\.0\.0\.0|127\.)\d{1,3}(\.\d{1,3}){3}\b/g, '192.0.2.17')
    .replace(/(?<= )(?!::)[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,7}(?= \d)/g, '2001:db8::17');
  return JSON.parse(text) as T;
}
