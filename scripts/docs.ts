/** `npm run docs`: writes what is generated under docs/. Tests fail while it differs from what is committed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { protocolDoc } from './protocol-doc.ts';
import { root } from './run.ts';

writeFileSync(join(root, 'docs/protocol.md'), protocolDoc());
