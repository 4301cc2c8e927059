import type { LogEntry } from "../../api/types";

/** Tail is what a page that follows the log has read. */
export interface Tail {
  /** What can be seen, newest first. */
  shown: LogEntry[];
  /** What came while the person had scrolled away from the newest, newest first. */
  waiting: LogEntry[];
  /** Last entry that the stream has sent, where it goes on after a break. Empty: from the moment on. */
  after: string;
}

/** Entries that came at once. Only those of the stream tell how far it has come. */
export interface Arrival {
  entries: LogEntry[];
  after?: string;
}

/** How many entries a page keeps of each kind; what is older can be found in the history. */
export const most = 500;

/** arrive takes in what came, each entry once, however often it comes; hold lets it wait until the person asks for it. */
export function arrive(tail: Tail, arrival: Arrival, hold: boolean): Tail {
  const known = new Set([...tail.shown, ...tail.waiting].map((entry) => entry.id));
  const fresh = arrival.entries.filter(({ id }) => !known.has(id) && known.add(id));
  const after = arrival.after ?? tail.after;
  if (fresh.length === 0) return after === tail.after ? tail : { ...tail, after };
  const waiting = merge(tail.waiting, fresh);
  return hold ? { ...tail, waiting, after } : { shown: merge(tail.shown, waiting), waiting: [], after };
}

/** reveal shows what waits. */
export function reveal(tail: Tail): Tail {
  return tail.waiting.length === 0 ? tail : { ...tail, shown: merge(tail.shown, tail.waiting), waiting: [] };
}

/** merge puts the newest first, as the history does, and keeps as many as a page can hold. */
function merge(some: LogEntry[], others: LogEntry[]): LogEntry[] {
  return [...some, ...others].sort(newestFirst).slice(0, most);
}

function newestFirst(a: LogEntry, b: LogEntry): number {
  const [left, right] = [sortable(a), sortable(b)];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** sortable orders entries by time to the last digit, and by id where times are equal, as the server does. */
function sortable({ time, id }: LogEntry): string {
  const [whole = "", fraction = ""] = (time ?? "").replace("Z", "").split(".");
  return `${whole}.${fraction.padEnd(9, "0")} ${id}`;
}
