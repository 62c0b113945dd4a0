/** What a page of `setup` can do, however it does it. */
export interface Phone {
  signIn(login: { readonly port: number; readonly name: string; readonly token: string }): Promise<void>;
  /** Calls with microphone and camera; `remote` shows what comes. */
  call(to: string): Promise<void>;
  /** Resolves when a call rings here. */
  rings(): Promise<void>;
  /** Takes the call that rings, with microphone and camera. */
  accept(): Promise<void>;
  /** Ends the call; resolves when nothing is left of it on this side. */
  hangUp(): Promise<void>;
}

declare global {
  interface Window {
    phone: Phone;
    /** When `accept` was clicked and when the first remote frame was there, in milliseconds of one clock for all pages. */
    clickedAt: Promise<number>;
    frameAt: Promise<number>;
    prepareRound: () => void;
  }
}

/** What both ask of the camera. */
export const camera: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

export const html = '<button id="accept">Accept</button><video id="remote" autoplay muted playsinline></video>';

/** Shows a stream to the person, from which on its first frame counts. */
export function show(stream: MediaStream): void {
  const video = remote();
  if (video.srcObject !== stream) video.srcObject = stream;
}

/** Offers a phone to the benchmark. */
export function present(phone: Phone): void {
  window.phone = phone;
  window.prepareRound = () => {
    const video = remote();
    video.srcObject = null;
    window.frameAt = new Promise((resolve) => {
      video.requestVideoFrameCallback((now) => resolve(performance.timeOrigin + now));
    });
    window.clickedAt = new Promise((resolve) => {
      const clicked = (event: MouseEvent): void => {
        resolve(performance.timeOrigin + event.timeStamp);
        void phone.accept();
      };
      document.querySelector('button')?.addEventListener('click', clicked, { once: true });
    });
  };
}

function remote(): HTMLVideoElement {
  const video = document.querySelector('video');
  if (video === null) throw new Error('the page has no video element');
  return video;
}
