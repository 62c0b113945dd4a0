/** A session of several people: everybody who gives the same name of a session hears and sees all the others. */
import { connect, OffhookError } from '@offhook/client';
import { join } from '@offhook/client/session';
import type { RemoteStream, Session } from '@offhook/client/session';

const find = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;
const [enter, says, people, controls] = [find<HTMLFormElement>('enter'), find('says'), find('people'), find('controls')];

enter.addEventListener('submit', (event) => {
  event.preventDefault();
  const { name, session } = Object.fromEntries(new FormData(enter)) as { name: string; session: string };
  begin(name, session).catch((error: unknown) => {
    // A sentence for people: no camera, the session is full, …
    says.textContent = error instanceof OffhookError ? error.message : String(error);
  });
});

async function begin(name: string, id: string): Promise<void> {
  const phone = await connect({ url: 'http://localhost:8080', name });
  const session = await join(phone, id);
  enter.hidden = true;
  controls.hidden = false;

  const figures = new Map<RemoteStream, HTMLElement>();
  session.on('streamAvailable', (remote) => figures.set(remote, show(remote.stream, nameOf(session, remote), remote)));
  session.on('streamUnavailable', (remote) => figures.get(remote)?.remove());
  session.on('activeSpeaker', (speaker) => {
    for (const [remote, figure] of figures) figure.classList.toggle('speaks', remote.participant === speaker?.participant);
  });
  session.on('participant', (change, { user }) => change !== 'changed' && (says.textContent = `${user.name} has ${change}`));
  session.on('data', (from, data) => {
    const who = session.participants.find(({ participant }) => participant === from)?.user.name;
    // What comes from another page may be anything.
    if (data === 'hand') says.textContent = `${who} raises a hand`;
  });
  session.on('ended', (cause, error) => {
    says.textContent = error?.message ?? `The session is over for you: ${cause}`;
    people.replaceChildren();
    controls.hidden = true;
    enter.hidden = false;
    void phone.close();
  });

  const over = new AbortController();
  session.on('ended', () => over.abort());
  const press = (id: string, pressed: (button: HTMLElement) => void): void => {
    const button = find(id);
    button.addEventListener('click', () => pressed(button), { signal: over.signal });
  };
  press('microphone', (button) => session.setMicEnabled(toggled(button)));
  press('camera', (button) => {
    session.setCameraEnabled(toggled(button)).catch((error: unknown) => (says.textContent = String(error)));
  });
  press('hand', () => session.send('hand'));
  press('leave', () => void session.leave());

  const local = await session.publish({ audio: true, video: { width: 1280, height: 720 } });
  show(local.stream, `${name} (you)`);
}

function show(stream: MediaStream, name: string, remote?: RemoteStream): HTMLElement {
  const video = Object.assign(document.createElement('video'), { srcObject: stream, autoplay: true, playsInline: true });
  // One's own sound is not for oneself.
  video.muted = remote === undefined;
  const caption = Object.assign(document.createElement('figcaption'), { textContent: name });
  const figure = document.createElement('figure');
  figure.append(video, caption);
  people.append(figure);
  // No more is sent than can be seen.
  if (remote !== undefined) new ResizeObserver(() => remote.look(video.clientWidth * devicePixelRatio)).observe(video);
  return figure;
}

function nameOf(session: Session, { participant: id, alias }: RemoteStream): string {
  const name = session.participants.find(({ participant }) => participant === id)?.user.name ?? '';
  return alias === undefined ? name : `${name}: ${alias}`;
}

/** Whether it is on now. */
function toggled(button: HTMLElement): boolean {
  const on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(on));
  return on;
}
