/** What a terminal shows once the server is there. */
import type { RunningServer } from './server.ts';

/** For a browser on this machine, and for others in the network when they can reach it. */
export async function banner({ urls, fingerprint, isOpen, firstInvite }: RunningServer): Promise<string> {
  const [first = ''] = urls;
  const lines = ['', `  Offhook is ready: ${first}`];
  if (fingerprint !== undefined) {
    // Only those who serve a local network pay for loading it.
    const { renderUnicodeCompact } = await import('uqr');
    lines.push(
      ...urls.slice(1).map((url) => `                    ${url}`),
      '',
      ...renderUnicodeCompact(first, { border: 2 })
        .split('\n')
        .map((line) => `  ${line}`),
      '',
      '  Browsers warn at the first visit, because this machine made the certificate itself. Its fingerprint (SHA-256):',
      `  ${fingerprint.slice(0, 47)}`,
      `  ${fingerprint.slice(48)}`,
    );
  } else if (isOpen) {
    lines.push('  Open it in two tabs, take a name in each, and call.');
  }
  if (firstInvite !== undefined)
    lines.push('', '  Nobody has an account yet. Whoever opens this link becomes the first administrator:', `  ${firstInvite}`);
  return `${lines.join('\n')}\n\n`;
}
