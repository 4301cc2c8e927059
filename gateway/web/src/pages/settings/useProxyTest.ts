import { useEffect, useRef, useState } from "react";

import { type ConnectionTest, testConnection } from "../../api/testConnection";

/** useProxyTest tries a proxy as it was typed; for a password left as *** the server takes the one that is saved. */
export function useProxyTest() {
  const [state, setState] = useState<ConnectionTest>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const test = (proxyUrl: string) => {
    abort.current?.abort();
    const mine = (abort.current = new AbortController());
    setState(undefined);
    setError(undefined);
    setBusy(true);
    testConnection("", { proxyUrl }, setState, mine.signal)
      .catch((failure: unknown) => !mine.signal.aborted && setError(failure))
      .finally(() => !mine.signal.aborted && setBusy(false));
  };
  return { test, state, error, busy };
}
