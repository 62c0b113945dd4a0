/** Sends letters by an SMTP server. The library is loaded by those alone who have one. */
import type { Send } from './post.ts';

export interface SmtpOptions {
  /** `smtp://` (with STARTTLS where the server has it) or `smtps://`, with user and password where it wants them. */
  readonly url: string;
  readonly from: string;
}

/** How long a server may take to answer, and to say something in between. */
const timeoutMs = 20_000;

export async function smtpSender({ url, from }: SmtpOptions): Promise<{ readonly send: Send; readonly close: () => void }> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(
    { url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { from: { name: 'Offhook', address: from }, disableFileAccess: true, disableUrlAccess: true },
  );
  return {
    async send({ id, to, subject, text, calendar }) {
      await transport.sendMail({
        to: { name: '', address: to },
        subject,
        text,
        // The same however often it is sent.
        messageId: `<${id}@offhook>`,
        ...(calendar && { icalEvent: { ...calendar, filename: 'invitation.ics' } }),
      });
    },
    close: () => transport.close(),
  };
}
