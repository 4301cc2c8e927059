import type { Job } from "../../api/types";
import type { Findings } from "../../form/rules";
import { seconds, toDuration } from "../../format/times";

/** JobValues is a job as a form; times are RFC 3339, durations seconds. */
export interface JobValues {
  enabled: boolean;
  startTime: string | null;
  endTime: string | null;
  repeat: number | string;
  runEvery: number;
  timeout: number;
  maxFailures: number | string;
  etag: string;
}

/** newJob is what the guide begins with; the first run is in the present minute, which is now. */
export function newJob(now: Date): JobValues {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  return {
    enabled: true,
    startTime: minute.toISOString(),
    endTime: null,
    repeat: 0,
    runEvery: 600,
    timeout: 600,
    maxFailures: 0,
    etag: "",
  };
}

export function readJob(job: Job): JobValues {
  return {
    enabled: job.enabled,
    startTime: job.startTime,
    endTime: job.endTime,
    repeat: job.repeat,
    runEvery: seconds(job.runEvery),
    timeout: seconds(job.timeout),
    maxFailures: job.maxFailures,
    etag: job.etag,
  };
}

/** writeJob is what the interface is told. An end that is null is taken away, though the types know no null. */
export function writeJob(values: JobValues) {
  return {
    enabled: values.enabled,
    startTime: values.startTime ?? undefined,
    endTime: values.endTime as string | undefined,
    repeat: Number(values.repeat),
    runEvery: toDuration(values.runEvery),
    timeout: toDuration(values.timeout),
    maxFailures: Number(values.maxFailures),
  };
}

const day = 86_400;
export const limits = { runEvery: [10, 366 * day], timeout: [1, 7 * day] } as const;

/** Faults that need a sentence of their own. */
export type JobFault = keyof typeof limits;

/** checkJob finds what can be told without the server. say puts what is out of limits into words. */
export function checkJob(values: JobValues, say: (fault: JobFault) => string): Findings<JobValues> {
  const outside = (name: JobFault) => {
    const [least, most] = limits[name];
    return !(values[name] >= least && values[name] <= most) && say(name);
  };
  const { startTime, endTime } = values;
  return {
    startTime: startTime === null && "required",
    endTime: startTime !== null && endTime !== null && new Date(endTime) < new Date(startTime) && "after",
    repeat: !isCount(values.repeat) && "whole",
    maxFailures: !isCount(values.maxFailures) && "whole",
    runEvery: outside("runEvery"),
    timeout: outside("timeout"),
  };
}

function isCount(value: number | string): boolean {
  const number = Number(value);
  return String(value).trim() !== "" && Number.isInteger(number) && number >= 0 && number <= 2_147_483_647;
}
