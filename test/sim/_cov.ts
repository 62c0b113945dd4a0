import { run } from './run.ts';
import { watch, table, gaps } from './coverage.ts';
const counts = {};
watch(counts);
const [from, to] = process.argv.slice(2).map(Number);
for (let s = from!; s <= to!; s++) await run(s);
console.log(table(counts)); console.log(gaps(counts).missing.join('\n'));
