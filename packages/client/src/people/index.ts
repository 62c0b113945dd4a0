/**
 * People: what one says of oneself, whom one knows, whom one does not want to hear of. An entry of its own, so that pages which only
 * call do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { peopleOf } from '@offhook/client/people';
 *
 *     const phone = await connect({ name: 'Anna' });
 *     const people = peopleOf(phone);
 *     await people.load();
 *     people.reportActivity();
 *     await people.setStatus({ text: 'In the workshop', emoji: '🔧' }, { forMs: 3_600_000 });
 *     await people.add('bo', { starred: true });
 *     people.on('changed', () => show(people.contacts));
 */
export { People, peopleOf } from './people.ts';
export type { PeopleEvents } from './people.ts';
export { squarePicture } from './picture.ts';
export { isQuiet, nextQuietChange, quietUntil } from '@offhook/core';
export type { Contact, Profile, QuietHours, QuietTimes, Status } from '@offhook/core';
