/** Pages that are SIP phones (`page/sip-pages.ts`), driven from outside; any page will do for one. */
import { join } from 'node:path';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { root } from '../../../scripts/run.ts';
import type { SipPage } from '../page/sip-pages.ts';
import { launchChromium } from './browsers.ts';
import { remote } from './remote.ts';
import type { Remote } from './remote.ts';

/** What pages of tests are made of, as a script. */
export async function scriptOf(entry: 'sip-pages.ts' | 'ear.ts'): Promise<string> {
  const built = await build({
    root: join(root, 'test/browser/page'),
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2024', lib: { entry, formats: ['iife'], name: 'Script' } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk] = first !== undefined && 'output' in first ? first.output : [];
  return chunk?.type === 'chunk' ? chunk.code : '';
}

/** A page of its own browser, at an address of the server. */
export async function openSipPage(url: string, library: 'jssip' | 'sipjs', script: string): Promise<Remote<SipPage>> {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const tab = await (await browser.newProfile()).newTab();
  await tab.goto(new URL('shown.html', url).href);
  await tab.evaluate(script as never, undefined);
  return sipPageIn(tab, library);
}

interface Evaluating {
  evaluate<A>(task: (arg: A) => unknown, arg: A): Promise<unknown>;
}

/** The script has to be in the page. */
export function sipPageIn(tab: Evaluating, library: 'jssip' | 'sipjs'): Remote<SipPage> {
  return remote((method, args) =>
    tab.evaluate(
      (called) => {
        const page = globalThis.sipPages[called.library] as unknown as Record<string, (...args: unknown[]) => unknown>;
        return page[called.method]?.(...called.args);
      },
      { library, method, args: [...args] },
    ),
  );
}
