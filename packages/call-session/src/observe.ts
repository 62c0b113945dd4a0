/** Finds peer connections that others make: the constructor is wrapped, nothing else. */
export function observe(found: (connection: RTCPeerConnection) => void): () => void {
  const { RTCPeerConnection: native } = globalThis;
  let isStopped = false;
  const wrapped = new Proxy(native, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      if (!isStopped) found(connection);
      return connection;
    },
  });
  globalThis.RTCPeerConnection = wrapped;
  return () => {
    isStopped = true;
    // Somebody may have wrapped it again meanwhile.
    if (globalThis.RTCPeerConnection === wrapped) globalThis.RTCPeerConnection = native;
  };
}
