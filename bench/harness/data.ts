import { join } from 'node:path';

/**
 * Where servers under test keep their data: inside the repository, because the folder for temporary files is often in memory, where
 * storing costs nothing.
 */
export const dataRoot: string = join(import.meta.dirname, '../../node_modules/.cache/offhook/bench');
