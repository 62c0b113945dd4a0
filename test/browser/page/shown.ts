/** A page that somebody shows to others: in one colour, which moves a little, with one tone. */

const colour = 'rgb(255 0 255)';
const frequency = 1_000;

document.documentElement.style.background = colour;
const dot = document.createElement('div');
dot.style.cssText = 'position: absolute; width: 20px; height: 20px; background: black;';
document.body.append(dot);
let frame = 0;
function move(): void {
  frame += 1;
  dot.style.left = `${frame % 400}px`;
  requestAnimationFrame(move);
}
move();

const audio = new AudioContext();
const tone = new OscillatorNode(audio, { frequency });
tone.connect(new GainNode(audio, { gain: 0.3 })).connect(audio.destination);
tone.start();
