import type { EchoTexts } from '../echo.ts';

export const echo: EchoTexts = {
  name: 'اختبار الصدى',
  call: 'الاتصال باختبار الصدى',
  hint: 'تسمع ما تقوله بعد ثانية، كما يسمعه الآخرون.',
  title: 'اسمع نفسك',
  during: 'قل شيئًا، وستسمعه مرة أخرى بعد ثانية.',

  heard: { good: 'اتصالك جيد', uneven: 'كان اتصالك ضعيفًا في بعض اللحظات', poor: 'اتصالك ضعيف' },
  silent: 'لم يُسمع منك شيء. هل هذا هو الميكروفون الصحيح، وهل هو مُشغَّل؟',
  tooShort: 'كانت المدة أقصر من أن تُقاس. ابقَ على الخط بضع ثوانٍ.',
  measured: (milliseconds, lost) =>
    `${milliseconds} مللي ثانية ذهابًا وإيابًا، ${lost === undefined ? 'ولم يُفقد شيء' : `وفُقد ${lost}`}`,
};
