/** What SIP costs: reading an INVITE, beside JsSIP, SIP.js and `sip` from npm. */
import { printMachine, report } from './harness/report.ts';
import { measureParsing } from './sip/parse.ts';

/** Microseconds. */
const parseMost = 6;

printMachine();
const { offhook, checked, sip, jssip, sipjs } = await measureParsing();
report({
  bench: 'sip',
  figures: { 'parse µs': offhook, 'checked µs': checked, 'sip µs': sip, 'jssip µs': jssip, 'sipjs µs': sipjs },
  ratio: offhook / parseMost,
  budget: 1,
});
