import { OffhookError } from '../errors.ts';

/** Pixels of each side: sharp in the largest avatar of a screen with two pixels a point. */
const side = 384;
const quality = 0.85;
/** Larger files are not opened: whatever they are, it is no picture to show somebody by. */
const fileBytes = 32 * 1024 * 1024;

/**
 * The middle of a picture as a small square, upright and without what the camera has written into the file (place, time). Rejects with
 * `picture_refused` where the browser cannot read it.
 */
export async function squarePicture(file: Blob): Promise<Blob> {
  if (file.size > fileBytes) throw refused();
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw refused(cause);
  });
  try {
    const length = Math.min(bitmap.width, bitmap.height);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.min(side, length);
    const context = canvas.getContext('2d');
    if (context === null || length === 0) throw refused();
    context.imageSmoothingQuality = 'high';
    const [x, y] = [(bitmap.width - length) / 2, (bitmap.height - length) / 2];
    context.drawImage(bitmap, x, y, length, length, 0, 0, canvas.width, canvas.height);
    const webp = await encoded(canvas, 'image/webp');
    // Where a type is unknown, browsers fall back on PNG (HTML §4.12.5.1).
    return webp.type === 'image/webp' ? webp : await encoded(canvas, 'image/jpeg');
  } finally {
    bitmap.close();
  }
}

function encoded(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(refused()) : resolve(blob)), type, quality);
  });
}

function refused(cause?: unknown): OffhookError {
  return new OffhookError('picture_refused', { message: 'This file is no picture that can be shown.', cause });
}
