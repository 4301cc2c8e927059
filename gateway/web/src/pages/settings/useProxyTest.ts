import { useEffect, useRef, useState } from "react";

import { type ConnectionTest, testConnection } from "../../api/testConnection";

/** useProxyTest tries a proxy as it was typed. saved is the one of the settings, whose password the page does not know. */
export function useProxyTest(saved: string) {
  const [state, setState] = useState<ConnectionTest>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const test = (typed: string) => {
    abort.current?.abort();
    const mine = (abort.current = new AbortController());
    setState(undefined);
    setError(undefined);
    setBusy(true);
    // Nothing typed, or nothing changed: the server takes the one of the settings, with its password.
    testConnection("", { proxyUrl: typed === saved ? "" : typed }, setState, mine.signal)
      .catch((failure: unknown) => !mine.signal.aborted && setError(failure))
      .finally(() => !mine.signal.aborted && setBusy(false));
  };
  return { test, state, error, busy };
}
