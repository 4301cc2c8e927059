import { useTranslation } from "react-i18next";

import type { RecentRun, Repository, RepositoryActivity } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Status } from "../../ui/Status";
import type { Tick } from "../../ui/TideGauge";
import { useReason } from "../../ui/useReason";

/** RepositoryStatus is the word for a repository. */
export function RepositoryStatus({ repository: { condition, activity } }: { repository: Repository }) {
  return <Status name={activity?.activeRunId ? "RUNNING" : (condition as "IN_STEP")} />;
}

/**
 * useCause says why a repository asks for attention, and since when; null: it does not. shorten makes a line for lists of what
 * may hold cause, effect and what to do.
 */
export function useCause(repository: Repository, shorten = (text: string) => text): string | null {
  const { condition, attention, clockOffset, health, registration } = repository;
  const { t } = useTranslation(["repositories", "common"]);
  const format = useFormat();
  const now = useNow();
  const explain = useReason();
  if (condition !== "NEEDS_YOU" && condition !== "FAILING") {
    return attention ? t("clockOff", { offset: format.duration(Math.abs(seconds(clockOffset))) }) : null;
  }
  // Before the first run it is the registration that failed.
  const cause = shorten(health ? explain(health.reason, health.message) : (registration?.message ?? ""));
  const since = health ? health.failingSince : registration?.time;
  if (!since) return cause;
  return t("causeSince", { cause, time: t("common:atUtc", { time: format.time(new Date(since), "UTC", { now }) }) });
}

/** firstSentence is the cause; what follows says effect and fix. */
export function firstSentence(text: string): string {
  return /^.*?[.!?。؟](?=\s|$)/su.exec(text)?.[0] ?? text;
}

/** tick draws a run: what it moved, and whether it failed. */
export function tick(run: RecentRun): Tick {
  return { pulled: number(run.pulled), pushed: number(run.pushed), failed: ["FAILED", "NEEDS_YOU", "TIMED_OUT"].includes(run.state) };
}

/** ticksOf are the last runs of a repository as its gauge shows them. */
export function ticksOf(activity: RepositoryActivity | null): Tick[] {
  return (activity?.runs ?? []).flatMap((run) => (run ? [tick(run)] : []));
}
