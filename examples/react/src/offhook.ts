/** Offhook in React. A phone and its calls live outside of React and change by themselves; components subscribe to what they show. */
import type { Call, PersonPresence, Phone } from '@offhook/client';
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react';

/** The phone of whoever is signed in: `<PhoneContext value={phone}>`. */
export const PhoneContext = createContext<Phone | undefined>(undefined);

/** The phone, who is signed in, and whether the server can be reached. */
export function usePhone() {
  const phone = use(PhoneContext);
  if (phone === undefined) throw new Error('usePhone() belongs below <PhoneContext value={phone}>.');
  return { phone, ...useSnapshot(phone, ofPhone) };
}

/** The calls that live in this tab, oldest first: those that ring here among them. */
export function useCalls(): readonly Call[] {
  return useSnapshot(usePhone().phone, ofCalls);
}

/** What there is to show of a call, and its streams. */
export function useCall(call: Call) {
  return useSnapshot(call, ofCall);
}

/** For how many seconds a call has been going on; undefined before that. */
export function useSeconds(call: Call): number | undefined {
  return useSnapshot(call, ofDuration).seconds;
}

/** The people whose names begin with `query`, with their presence as it changes. */
export function usePeople(query: string): readonly PersonPresence[] {
  const { phone } = usePhone();
  const [people, setPeople] = useState<readonly PersonPresence[]>([]);
  useEffect(() => {
    let isCurrent = true;
    let known: readonly PersonPresence[] = [];
    const show = (now: readonly PersonPresence[]): void => {
      known = now;
      if (isCurrent) setPeople(now);
    };
    const search = async (): Promise<void> => {
      const found = (await phone.people({ query, limit: 50 })).people;
      if (!isCurrent) return;
      show(found);
      const addresses = found.map(({ address }) => address);
      await phone.watch(addresses, { arrivals: true });
    };
    const off = phone.on('presence', (changed) => {
      // Somebody has come who was not among those found.
      if (changed.some(({ address }) => known.every((one) => one.address !== address))) void search();
      show(known.map((one) => changed.find(({ address }) => address === one.address) ?? one));
    });
    void search();
    return () => {
      isCurrent = false;
      off();
    };
  }, [phone, query]);
  return people;
}

/** How to see something that changes by itself: when to look, and what is seen. Its values must be comparable by `Object.is`. */
interface View<Source, Seen extends object> {
  readonly subscribe: (source: Source, changed: () => void) => () => void;
  readonly look: (source: Source) => Seen;
}

/** What is seen of `source` at the moment. The same object as before as long as nothing of it is different, as React asks for. */
function useSnapshot<Source, Seen extends object>(source: Source, { subscribe, look }: View<Source, Seen>): Seen {
  const [listen, read] = useMemo(() => {
    let seen = look(source);
    return [
      (changed: () => void) => subscribe(source, changed),
      () => {
        const now = look(source);
        if (!isSame(seen, now)) seen = now;
        return seen;
      },
    ] as const;
  }, [source, subscribe, look]);
  return useSyncExternalStore(listen, read);
}

function isSame<T extends object>(one: T, other: T): boolean {
  const names = Object.keys(one) as (keyof T)[];
  return names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]));
}

const ofPhone: View<Phone, { readonly name: string; readonly isOnline: boolean }> = {
  subscribe(phone, changed) {
    const [offState, offRenamed] = [phone.on('state', changed), phone.on('renamed', changed)];
    return () => {
      offState();
      offRenamed();
    };
  },
  look: (phone) => ({ name: phone.user.name, isOnline: phone.state === 'online' }),
};

const ofCalls: View<Phone, readonly Call[]> = {
  subscribe: (phone, changed) => phone.on('calls', changed),
  look: (phone) => phone.calls,
};

const ofCall = {
  subscribe(call: Call, changed: () => void) {
    const [offChange, offStream] = [call.on('change', changed), call.on('stream', changed)];
    return () => {
      offChange();
      offStream();
    };
  },
  look: (call: Call) => ({
    state: call.state,
    name: call.peer.name,
    isVideo: call.media.video,
    ringing: call.ringing,
    muted: call.muted,
    held: call.held,
    camera: call.camera,
    remoteHeld: call.remote.held,
    remoteCamera: call.remote.camera,
    localStream: call.localStream,
    remoteStream: call.remoteStream,
    causeText: call.causeText,
  }),
};

const ofDuration: View<Call, { readonly seconds: number | undefined }> = {
  subscribe(_call, changed) {
    const timer = setInterval(changed, 250);
    return () => clearInterval(timer);
  },
  look: ({ duration }) => ({ seconds: duration === undefined ? undefined : Math.floor(duration / 1000) }),
};
