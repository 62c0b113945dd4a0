#!/usr/bin/env node
import { join } from 'node:path';
import { describeConfig, help } from './config-text.ts';
import { readConfig } from './config-sources.ts';
import { createServer } from './server.ts';

const { command, config, sources } = readConfig(process.argv.slice(2), process.env);
switch (command) {
  case 'help':
    process.stdout.write(help());
    break;
  case 'config':
    process.stdout.write(describeConfig(config, sources));
    break;
  case 'version':
    break;
  case 'serve': {
    const phoneDir = config.phoneDir ?? join(import.meta.dirname, 'phone');
    const server = await createServer({ ...config, phoneDir }, { phoneBuilding: process.env['OFFHOOK_PHONE_BUILDING'] });
    console.log(`http://localhost:${server.port}`);
  }
}
