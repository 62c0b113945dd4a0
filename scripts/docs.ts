/** `npm run docs`: writes what is generated under docs/. Tests fail while it differs from what is committed. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from '../test/flows/flows.ts';
import { apiReport } from './api-report.ts';
import { protocolDoc } from './protocol-doc.ts';
import { root } from './run.ts';

writeFileSync(join(root, 'docs/protocol.md'), protocolDoc());

const flows = join(root, 'docs/flows');
const drawn = await files();
rmSync(flows, { recursive: true, force: true });
mkdirSync(flows);
for (const [name, text] of drawn) writeFileSync(join(flows, name), text);

const reports = join(root, 'docs/api');
const { files: reported } = await apiReport();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);
for (const [name, text] of reported) writeFileSync(join(reports, name), text);
