import type { Call } from '@offhook/client';
import { useCall, useSeconds } from './offhook.ts';

interface Props {
  readonly call: Call;
  /** Shows what goes wrong. */
  readonly attempt: (action: () => Promise<unknown>) => Promise<void>;
}

/** One call: what it does, whom one sees, and what one can do. */
export function CallCard({ call, attempt }: Props) {
  const { name, state, isVideo, ringing, muted, held, camera, remoteHeld, remoteCamera, localStream, remoteStream } =
    useCall(call);
  const seconds = useSeconds(call);
  const says = {
    opening: 'One moment …',
    calling: ringing ? 'It rings …' : 'Calling …',
    incoming: isVideo ? 'Video call' : 'Call',
    answering: 'Connecting …',
    connecting: 'Connecting …',
    active: held ? 'You hold the call' : remoteHeld ? 'On hold' : clock(seconds),
    reconnecting: 'Connecting again …',
    ended: '',
  }[state];
  return (
    <article aria-label={`Call with ${name}`}>
      <h2>{name}</h2>
      <p role="status">{says}</p>
      {/* Plays the voice of the other, too. */}
      <Stream stream={remoteStream} className={remoteCamera ? 'remote' : 'remote dark'} />
      {camera && <Stream stream={localStream} className="local" muted />}
      {state === 'incoming' ? (
        <div className="controls">
          <button onClick={() => void attempt(() => call.answer())}>Answer</button>
          {isVideo && <button onClick={() => void attempt(() => call.answer({ video: true }))}>Answer with video</button>}
          <button className="end" onClick={() => call.reject()}>
            Decline
          </button>
        </div>
      ) : (
        <div className="controls">
          <button aria-pressed={muted} onClick={() => call.mute(!muted)}>
            Mute
          </button>
          <button aria-pressed={camera} onClick={() => void attempt(() => call.setCamera(!camera))}>
            Camera
          </button>
          <button aria-pressed={held} onClick={() => (held ? call.resume() : call.hold())}>
            Hold
          </button>
          <button className="end" onClick={() => call.hangup()}>
            Hang up
          </button>
        </div>
      )}
    </article>
  );
}

function Stream({ stream, ...rest }: { stream: MediaStream; className: string; muted?: boolean }) {
  const show = (element: HTMLVideoElement | null): void => {
    if (element && element.srcObject !== stream) element.srcObject = stream;
  };
  return <video ref={show} autoPlay playsInline {...rest} />;
}

function clock(seconds = 0): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
