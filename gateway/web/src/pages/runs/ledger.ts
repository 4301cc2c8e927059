import type { Counts, Run, RunState, Task, TaskRun } from "../../api/types";
import { number } from "../../format/numbers";

/** What can become of a record, in the order of columns; together they are all records of a run. */
export const outcomes = ["created", "updated", "deleted", "unchanged", "skipped", "conflict", "rejected"] as const;

export type Outcome = (typeof outcomes)[number];

/** Ledger says what became of records, as numbers; total is the sum of all outcomes. */
export type Ledger = Record<Outcome | "total", number>;

export function ledgerOf(counts: Counts | null | undefined): Ledger {
  const values = outcomes.map((name) => [name, number(counts?.[name])] as const);
  return { ...(Object.fromEntries(values) as Record<Outcome, number>), total: values.reduce((sum, [, n]) => sum + n, 0) };
}

export function sumOf(ledgers: Ledger[]): Ledger {
  const sum = ledgerOf(null);
  for (const ledger of ledgers) for (const name of [...outcomes, "total"] as const) sum[name] += ledger[name];
  return sum;
}

export type Direction = "PULL" | "PUSH";

/** LaneRow is one resource in one direction; part is null while its turn has not come. */
export interface LaneRow {
  resource: string;
  part: TaskRun | null;
}

const modes: Record<Direction, Task["mode"][]> = { PULL: ["PULL", "PULL_AND_PUSH"], PUSH: ["PUSH", "PULL_AND_PUSH"] };

/** laneOf lists what a run exchanges in one direction: what has begun and, while it goes on, what is still to come. */
export function laneOf(run: Run, direction: Direction, tasks: Task[]): LaneRow[] {
  const begun = run.tasks.flatMap((part) => (part?.direction === direction ? [{ resource: part.resourceName, part }] : []));
  if (isFinal(run.state) || run.trigger === "PEER") return begun;
  const names = new Set(begun.map((row) => row.resource));
  const wanted = (name: string) => run.resourceNames.length === 0 || run.resourceNames.includes(name);
  const waiting = tasks.filter(
    (task) => modes[direction].includes(task.mode) && wanted(task.resourceName) && !names.has(task.resourceName),
  );
  return [...begun, ...waiting.map((task) => ({ resource: task.resourceName, part: null }))];
}

export function isFinal(state: RunState): boolean {
  return state !== "QUEUED" && state !== "RUNNING" && state !== "UNSPECIFIED";
}

/** Progress of something: done of total; total is undefined as long as nobody knows it. */
export interface Progress {
  done: number;
  total: number | undefined;
}

/** progressOf tells how far a resource is. What is expected can turn out too low; then nobody knows. */
export function progressOf({ part }: LaneRow): Progress {
  if (!part) return { done: 0, total: undefined };
  const done = number(part.handled);
  if (part.state !== "QUEUED" && part.state !== "RUNNING") return { done, total: done };
  const total = part.expected ? number(part.expected) : undefined;
  return { done, total: total !== undefined && total >= done ? total : undefined };
}

/** percentOf is how much of everything is done; undefined as long as one part of it is unknown. It is 100 only at the end. */
export function percentOf(rows: LaneRow[]): number | undefined {
  const parts = rows.map(progressOf);
  if (parts.length === 0 || parts.some(({ total }) => total === undefined)) return undefined;
  const total = parts.reduce((sum, part) => sum + (part.total ?? 0), 0);
  const done = parts.reduce((sum, part) => sum + part.done, 0);
  const open = rows.some(({ part }) => part === null || part.state === "RUNNING" || part.state === "QUEUED");
  if (total === 0) return open ? undefined : 100;
  return Math.min(open ? 99 : 100, Math.floor((done / total) * 100));
}

/** stepsOf counts what is over among what a run has to do; a step is one resource in one direction. */
export function stepsOf(rows: LaneRow[]): { done: number; total: number } {
  const over = rows.filter(({ part }) => part !== null && part.state !== "RUNNING" && part.state !== "QUEUED");
  return { done: over.length, total: rows.length };
}

/** How a finished run is summed up in one sentence. */
export type Ending = "nothing" | "done" | "stopped" | "timedOut" | "failed";

/** endingOf finds the sentence for a finished run. A run in which nothing was sent and nothing changed had nothing to exchange. */
export function endingOf(run: Run): Ending {
  if (run.state === "STOPPED") return "stopped";
  if (run.state === "TIMED_OUT") return "timedOut";
  if (run.state === "FAILED" || run.state === "NEEDS_YOU") return "failed";
  const { total, unchanged } = ledgerOf(run.counts);
  return total === unchanged && number(run.counts?.sent) === 0 ? "nothing" : "done";
}
