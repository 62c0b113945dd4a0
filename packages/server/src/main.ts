#!/usr/bin/env node
process.stderr.write('The server is not written yet.\n');
