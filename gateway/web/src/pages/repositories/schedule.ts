import { api, call } from "../../api/client";
import type { Job } from "../../api/types";
import { toDuration } from "../../format/times";

/** Time between runs that a new schedule begins with, in seconds: that of the guide. */
export const usualInterval = 600;

/** Schedule is how often repositories are to be synchronized. */
export interface Schedule {
  /** Seconds between two runs. */
  runEvery: number;
  /** Whether the jobs that are there give way to the new one. */
  replace: boolean;
}

/** addJob adds a job that runs for the first time at start. */
export function addJob(repositoryId: string, runEvery: number, start = new Date()) {
  const options = { params: { path: { repositoryId } } };
  const body = { enabled: true, startTime: start.toISOString(), runEvery: toDuration(runEvery) };
  return call(api.POST("/api/v1/repositories/{repositoryId}/jobs", { ...options, body }));
}

/** applySchedule makes the new job before it removes others, so that no repository is ever without one. */
export async function applySchedule(repositoryId: string, { runEvery, replace }: Schedule, start: Date) {
  const old = replace ? await jobsOf(repositoryId) : [];
  await addJob(repositoryId, runEvery, start);
  for (const { id, etag } of old) {
    const params = { path: { repositoryId, id }, query: { etag } };
    await call(api.DELETE("/api/v1/repositories/{repositoryId}/jobs/{id}", { params }));
  }
}

async function jobsOf(repositoryId: string): Promise<Job[]> {
  const jobs: Job[] = [];
  let pageToken = "";
  do {
    const params = { path: { repositoryId }, query: { pageSize: 500, pageToken } };
    const page = await call(api.GET("/api/v1/repositories/{repositoryId}/jobs", { params }));
    jobs.push(...page.jobs);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return jobs;
}

/** startsOf spreads first runs over one interval, so that many sites are not called at the same moment. */
export function startsOf(count: number, runEvery: number, from: Date): Date[] {
  return Array.from({ length: count }, (_, i) => new Date(from.getTime() + Math.round((runEvery * 1000 * i) / count)));
}
