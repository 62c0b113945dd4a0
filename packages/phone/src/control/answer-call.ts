import type { SignedInControl } from './signed-in.ts';

/** So long a call may take to get here: the page has just been opened for it. */
const patienceMs = 15_000;

/** Takes a call as soon as it rings here, as its card would: a video call with the camera, for which the browser asks if it has to. */
export function answerCall(control: Pick<SignedInControl, 'phone' | 'run'>, id: string): void {
  const { phone } = control;
  const look = (): void => {
    const call = phone.calls.find((one) => one.id === id);
    if (call === undefined) return;
    stop();
    if (call.state === 'incoming') control.run({ type: 'answer', call: id, video: call.media.video });
  };
  const off = phone.on('calls', look);
  const timer = setTimeout(() => stop(), patienceMs);
  const stop = (): void => {
    clearTimeout(timer);
    off();
  };
  look();
}
