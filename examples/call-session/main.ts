/** Two peer connections in one page: this side, whose call is shown, and the other, whom nobody sees. */
import 'call-session/polyfill';
import type { CallSession, CallSessionSurface, CallSessionSurfaceSupport } from 'call-session';

const find = <E extends HTMLElement>(id: string): E => document.querySelector(`#${id}`) as E;
const [other, own] = [find<HTMLVideoElement>('other'), find<HTMLVideoElement>('own')];
const [hold, share, small] = ['hold', 'share', 'window'].map((id) => find<HTMLButtonElement>(id));
const calling = [find<HTMLButtonElement>('video'), find<HTMLButtonElement>('audio')];
let call: Call | undefined;

interface Call {
  readonly session: CallSession;
  readonly here: RTCPeerConnection;
  readonly there: RTCPeerConnection;
  readonly stream: MediaStream;
}

// What is pressed on a notification comes by way of the service worker, which is served as it is written while one works on it.
const worker = import.meta.url.includes('main.ts') ? 'service-worker.ts' : 'service-worker.js';
void navigator.serviceWorker?.register(worker, { type: 'module' });

async function start(withPicture: boolean): Promise<void> {
  say('Calling …');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: withPicture });
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const)
    from.addEventListener('icecandidate', ({ candidate }) => void to.addIceCandidate(candidate ?? undefined));
  for (const track of stream.getTracks()) here.addTrack(track, stream);
  for (const track of anna(withPicture).getTracks()) there.addTrack(track);

  const incoming = new MediaStream();
  here.addEventListener('track', ({ track }) => {
    incoming.addTrack(track);
    other.srcObject = incoming;
  });

  // All that there is to it. Everything below is about this page.
  const session = navigator.callSession.create({
    ...(withPicture && { header: 'You are talking in Weekly planning' }),
    peer: { name: 'Anna Berg', avatar: [{ src: 'anna.svg', type: 'image/svg+xml', sizes: '256x256' }] },
    buttons: [{ action: 'raise', title: 'Raise hand', pressed: false }],
    peerConnections: [here],
  });
  session.addEventListener('action', ({ action, source }) => {
    log(`“${action}” pressed: ${places[source].toLowerCase()}`);
    if (action === 'raise') session.updateButton('raise', { pressed: (raised = !raised) });
  });
  session.addEventListener('statechange', () => {
    log(`The call is ${session.state}`);
    if (session.state === 'ended') over();
  });
  session.addEventListener('surfacechange', () =>
    log(`Seen in: ${session.surfaces.map((where) => places[where].toLowerCase()).join(', ') || 'nothing'}`),
  );
  let raised = false;

  call = { session, here, there, stream };
  own.srcObject = stream;
  own.hidden = other.hidden = !withPicture;
  await agree(here, there);
  update();
}

/** Offer and answer. Candidates go by themselves. */
async function agree(from: RTCPeerConnection, to: RTCPeerConnection): Promise<void> {
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription as RTCSessionDescription);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription as RTCSessionDescription);
}

function over(): void {
  call?.there.close();
  for (const track of call?.stream.getTracks() ?? []) track.stop();
  call = undefined;
  own.hidden = other.hidden = true;
  other.srcObject = own.srcObject = null;
  update();
}

function update(): void {
  for (const button of calling) button.hidden = call !== undefined;
  for (const button of [hold, share, small]) if (button) button.hidden = call === undefined;
  if (call === undefined) hold?.setAttribute('aria-pressed', 'false');
  say(call === undefined ? 'Nobody is talking' : 'On the line');
}

/** Media of nobody: a picture that moves, and a quiet hum. */
function anna(withPicture: boolean): MediaStream {
  const audio = new AudioContext();
  const [hum, volume, out] = [audio.createOscillator(), audio.createGain(), audio.createMediaStreamDestination()];
  hum.frequency.value = 180;
  volume.gain.value = 0.02;
  hum.connect(volume).connect(out);
  hum.start();
  if (!withPicture) return out.stream;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1280, 720];
  const context = canvas.getContext('2d');
  const face = document.querySelector('img');
  const draw = (at: number): void => {
    if (context === null || face === null || (call === undefined && at > started + 10_000)) return;
    context.fillStyle = '#f3c98b';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(face, 310 + 12 * Math.sin(at / 900), 60 + 8 * Math.sin(at / 600), 660, 660);
    setTimeout(() => draw(performance.now()), 40);
  };
  const started = performance.now();
  draw(started);
  return new MediaStream([...out.stream.getTracks(), ...canvas.captureStream(25).getTracks()]);
}

async function turnHold(): Promise<void> {
  if (call === undefined) return;
  const held = hold?.getAttribute('aria-pressed') !== 'true';
  hold?.setAttribute('aria-pressed', String(held));
  for (const transceiver of call.here.getTransceivers()) transceiver.direction = held ? 'inactive' : 'sendrecv';
  await agree(call.here, call.there);
}

async function shareScreen(): Promise<void> {
  const screen = await navigator.mediaDevices.getDisplayMedia({ audio: true });
  const tracks = screen.getTracks();
  if (call === undefined) return tracks.forEach((track) => track.stop());
  const { here, there } = call;
  const senders = tracks.map((track) => here.addTrack(track, screen));
  screen.getVideoTracks()[0]?.addEventListener('ended', () => {
    if (here.signalingState === 'closed') return;
    for (const sender of senders) here.removeTrack(sender);
    void agree(here, there);
  });
  await agree(here, there);
}

const places: Readonly<Record<CallSessionSurface, string>> = {
  inline: 'Bar in the page',
  'mini-window': 'Small window',
  'video-pip': 'Picture above others',
  'os-media': 'Media keys and lock screen',
  notification: 'Notification',
  badge: 'Icon of the application',
};
const ways: Readonly<Record<CallSessionSurfaceSupport, string>> = {
  automatic: 'By itself',
  click: 'At a click',
  'opt-in': 'Where the page asks for it',
  'needs-permission': 'Once notifications are allowed',
  'needs-worker': 'Once the service worker runs',
  no: 'Not here',
};

async function tellSupport(): Promise<void> {
  const { surfaces, notificationActions, orphanControl } = await navigator.callSession.getSupport();
  const rows = [
    ...Object.entries(surfaces).map(([where, how]) => [places[where as keyof typeof places], ways[how]] as const),
    ['Buttons of a notification', String(notificationActions)],
    ['When the page crashes', orphanControl ? 'What is shown elsewhere goes, too' : 'What is shown elsewhere may stay'],
  ] as const;
  find('support').replaceChildren(
    ...rows.flatMap(([what, how]) => [
      Object.assign(document.createElement('dt'), { textContent: what }),
      Object.assign(document.createElement('dd'), { textContent: how }),
    ]),
  );
}

function say(text: string): void {
  find('says').textContent = text;
}

function log(text: string): void {
  const item = document.createElement('li');
  item.textContent = `${new Date().toLocaleTimeString()}  ${text}`;
  const list = find('log');
  list.prepend(item);
  while (list.children.length > 8) list.lastChild?.remove();
}

const attempt = (action: () => Promise<unknown>) => (): void => {
  action().catch((error: unknown) => {
    log(String(error));
    if (call === undefined) update();
  });
};
calling[0]?.addEventListener(
  'click',
  attempt(async () => start(true)),
);
calling[1]?.addEventListener(
  'click',
  attempt(async () => start(false)),
);
hold?.addEventListener('click', attempt(turnHold));
share?.addEventListener('click', attempt(shareScreen));
small?.addEventListener(
  'click',
  attempt(async () => call?.session.openMiniWindow()),
);
find('notify').addEventListener(
  'click',
  attempt(async () => Notification.requestPermission().then(tellSupport)),
);
attempt(tellSupport)();
