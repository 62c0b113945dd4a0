import { partMissingEvent, tryMissing } from './elements/lazy.ts';

interface Host {
  /** A call is going on, which a reload would interrupt. */
  readonly isBusy: boolean;
  tell(text: string): void;
  /** Draws again, and with it asks for the part again. */
  retry(): void;
}

const againMs = 3_000;

/**
 * A part of the phone could not be loaded. Where that is because the server has a newer version of it, the page is loaded anew, as
 * long as nobody is in a call; otherwise the person is told, and it is tried again.
 */
export function careForMissingParts(host: Host): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  addEventListener(partMissingEvent, (event) => {
    host.tell((event as CustomEvent<string>).detail);
    clearTimeout(timer);
    timer = setTimeout(() => void again(), againMs);
  });

  async function again(): Promise<void> {
    if (!host.isBusy && (await isOutdated())) return location.reload();
    tryMissing();
    host.retry();
  }
}

/** The page as the server has it now begins with another script than this one. */
async function isOutdated(): Promise<boolean> {
  const script = document.querySelector('script[type=module]')?.getAttribute('src');
  try {
    const page = await fetch(location.pathname, { cache: 'no-store' });
    return page.ok && typeof script === 'string' && !(await page.text()).includes(script);
  } catch {
    return false;
  }
}
