/** Meetings and the letters about them, as statements and as rows. */
import type { StandingMeeting } from '@offhook/core';
import type { MeetingStore, MeetingWrite, StoredMail } from '../../ports/meetings.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const meetingWrites = {
  meeting: 'INSERT INTO meetings (id, state) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
  meeting_over: 'DELETE FROM meetings WHERE id = ?1',
  mail: 'INSERT INTO mails (id, mail) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET mail = excluded.mail',
  mail_gone: 'DELETE FROM mails WHERE id = ?1',
} as const;

/** The rows that each of the reads yields. */
export interface MeetingRows {
  readonly meetings: { readonly state: string };
  readonly mails: { readonly mail: string };
}

export const meetingReads: Readonly<Record<keyof MeetingRows, string>> = {
  meetings: 'SELECT state FROM meetings ORDER BY rowid',
  mails: 'SELECT mail FROM mails ORDER BY rowid',
};

export function encodeMeetingWrite(write: MeetingWrite): Statement {
  switch (write.type) {
    case 'meeting':
      return write.state.kind === 'standing'
        ? ['meeting', write.state.id, JSON.stringify(write.state)]
        : ['meeting_over', write.state.id];
    case 'mail':
      return ['mail', write.mail.id, JSON.stringify(write.mail)];
    case 'mail_gone':
      return ['mail_gone', write.mail];
  }
}

export function meetingStore(connection: Connection): MeetingStore {
  return {
    async meetings() {
      return (await connection.read('meetings')).map(({ state }) => JSON.parse(state) as StandingMeeting);
    },
    async mails() {
      return (await connection.read('mails')).map(({ mail }) => JSON.parse(mail) as StoredMail);
    },
  };
}
