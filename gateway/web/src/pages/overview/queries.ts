import { queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery, repositoriesQuery } from "../../api/queries";
import type { Repository } from "../../api/types";

/** How many lines a block shows; the rest is behind a link. */
export const shown = 8;

/** Repositories that ask for attention, the worst first. */
export const attentionQuery = repositoriesQuery({ attention: true, orderBy: "attention", pageSize: shown, view: "BASIC" });

/** Length of a stretch of the tide gauge, in milliseconds. */
const stretch = 30 * 60_000;

/** What was exchanged in the last 24 hours, and what is open. */
export const activityQuery = queryOptions({
  queryKey: ["activity"],
  queryFn: () => {
    const end = Math.ceil(Date.now() / stretch) * stretch;
    const query = { startTime: new Date(end - 48 * stretch).toISOString(), endTime: new Date(end).toISOString() };
    return call(api.GET("/api/v1/activity", { params: { query } }));
  },
  refetchInterval: pollEvery,
});

/** Runs that wait or are under way; while there are any, they are looked at more often. */
export const runningQuery = queryOptions({
  queryKey: ["runs", "running"],
  queryFn: async () => {
    const { runs } = await call(api.GET("/api/v1/runs", { params: { query: { states: ["RUNNING", "QUEUED"], pageSize: 20 } } }));
    return runs;
  },
  refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? 4_000 : pollEvery),
});

/** The last run of all. */
export const lastRunQuery = queryOptions({
  queryKey: ["runs", "last"],
  queryFn: async () => (await call(api.GET("/api/v1/runs", { params: { query: { pageSize: 1 } } }))).runs[0] ?? null,
  refetchInterval: pollEvery,
});

/** Jobs that have a next run, the soonest first. */
export const nextJobsQuery = queryOptions({
  queryKey: ["jobs", "next"],
  queryFn: () => call(api.GET("/api/v1/jobs", { params: { query: { orderBy: "next_run_time", pageSize: 200 } } })),
  refetchInterval: pollEvery,
});

/** Jobs that switched themselves off. */
export const failedJobsQuery = queryOptions({
  queryKey: ["jobs", "failed"],
  queryFn: () => call(api.GET("/api/v1/jobs", { params: { query: { states: ["FAILED"], pageSize: shown } } })),
  refetchInterval: pollEvery,
});

/** What the checklist of a new site looks at: a few repositories are enough. */
export const fewRepositoriesQuery = repositoriesQuery({ pageSize: 20 });

/** activeRepositories lists all repositories that can be synchronized now. */
export async function activeRepositories(): Promise<Repository[]> {
  const all: Repository[] = [];
  let pageToken = "";
  do {
    const query = { states: ["ACTIVE" as const], pageSize: 500, pageToken };
    const page = await call(api.GET("/api/v1/repositories", { params: { query } }));
    all.push(...page.repositories.filter((repository) => repository.taskCount > 0));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
}
