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
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const [pages, webPhone] = [await buildPages(), await buildWebPhone()];
  await buildClientScript(webPhone.folder, 'client.js');
  project.provide('pages', pages.folder);
  project.provide('webPhone', webPhone.folder);
  return () => {
    pages.remove();
    webPhone.remove();
  };
}
