/** The words of the service worker, which has no page to ask; most of what it shows comes with what is pushed, in the language of it. */
interface WorkerTexts {
  readonly answer: string;
  readonly decline: string;
  readonly over: string;
}

const english: WorkerTexts = { answer: 'Accept', decline: 'Decline', over: 'The call is over' };
const arabic: WorkerTexts = { answer: 'قبول', decline: 'رفض', over: 'انتهت المكالمة' };

export function textsIn(lang: string): WorkerTexts {
  return lang.startsWith('ar') ? arabic : english;
}
