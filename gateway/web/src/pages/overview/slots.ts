import type { Job } from "../../api/types";
import { seconds } from "../../format/times";

/** No more slots are reckoned; more cannot be told apart in a drawing of a day. */
const most = 5_000;

/** slotsOf reckons when runs of jobs begin between two times, in order, in milliseconds since 1970. */
export function slotsOf(
  jobs: Pick<Job, "nextRunTime" | "runEvery" | "endTime" | "repeat" | "runsCompleted">[],
  from: Date,
  to: Date,
): number[] {
  const slots: number[] = [];
  for (const job of jobs) {
    if (!job.nextRunTime) continue;
    const step = Math.max(1, seconds(job.runEvery)) * 1000;
    const end = job.endTime ? Math.min(to.getTime(), new Date(job.endTime).getTime()) : to.getTime();
    const left = job.repeat > 0 ? job.repeat - job.runsCompleted : most;
    let time = new Date(job.nextRunTime).getTime();
    for (let i = 0; i < left && time <= end && slots.length < most; i++, time += step) {
      if (time >= from.getTime()) slots.push(time);
    }
  }
  return slots.sort((a, b) => a - b);
}
