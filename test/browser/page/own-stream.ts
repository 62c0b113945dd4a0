/** All of them. */
export const ownStreams: MediaStream[] = [];

/** A tone that never stops, and pictures. */
export function ownStream(): MediaStream {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let frame = 0;
  const draw = (): void => {
    frame += 1;
    if (context !== null) {
      context.fillStyle = `hsl(${frame % 360} 80% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    requestAnimationFrame(draw);
  };
  draw();
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: 440 });
  const out = new MediaStreamAudioDestinationNode(audio);
  tone.connect(out);
  tone.start();
  const stream = new MediaStream([...out.stream.getTracks(), ...canvas.captureStream(30).getTracks()]);
  ownStreams.push(stream);
  return stream;
}
