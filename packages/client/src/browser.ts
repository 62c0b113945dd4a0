/** The browser as a `Platform`. */
import { OffhookError } from './errors.ts';
import type { Keep, NetworkEvent, PeerConnection, PeerHandlers, Platform, Socket, SocketHandlers } from './platform.ts';

/** What Chromium on phones offers beside the standard (W3C Network Information). */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** The browser this page runs in. */
export const browserPlatform: Platform = {
  clock: {
    now: () => performance.timeOrigin + performance.now(),
    schedule(delay, task) {
      const timer = setTimeout(task, Math.min(delay, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
  },
  random: { token, fraction: Math.random },
  openSocket,
  openPeer,
  newStream: () => new MediaStream(),
  capture,
  permission,
  get tab() {
    return keep(() => sessionStorage);
  },
  get browser() {
    return keep(() => localStorage);
  },
  get lock() {
    return 'locks' in navigator ? lock : undefined;
  },
  watchNetwork,
  fetch: (url, init) => fetch(url, init),
  get origin() {
    return location.origin;
  },
  get deviceName() {
    return deviceName(navigator.userAgent);
  },
  report: (error) => reportError(error),
};

function token(bits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil(bits / 8)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function openSocket(url: string, protocol: string, handlers: SocketHandlers): Socket {
  const socket = new WebSocket(url, protocol);
  socket.addEventListener('open', () => handlers.opened());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') handlers.received(data);
  });
  socket.addEventListener('close', ({ code, reason }) => handlers.closed(code, reason));
  return socket;
}

function openPeer(configuration: RTCConfiguration, handlers: PeerHandlers): PeerConnection {
  if (typeof RTCPeerConnection === 'undefined') throw new OffhookError('unsupported_browser');
  const connection = new RTCPeerConnection(configuration);
  connection.addEventListener('icecandidate', ({ candidate }) => handlers.candidate(candidate?.toJSON()));
  connection.addEventListener('negotiationneeded', () => handlers.negotiationNeeded());
  connection.addEventListener('connectionstatechange', () => handlers.connectionStateChanged());
  connection.addEventListener('track', ({ track }) => handlers.track(track));
  return connection;
}

async function capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  // Browsers hide `mediaDevices` from pages that are not secure (W3C Media Capture §9.1).
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) throw new OffhookError(isSecureContext ? 'unsupported_browser' : 'insecure_origin');
  return devices.getUserMedia(constraints);
}

async function permission(kind: 'microphone' | 'camera'): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    return undefined;
  }
}

/** Storage may be forbidden to a page (its mere mention throws), or full; the page then remembers nothing. */
function keep(storage: () => Storage): Keep {
  return {
    getItem: (key) => attempt(() => storage().getItem(key)) ?? null,
    setItem: (key, value) => attempt(() => storage().setItem(key, value)),
    removeItem: (key) => attempt(() => storage().removeItem(key)),
  };
}

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

function lock(name: string, patience: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const held = (): Promise<void> =>
      new Promise((release) => {
        resolve(release);
        // The next page of this tab must not have to wait until this one has been taken down.
        globalThis.addEventListener('pagehide', () => release(), { once: true });
      });
    navigator.locks.request(name, { signal: AbortSignal.timeout(patience) }, held).catch(() => resolve(undefined));
  });
}

function watchNetwork(listener: (event: NetworkEvent) => void): () => void {
  const { connection } = navigator as { connection?: NetworkInformation };
  const stop = new AbortController();
  const { signal } = stop;
  let network = connection?.type;
  const on = (target: EventTarget | undefined, type: string, told: (event: Event) => NetworkEvent | false): void =>
    target?.addEventListener(
      type,
      (event) => {
        const news = told(event);
        if (news) listener(news);
      },
      { signal },
    );
  on(globalThis, 'online', () => 'online');
  on(globalThis, 'offline', () => 'offline');
  on(globalThis, 'pagehide', () => 'leaving');
  // The page comes back out of the browser's cache of pages.
  on(globalThis, 'pageshow', (event) => (event as PageTransitionEvent).persisted && 'visible');
  on(document, 'visibilitychange', () => !document.hidden && 'visible');
  // Also told when merely an estimate of the speed changed.
  on(connection, 'change', () => {
    const before = network;
    network = connection?.type;
    return network !== before && 'changed';
  });
  return () => stop.abort();
}

function deviceName(agent: string): string {
  const find = (names: Readonly<Record<string, RegExp>>): string | undefined =>
    Object.keys(names).find((name) => names[name]?.test(agent));
  const browser = find({ Edge: /Edg/, Opera: /OPR/, Firefox: /Firefox|FxiOS/, Chrome: /Chrom|CriOS/, Safari: /Safari/ });
  const system = find({
    Android: /Android/,
    iPhone: /iPhone/,
    iPad: /iPad/,
    Windows: /Windows/,
    Mac: /Mac OS/,
    Linux: /Linux/,
  });
  return [browser ?? 'Browser', system].filter(Boolean).join(' on ');
}
