/** What SIP costs: reading an INVITE, beside JsSIP, SIP.js and `sip` from npm; and calls a second by SIPp. */
import { printMachine, report } from './harness/report.ts';
import { measureCalls } from './sip/calls.ts';
import { measureParsing } from './sip/parse.ts';

/** Microseconds. */
const parseMost = 6;
const callsLeast = 1_000;
/** From INVITE to 200, in milliseconds. */
const p99Most = 20;

printMachine();
const { offhook, checked, sip, jssip, sipjs } = await measureParsing();
const { most, p99, cpu, bytes } = await measureCalls(callsLeast);
report({
  bench: 'sip',
  figures: {
    'parse µs': offhook,
    'checked µs': checked,
    'sip µs': sip,
    'jssip µs': jssip,
    'sipjs µs': sipjs,
    'calls per second': most,
    'p99 ms': p99,
    'cpu µs per call': cpu,
    'calls per second of CPU': 1_000_000 / cpu,
    'bytes per call': bytes,
  },
  ratio: Math.max(offhook / parseMost, callsLeast / most, p99 / p99Most),
  budget: 1,
});
