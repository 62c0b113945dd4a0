/** "● 36:46 – Title of the page", and a dot on the icon of the tab. */
import type { View } from '../view.ts';

const size = 32;

export function tabMark(): (view: View | undefined) => void {
  let title = '';
  let written: string | undefined;
  let icon: HTMLLinkElement | undefined;
  return (view) => {
    // The page may have changed its title meanwhile.
    if (document.title !== written) title = document.title;
    if (view === undefined) {
      if (written !== undefined && document.title === written) document.title = title;
      written = undefined;
      icon?.remove();
      icon = undefined;
      return;
    }
    document.title = `● ${view.state === 'reconnecting' ? view.subtext : view.clock} – ${title}`;
    // What is read back has no doubled blanks.
    written = document.title;
    icon ??= dotted();
  };
}

/** The icon of the page with a red dot, as a further icon: the last one counts. */
function dotted(): HTMLLinkElement {
  const own = document.querySelector<HTMLLinkElement>('link[rel~=icon]');
  const link = document.createElement('link');
  link.rel = 'icon';
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  const image = new Image();
  const draw = (): void => {
    if (context === null) return;
    // One that is not there, or may not be read, is left out.
    if (image.naturalWidth > 0) context.drawImage(image, 0, 0, size, size);
    context.beginPath();
    context.arc(size * 0.7, size * 0.7, size * 0.3, 0, 7);
    context.fillStyle = '#d32f2f';
    context.fill();
    link.href = canvas.toDataURL();
  };
  image.crossOrigin = 'anonymous';
  for (const type of ['load', 'error']) image.addEventListener(type, draw);
  image.src = own?.href ?? 'data:,';
  document.head.append(link);
  return link;
}
