/** What the tests of browsers serve is built once for all of them. */
import type { TestProject } from 'vitest/node';
import { buildClientScript } from '../../../scripts/client-script.ts';
import { buildPages } from './pages.ts';
import { buildWebPhone } from './web-phone.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folders: the pages of tests, and the web phone. */
    readonly pages: string;
    readonly webPhone: string;
    /** Of the cameras that Chromium makes up for pages of tests. */
    readonly framesPerSecond: number;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const [pages, webPhone] = [await buildPages(), await buildWebPhone()];
  await buildClientScript(webPhone.folder, 'client.js');
  project.provide('pages', pages.folder);
  project.provide('webPhone', webPhone.folder);
  // Much of what calls cost is pictures. Where they are measured there are as many as Chromium makes if nothing is said.
  project.provide('framesPerSecond', project.name === 'media' ? 20 : 10);
  return () => {
    pages.remove();
    webPhone.remove();
  };
}
