/** What notifications say where no page is there to say it. */

interface PushTexts {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly audio: string;
  readonly video: string;
  readonly forwarded: (name: string) => string;
  readonly missed: string;
  readonly answered: string;
  readonly answeredOn: (device: string) => string;
  readonly over: string;
  readonly voicemail: string;
  readonly testTitle: string;
  readonly test: string;
}

const english: PushTexts = {
  lang: 'en',
  dir: 'ltr',
  audio: 'Incoming call',
  video: 'Incoming video call',
  forwarded: (name) => `forwarded by ${name}`,
  missed: 'Missed call',
  answered: 'Answered on another device',
  answeredOn: (device) => `Answered on ${device}`,
  over: 'The call is over',
  voicemail: 'Voicemail',
  testTitle: 'Offhook',
  test: 'This is how calls ring here when no page is open.',
};

const arabic: PushTexts = {
  lang: 'ar',
  dir: 'rtl',
  audio: 'مكالمة واردة',
  video: 'مكالمة فيديو واردة',
  forwarded: (name) => `محوّلة من ${name}`,
  missed: 'مكالمة فائتة',
  answered: 'تم الرد على جهاز آخر',
  answeredOn: (device) => `تم الرد على ${device}`,
  over: 'انتهت المكالمة',
  voicemail: 'رسالة صوتية',
  testTitle: 'Offhook',
  test: 'هكذا ترن المكالمات هنا عندما لا تكون أي صفحة مفتوحة.',
};

/** In a language (BCP 47), or else in English. */
export function textsIn(language: string | undefined): PushTexts {
  return /^ar\b/i.test(language ?? '') ? arabic : english;
}
