import type { VoicemailTexts } from '../voicemail.ts';

export const voicemail: VoicemailTexts = {
  from: (name) => `رسالة صوتية من ${name}`,
  own: 'رسالتك الصوتية',
  unheard: 'لم تُسمع بعد',
  deleted: 'رسالة صوتية محذوفة',
  delete: 'حذف الرسالة الصوتية',
  play: 'تشغيل',
  pause: 'إيقاف مؤقت',
  position: 'الموضع',
  at: (at, of) => `${at} من ${of}`,
  speed: (times) => `السرعة: ${times}`,
  times: (speed) => `${speed}×`,
  missing: 'يتعذّر تشغيلها الآن.',
};
