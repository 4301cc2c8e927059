import { useSyncExternalStore } from "react";

/** One clock for all times on the page; it ticks every 5 s while something looks at it. */
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, 5_000);
    tick(); // It stood still while nothing looked.
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick() {
  now = new Date();
  for (const listener of listeners) listener();
}

/** useNow gives the time, a few seconds old at most, and renders again as it passes. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
