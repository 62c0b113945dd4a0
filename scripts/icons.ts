/** Draws the icons of the installed phone from its mark, into packages/phone/public/icons. To be run when the mark changes. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { program } from '../test/support/programs.ts';
import { root } from './run.ts';

const folder = join(root, 'packages/phone/public');
const mark = readFileSync(join(folder, 'favicon.svg'), 'utf8');
const icons = [
  ['192', 192, mark],
  ['512', 512, mark],
  // Apple draws the corners itself.
  ['apple-180', 180, filled(1)],
  // Whatever shape a system cuts out, the middle four fifths stay (W3C Web App Manifest, "safe zone").
  ['maskable-512', 512, filled(0.8)],
] as const;

mkdirSync(join(folder, 'icons'), { recursive: true });
const browser = await chromium.launch({ executablePath: program('browser'), args: ['--no-sandbox'] });
for (const [name, size, svg] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: join(folder, 'icons', `${name}.png`), omitBackground: true });
  await page.close();
}
await browser.close();

/** To the edges, without corners of its own. */
function filled(scale: number): string {
  const aside = (64 * (1 - scale)) / 2;
  const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(mark)?.[1] ?? '';
  return `<svg viewBox="0 0 64 64" xmlns="http://www.w3.org/2000/svg"><rect width="64" height="64" fill="#4b48d6"/><g transform="translate(${aside} ${aside}) scale(${scale})">${inside}</g></svg>`;
}
