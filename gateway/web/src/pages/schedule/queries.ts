import { queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery } from "../../api/queries";
import type { Job } from "../../api/types";
import { type JobValues, writeJob } from "./form";

/** The jobs of a repository, all of them: a repository has few. */
export function jobsQuery(repositoryId: string) {
  return queryOptions({
    queryKey: ["repositories", repositoryId, "jobs"],
    queryFn: () =>
      call(api.GET("/api/v1/repositories/{repositoryId}/jobs", { params: { path: { repositoryId }, query: { pageSize: 500 } } })),
    refetchInterval: pollEvery,
  });
}

/** One job. It is not polled: what somebody types must not change under the hands. */
export function jobQuery(repositoryId: string, id: string) {
  return queryOptions({
    queryKey: ["repositories", repositoryId, "jobs", id],
    queryFn: () => call(api.GET("/api/v1/repositories/{repositoryId}/jobs/{id}", { params: { path: { repositoryId, id } } })),
  });
}

/** The next five runs of a job that need not be saved. */
export function previewQuery(repositoryId: string, values: JobValues, runsCompleted: number) {
  const job = { ...writeJob(values), runsCompleted };
  return queryOptions({
    queryKey: ["preview", repositoryId, job],
    queryFn: async () => {
      const params = { path: { repositoryId } };
      const body = { job, count: 5 };
      const answer = await call(api.POST("/api/v1/repositories/{repositoryId}/jobs:preview", { params, body }));
      return answer.slotTimes;
    },
    staleTime: 10_000,
    retry: false,
  });
}

/** The last runs of a repository, for what they teach. Runs that the remote site asked for stand among them. */
export function lastRunsQuery(repositoryId: string) {
  return queryOptions({
    queryKey: ["runs", "last", repositoryId],
    queryFn: async () => {
      const query = { repositoryId, states: ["DONE" as const, "DONE_WITH_WARNINGS" as const], pageSize: 50 };
      const { runs } = await call(api.GET("/api/v1/runs", { params: { query } }));
      return runs;
    },
    staleTime: 60_000,
  });
}

export function createJob(repositoryId: string, values: JobValues): Promise<Job> {
  const params = { path: { repositoryId } };
  return call(api.POST("/api/v1/repositories/{repositoryId}/jobs", { params, body: writeJob(values) }));
}

export function updateJob(repositoryId: string, id: string, values: JobValues): Promise<Job> {
  const params = { path: { repositoryId, id } };
  return call(api.PATCH("/api/v1/repositories/{repositoryId}/jobs/{id}", { params, body: { ...writeJob(values), etag: values.etag } }));
}

/** switchJob changes nothing but whether a job is on. */
export function switchJob(repositoryId: string, id: string, enabled: boolean): Promise<Job> {
  return call(api.PATCH("/api/v1/repositories/{repositoryId}/jobs/{id}", { params: { path: { repositoryId, id } }, body: { enabled } }));
}

export function resetJob(repositoryId: string, id: string): Promise<Job> {
  return call(api.POST("/api/v1/repositories/{repositoryId}/jobs/{id}:reset", { params: { path: { repositoryId, id } }, body: {} }));
}

export function deleteJob(repositoryId: string, { id, etag }: Job) {
  const params = { path: { repositoryId, id }, query: { etag } };
  return call(api.DELETE("/api/v1/repositories/{repositoryId}/jobs/{id}", { params }));
}
