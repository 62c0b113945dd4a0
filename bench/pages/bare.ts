/** A call as one writes it from the examples of W3C webrtc-pc §10: a bare peer connection, trickle ICE, a WebSocket. */
import { camera, present, show } from './phone.ts';

interface Signal {
  readonly description?: RTCSessionDescriptionInit;
  readonly candidate?: RTCIceCandidateInit;
  readonly end?: true;
}

let socket: WebSocket;
let peer = '';
let connection: RTCPeerConnection | undefined;
let local: MediaStream | undefined;
let offer: RTCSessionDescriptionInit | undefined;
/** Candidates that came before the offer was applied. */
let early: RTCIceCandidateInit[] = [];
let rang = Promise.withResolvers<void>();
let ended = Promise.withResolvers<void>();

const say = (data: Signal): void => socket.send(JSON.stringify({ type: 'acme.call', to: peer, data }));

present({
  async signIn({ port, name }) {
    socket = new WebSocket(`ws://localhost:${port}/${name}`);
    socket.addEventListener('message', (event: MessageEvent<string>) => {
      const { from, data } = JSON.parse(event.data) as { from: string; data: Signal };
      peer = from;
      void hear(data);
    });
    await new Promise((resolve) => socket.addEventListener('open', resolve));
  },
  async call(to) {
    peer = to;
    const opened = await open();
    await opened.setLocalDescription();
    say({ description: described(opened) });
  },
  rings: () => rang.promise,
  async accept() {
    if (offer === undefined) throw new Error('nothing rings');
    const opened = await open();
    await opened.setRemoteDescription(offer);
    for (const candidate of early.splice(0)) void opened.addIceCandidate(candidate);
    await opened.setLocalDescription();
    say({ description: described(opened) });
  },
  async hangUp() {
    if (connection === undefined) return ended.promise;
    say({ end: true });
    close();
  },
});

async function open(): Promise<RTCPeerConnection> {
  ended = Promise.withResolvers();
  local = await navigator.mediaDevices.getUserMedia({ audio: true, video: camera });
  const opened = new RTCPeerConnection();
  connection = opened;
  for (const track of local.getTracks()) opened.addTrack(track, local);
  opened.addEventListener('track', ({ streams: [stream] }) => stream && show(stream));
  opened.addEventListener('icecandidate', ({ candidate }) => candidate && say({ candidate: candidate.toJSON() }));
  return opened;
}

async function hear({ description, candidate, end }: Signal): Promise<void> {
  if (end) close();
  if (description?.type === 'offer') {
    offer = description;
    rang.resolve();
  }
  if (description?.type === 'answer') await connection?.setRemoteDescription(description);
  if (candidate && connection?.remoteDescription) await connection.addIceCandidate(candidate);
  else if (candidate) early.push(candidate);
}

function close(): void {
  connection?.close();
  connection = undefined;
  offer = undefined;
  early = [];
  rang = Promise.withResolvers();
  for (const track of local?.getTracks() ?? []) track.stop();
  ended.resolve();
}

function described(opened: RTCPeerConnection): RTCSessionDescriptionInit {
  if (opened.localDescription === null) throw new Error('not described yet');
  return opened.localDescription.toJSON();
}
