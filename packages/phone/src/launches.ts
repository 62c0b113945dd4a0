/** What Chromium gives to an installed phone that is opened once more while it is open (Web App Launch Handler API §4). */
interface LaunchQueue {
  setConsumer(consumer: (launch: { readonly targetURL?: string }) => void): void;
}

/** Tells of each address that the phone is opened by, but of the one that this page has been loaded by. */
export function followLaunches(tell: (url: URL) => void): void {
  const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
  let loadedBy: string | undefined = location.href;
  launchQueue?.setConsumer(({ targetURL }) => {
    const isNew = targetURL !== undefined && targetURL !== loadedBy;
    loadedBy = undefined;
    if (isNew) tell(new URL(targetURL));
  });
}
