import { defaultClientConditions, defineConfig } from 'vite';

/** In this repository the SDK is taken from its sources; an application of its own needs no such line. */
export default defineConfig({ resolve: { conditions: ['source', ...defaultClientConditions] } });
