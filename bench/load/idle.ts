/** Many connections that sign in and then only wait. */
import { serve } from '../harness/service.ts';
import { open, type Dialect, type Line, type Login } from './dialects.ts';

export interface Crowd {
  readonly dialect: Dialect;
  readonly port: number;
  readonly logins: readonly Login[];
}

const atOnce = 64;
let lines: Line[] = [];

/** Opens one more line for each login. */
async function connect({ dialect, port, logins }: Crowd): Promise<void> {
  const waiting = logins.values();
  const worker = async (): Promise<void> => {
    for (const login of waiting) lines.push(await open(dialect, port, login, () => undefined));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function leave(): void {
  for (const line of lines) line.close();
  lines = [];
}

serve({ connect, leave });
