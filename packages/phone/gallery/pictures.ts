/** Drawn people in place of cameras. */

/** A stream with the drawn portrait of somebody, 1280 × 720. */
export async function picture(name: 'anna' | 'lena'): Promise<MediaStream> {
  const image = new Image(1280, 720);
  image.src = new URL(`./portraits/${name}.svg`, import.meta.url).href;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1280, 720];
  const context = canvas.getContext('2d');
  const draw = (): void => context?.drawImage(image, 0, 0, 1280, 720);
  draw();
  // A canvas streams only what is drawn after the stream was asked for.
  setInterval(draw, 100);
  return canvas.captureStream(10);
}
