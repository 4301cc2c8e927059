import { useEffect, useRef, useState } from "react";

import { follow, type FollowOptions, type Link } from "./watch";

/** What useFollow needs to know of the thing that is followed; see FollowOptions. */
export type Followed<T> = Pick<FollowOptions<T>, "read" | "poll" | "finished"> & { path: string };

/**
 * useFollow keeps the latest state of something that changes, and says how the page follows it. A component that follows another
 * thing is another component: give it a key.
 */
export function useFollow<T>(what: Followed<T>): { state: T | undefined; link: Link; error: unknown } {
  const [state, setState] = useState<T>();
  const [link, setLink] = useState<Link>("connecting");
  const [error, setError] = useState<unknown>();
  const latest = useRef(what);
  useEffect(() => {
    latest.current = what;
  });
  useEffect(() => {
    const abort = new AbortController();
    const { path, read, poll, finished } = latest.current;
    follow({ path, read, poll, finished, onState: setState, onLink: setLink, signal: abort.signal }).catch((e: unknown) => {
      if (!abort.signal.aborted) setError(e);
    });
    return () => abort.abort();
  }, [what.path]);
  return { state, link, error };
}
