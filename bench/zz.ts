import { Hall } from './load/hall.ts';
const shape = { publishers: 1, receivers: 50 };
const hall = await Hall.open((process.argv[2] ?? 'offhook') as never, shape);
for (const rate of [300, 2000, 2000, 2000, 1800, 1200, 600, 300, 300]) {
  await new Promise((r) => setTimeout(r, 4000));
  console.log(rate, await hall.measure(rate, 1.2));
}
await hall.close();
process.exit(0);
