import type { Texts } from '../english/english.ts';

export const history: Texts['history'] = {
  title: 'المكالمات',
  which: 'أي المكالمات',
  all: 'الكل',
  onlyMissed: 'الفائتة',
  noMissed: 'لا مكالمات فائتة.',
  nothing: 'ستظهر مكالماتك هنا.',
  older: 'عرض مكالمات أقدم',
  kinds: {
    audio: { missed: 'فائتة', incoming: 'واردة', outgoing: 'صادرة', unanswered: 'صادرة' },
    video: { missed: 'فيديو فائتة', incoming: 'فيديو واردة', outgoing: 'فيديو صادرة', unanswered: 'فيديو صادرة' },
  },
  youWereBusy: 'كنت في مكالمة',
  doNotDisturb: 'عدم الإزعاج',
  forwardedTo: (name) => `أُعيد توجيهها إلى ${name}`,
  outcomes: {
    declined: 'مرفوضة',
    busy: 'الخط مشغول',
    do_not_disturb: 'عدم الإزعاج',
    no_answer: 'لا رد',
    cancelled: 'ملغاة',
    unreachable: 'خارج الخط',
    answered_elsewhere: 'تم الرد على جهاز آخر',
    transferred: 'تم تحويلها',
    forwarded: 'أُعيد توجيهها',
    crossed: 'اتصل كل منكما بالآخر',
    hangup: 'لا اتصال',
    media_failed: 'لا اتصال',
    connection_lost: 'لا اتصال',
    server_lost: 'لا اتصال',
  },
};
