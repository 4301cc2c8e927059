import { useEffect, useRef, useState } from "react";

/** How long a change of numbers may wait until it is read out. */
const pause = 10_000;

/**
 * useSpoken gives the text that a live region may hold: a new state is said at once, numbers at most every 10 s. Who listens
 * would otherwise hear nothing else.
 */
export function useSpoken(text: string, state: string): string {
  const [spoken, setSpoken] = useState("");
  const last = useRef({ state: "", time: 0 });
  useEffect(() => {
    const wait = last.current.state === state ? Math.max(0, last.current.time + pause - Date.now()) : 0;
    const timer = setTimeout(() => {
      last.current = { state, time: Date.now() };
      setSpoken(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, state]);
  return spoken;
}
