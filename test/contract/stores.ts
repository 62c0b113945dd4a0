/** The adapters of the Store port. Each entry makes places in which stores can be opened one after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../packages/server/src/ports.ts';
import { MemoryDisk } from '../../packages/server/src/store/memory-disk.ts';
import { MemoryStore } from '../../packages/server/src/store/memory.ts';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/store.ts';

export interface Place {
  /** Opens the data of this place anew, as another process would. */
  open(): Promise<Store>;
  remove(): void;
}

export const stores: readonly { readonly name: string; readonly place: () => Place }[] = [
  {
    name: 'memory',
    place: () => {
      const disk = new MemoryDisk();
      return { open: () => Promise.resolve(new MemoryStore({ disk })), remove: () => {} };
    },
  },
  {
    name: 'sqlite',
    place: () => {
      const folder = mkdtempSync(join(tmpdir(), 'offhook-store-'));
      return {
        open: () => openSqliteStore({ path: join(folder, 'offhook.db') }),
        remove: () => rmSync(folder, { recursive: true }),
      };
    },
  },
];
