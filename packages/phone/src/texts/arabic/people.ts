import type { Texts } from '../english/english.ts';

export const people: Texts['people'] = {
  title: 'الأشخاص',
  search: 'البحث عن أشخاص',
  notAll: 'لا تضم القائمة الجميع. استخدم البحث للعثور على الآخرين.',
  here: 'موجودون الآن',
  away: 'غير موجودين',
  nobodyYet: 'لم يسجّل أحد غيرك الدخول بعد.',
  call: (name) => `اتصال بـ ${name}`,
  videoCall: (name) => `مكالمة فيديو مع ${name}`,
  callBack: (name) => `معاودة الاتصال بـ ${name}`,
  takeOff: 'إزالة من القائمة',
  takenOff: (name) => `سيعود ${name} إلى القائمة عند الحضور مجددًا`,
};
