/** Sends letters by an SMTP server. The library is loaded by those alone who have one. */
import type { Files } from '../ports/files.ts';
import type { StoredMail } from '../ports/meetings.ts';
import type { Send } from './post.ts';

export interface SmtpOptions {
  /** `smtp://` (with STARTTLS where the server has it) or `smtps://`, with user and password where it wants them. */
  readonly url: string;
  readonly from: string;
  /** Where attachments lie. */
  readonly files: Pick<Files, 'read'>;
}

/** How long a server may take to answer, and to say something in between. */
const timeoutMs = 20_000;

export async function smtpSender({
  url,
  from,
  files,
}: SmtpOptions): Promise<{ readonly send: Send; readonly close: () => void }> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(
    { url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { from: { name: 'Offhook', address: from }, disableFileAccess: true, disableUrlAccess: true },
  );
  return {
    async send({ id, to, subject, text, calendar, attachment }) {
      const attachments = attachment && (await attached(attachment, files));
      await transport.sendMail({
        to: { name: '', address: to },
        subject,
        text,
        // The same however often it is sent.
        messageId: `<${id}@offhook>`,
        ...(calendar && { icalEvent: { ...calendar, filename: 'invitation.ics' } }),
        ...(attachments && { attachments }),
      });
    },
    close: () => transport.close(),
  };
}

interface Attached {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** Nothing, if it was deleted since. */
async function attached(
  { file, name, type }: NonNullable<StoredMail['attachment']>,
  files: Pick<Files, 'read'>,
): Promise<Attached[]> {
  const bytes = await files.read(file);
  if (bytes === undefined) return [];
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return [{ filename: name, contentType: type, content: Buffer.concat(pieces) }];
}
