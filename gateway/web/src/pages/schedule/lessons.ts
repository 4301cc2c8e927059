import type { Run } from "../../api/types";
import { ledgerOf } from "../runs/ledger";

/** How many runs are looked at. */
const lately = 20;
/** How many times as long as the longest run a timeout should be: the guide's rule. */
const room = 10;
/** No timeout shorter than this is suggested, in seconds: a slow day would break it. */
const least = 60;

/** Advice is what the last runs of a repository teach about its schedule; times in seconds. */
export interface Advice {
  /** Runs that were looked at. */
  count: number;
  average: number;
  longest: number;
  /** Shortest timeout that is reasonable. */
  timeout: number;
  /** Runs that had nothing to exchange. */
  empty: number;
}

/** adviceOf looks at the latest runs of this site that came to their end; null: there are none. */
export function adviceOf(runs: Run[]): Advice | null {
  const complete = runs.filter((run) => run.trigger !== "PEER" && isComplete(run)).slice(0, lately);
  if (complete.length === 0) return null;
  const times = complete.map(durationOf);
  const longest = Math.max(...times);
  return {
    count: complete.length,
    average: times.reduce((sum, time) => sum + time, 0) / times.length,
    longest,
    timeout: Math.max(least, Math.ceil(longest * room)),
    empty: complete.filter(isEmpty).length,
  };
}

function isComplete({ state, startTime, endTime }: Run): boolean {
  return (state === "DONE" || state === "DONE_WITH_WARNINGS") && startTime !== null && endTime !== null;
}

function durationOf({ startTime, endTime }: Run): number {
  return Math.max(0, (new Date(endTime ?? 0).getTime() - new Date(startTime ?? 0).getTime()) / 1000);
}

function isEmpty(run: Run): boolean {
  const { total, unchanged } = ledgerOf(run.counts);
  return total === unchanged;
}

/** Warning is something that speaks against a schedule; keys of texts. */
export type Warning = "tooOften" | "mostlyEmpty" | "shortTimeout";

/** warningsOf compares a schedule with what the last runs teach. runEvery and timeout are in seconds. */
export function warningsOf(advice: Advice, { runEvery, timeout }: { runEvery: number; timeout: number }): Warning[] {
  return [
    ...(runEvery > 0 && runEvery < advice.average ? ["tooOften" as const] : []),
    ...(timeout > 0 && timeout < advice.longest ? ["shortTimeout" as const] : []),
    ...(advice.count >= 5 && advice.empty > advice.count / 2 ? ["mostlyEmpty" as const] : []),
  ];
}
