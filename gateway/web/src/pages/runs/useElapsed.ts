import { useEffect, useState } from "react";

/** useElapsed gives the seconds from start to end, ticking as long as there is no end; undefined before the start. */
export function useElapsed(start: string | null, end: string | null): number | undefined {
  const [now, setNow] = useState(() => Date.now());
  const ticks = start !== null && end === null;
  useEffect(() => {
    if (!ticks) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticks]);
  if (start === null) return undefined;
  const until = end === null ? now : new Date(end).getTime();
  return Math.max(0, (until - new Date(start).getTime()) / 1000);
}
