/** What people say of themselves and of one another, as statements and as rows. */
import type { Profile, Settings } from '@offhook/core';
import type { PeopleStore, PeopleWrite } from '../../ports/people.ts';
import type { StoredUser } from '../../ports.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';
import type { UserRow } from './statements-people.ts';

export function encodePeopleWrite(write: PeopleWrite): Statement {
  switch (write.type) {
    case 'profile':
      return ['profile', write.user, JSON.stringify(write.profile)];
    case 'seen':
      return ['seen', write.user, write.at];
    case 'contact':
      return ['contact', write.user, write.contact, Number(write.starred)];
    case 'no_contact':
      return ['no_contact', write.user, write.contact];
    case 'block':
      return [write.on ? 'block' : 'no_block', write.user, write.blocked];
  }
}

export function peopleStore(connection: Connection): PeopleStore {
  return {
    async contacts(user) {
      const rows = await connection.read('contacts', user);
      return rows.map((row) => ({ user: toUser(row), starred: row.starred === 1 }));
    },
    async blocks(user) {
      const rows = await connection.read('blocks', user);
      return {
        blocked: rows.flatMap((row) => (row.user === user ? [row.blocked] : [])),
        by: rows.flatMap((row) => (row.user === user ? [] : [row.user])),
      };
    },
  };
}

export function toUser({ address, name, settings, vouched, createdAt, profile, seenAt }: UserRow): StoredUser {
  return {
    address,
    name,
    settings: JSON.parse(settings) as Settings,
    ...(vouched === 1 && { vouched: true }),
    createdAt,
    ...(profile !== null && { profile: JSON.parse(profile) as Profile }),
    ...(seenAt !== null && { seenAt }),
  };
}
