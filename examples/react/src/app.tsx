import { connect, identityOfTab } from '@offhook/client';
import type { Call, Phone } from '@offhook/client';
import { Suspense, use, useActionState, useEffect, useState } from 'react';
import { CallCard } from './call.tsx';
import { PhoneContext, useCalls, usePeople, usePhone } from './offhook.ts';

const url = import.meta.env.VITE_OFFHOOK_URL ?? 'http://localhost:8080';
/** A reload loses nothing: whoever used this tab is signed in again, and the calls go on. */
const restored: Promise<Phone | undefined> = identityOfTab(url)
  ? connect({ url }).catch(() => undefined)
  : Promise.resolve(undefined);

export function App() {
  return (
    <Suspense fallback={<p>One moment …</p>}>
      <Entrance />
    </Suspense>
  );
}

function Entrance() {
  const before = use(restored);
  const [phone, setPhone] = useState(before);
  return phone ? (
    <PhoneContext value={phone}>
      <Home />
    </PhoneContext>
  ) : (
    <SignIn onPhone={setPhone} />
  );
}

function SignIn({ onPhone }: { onPhone: (phone: Phone) => void }) {
  const [problem, signIn, isPending] = useActionState(async (_: string | undefined, form: FormData) => {
    try {
      onPhone(await connect({ url, name: form.get('name') as string }));
      return undefined;
    } catch (error) {
      return textOf(error);
    }
  }, undefined);
  return (
    <form action={signIn}>
      <label>
        Your name <input name="name" required autoFocus />
      </label>
      <button disabled={isPending}>Sign in</button>
      <p role="alert">{problem}</p>
    </form>
  );
}

function Home() {
  const { name, isOnline } = usePhone();
  const calls = useCalls();
  const [problem, setProblem] = useState<string>();
  // Why a call has ended, e.g. "Bo did not answer".
  useEffect(() => {
    const offs = calls.map((call) => call.on('ended', () => setProblem(call.causeText)));
    return () => offs.forEach((off) => off());
  }, [calls]);
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    setProblem(undefined);
    await action().catch((error: unknown) => setProblem(textOf(error)));
  };
  return (
    <>
      <header>
        <h1>{name}</h1>
        {isOnline || <p role="status">The server cannot be reached. Calls go on.</p>}
      </header>
      <p role="alert">{problem}</p>
      {calls.map((call) => (
        <CallCard key={keyOf(call)} call={call} attempt={attempt} />
      ))}
      <People attempt={attempt} />
    </>
  );
}

function People({ attempt }: { attempt: (action: () => Promise<unknown>) => Promise<void> }) {
  const { phone } = usePhone();
  const [query, setQuery] = useState('');
  const people = usePeople(query);
  return (
    <section aria-label="People">
      <input
        type="search"
        aria-label="Search"
        placeholder="Search"
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      <ul>
        {people.map((person) => (
          <li key={person.address}>
            <span className={`presence ${person.presence}`} title={person.presence.replace('_', ' ')} />
            <span className="name">{person.name}</span>
            <button onClick={() => void attempt(() => phone.call(person))} aria-label={`Call ${person.name}`}>
              Call
            </button>
            <button
              onClick={() => void attempt(() => phone.call(person, { video: true }))}
              aria-label={`Video call ${person.name}`}
            >
              Video
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The id of a call changes when two people call each other at the same moment; the call itself stays. */
const keys = new WeakMap<Call, number>();
let count = 0;

function keyOf(call: Call): number {
  if (!keys.has(call)) keys.set(call, ++count);
  return keys.get(call) ?? 0;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
