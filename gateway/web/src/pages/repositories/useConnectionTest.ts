import { useEffect, useRef, useState } from "react";

import { type Connection, type ConnectionTest, testConnection } from "../../api/testConnection";

/** useConnectionTest tries a connection as it was typed. A new test ends the one before. */
export function useConnectionTest(repositoryId: string) {
  const [state, setState] = useState<ConnectionTest>();
  const [error, setError] = useState<unknown>();
  const [tested, setTested] = useState<Connection>();
  const [busy, setBusy] = useState(false);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const start = (connection: Connection) => {
    abort.current?.abort();
    const mine = (abort.current = new AbortController());
    setState(undefined);
    setError(undefined);
    setTested(connection);
    setBusy(true);
    testConnection(repositoryId, connection, setState, mine.signal)
      .catch((failure: unknown) => !mine.signal.aborted && setError(failure))
      .finally(() => !mine.signal.aborted && setBusy(false));
  };
  return { start, state, error, tested, busy };
}
