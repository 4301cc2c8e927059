import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { hasReason } from "../../api/errors";
import type { LogEntry } from "../../api/types";
import { follow, type Link } from "../../api/watch";
import { newerEntries, tailQuery } from "./queries";
import { parameters, type Selection } from "./search";
import { type Arrival, arrive, reveal, type Tail } from "./tail";

/**
 * useTail follows the log: what is new is shown at once, or waits while hold says so. It goes on where it was after a break,
 * and when one comes back to the page. A component that follows another selection is another component: give it a key.
 */
export function useTail(selection: Selection) {
  const options = tailQuery(selection);
  const query = useQuery(options);
  const queries = useQueryClient();
  const [link, setLink] = useState<Link>("connecting");
  const [error, setError] = useState<unknown>();
  const holding = useRef(false);
  const [{ queryKey: key }] = useState(options);
  const wanted = useRef(selection);
  const ready = query.data !== undefined;

  useEffect(() => {
    if (!ready) return;
    const abort = new AbortController();
    const tail = () => queries.getQueryData<Tail>(key);
    follow<Arrival>({
      path: () => `/api/v1/logEntries:watch${parameters({ ...wanted.current, afterId: tail()?.after })}`,
      read: arrivalOf,
      poll: async (signal) => ({ entries: await newerEntries(wanted.current, knownIds(tail()), signal) }),
      finished: () => false,
      onState: (arrival) => queries.setQueryData<Tail>(key, (old) => old && arrive(old, arrival, holding.current)),
      onLink: setLink,
      signal: abort.signal,
    }).catch((cause: unknown) => {
      if (abort.signal.aborted) return;
      // Where it wants to go on has been removed from the log: it begins anew.
      if (hasReason(cause, "NOT_FOUND")) void queries.resetQueries({ queryKey: key });
      else setError(cause);
    });
    return () => abort.abort();
  }, [ready, queries, key]);

  const show = useCallback(() => queries.setQueryData<Tail>(key, (old) => old && reveal(old)), [queries, key]);
  const hold = useCallback(
    (away: boolean) => {
      holding.current = away;
      if (!away) show();
    },
    [show],
  );
  return { query, link, error, hold, show };
}

/** arrivalOf reads a message of the stream; one without entries only says that the stream lives. */
function arrivalOf(message: unknown): Arrival | undefined {
  const { logEntries: entries = [] } = message as { logEntries?: LogEntry[] };
  return entries.length === 0 ? undefined : { entries, after: entries.at(-1)!.id };
}

function knownIds(tail: Tail | undefined): Set<string> {
  return new Set(tail ? [...tail.shown, ...tail.waiting].map(({ id }) => id) : []);
}
