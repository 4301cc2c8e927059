import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Job } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Loaded } from "../../ui/Loaded";
import { Moment } from "../../ui/When";
import { Hours } from "./Hours";
import { nextJobsQuery } from "./queries";
import { slotsOf } from "./slots";

/** How many runs are named below the line. */
const named = 5;

/** NextRuns draws when runs begin in the next 24 hours, and names the first ones. */
export function NextRuns() {
  const { t } = useTranslation("overview");
  const query = useQuery(nextJobsQuery);
  return (
    <section aria-labelledby="next-runs">
      <h2 id="next-runs">{t("nextRuns")}</h2>
      <Loaded query={query} rows={1}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <p className="faint">{t("nothingScheduled")}</p>
          ) : (
            <div className="sheet tide">
              <DayLine jobs={jobs} />
              <ul className="plain next-list">
                {jobs.slice(0, named).map((job) => (
                  <NextRun key={job.id} job={job} />
                ))}
              </ul>
            </div>
          )
        }
      </Loaded>
    </section>
  );
}

const hour = 3_600_000;
const width = 960;
const height = 26;

/** DayLine is a line of 24 hours, from the present hour on, with a stroke for each run. */
function DayLine({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const now = useNow();
  const from = new Date(Math.floor(now.getTime() / hour) * hour);
  const to = new Date(from.getTime() + 24 * hour);
  const slots = slotsOf(jobs, from, to);
  const at = (time: number) => Math.round(((time - from.getTime()) / (24 * hour)) * width);
  const strokes = [...new Set(slots.map(at))].map((x) => `M${x} 4V${height}`).join("");
  const label = t("dayText", { count: slots.length, formatted: format.number(slots.length) });
  return (
    <>
      <p className="hint">{label}</p>
      <svg className="gauge" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
        <path className="gauge-line" d={`M0 ${height - 0.5}H${width}`} />
        <path className="day-slots" d={strokes} />
        <path className="day-now" d={`M${at(now.getTime())} 0V${height}`} />
      </svg>
      <Hours from={from} to={to} />
    </>
  );
}

function NextRun({ job }: { job: Job }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const now = useNow();
  return (
    <li>
      <Link to="/repositories/$id/schedule" params={{ id: job.repositoryId }}>
        <bdi>{job.repositoryName || t("aRepository")}</bdi>
      </Link>
      <span>{job.nextRunTime && format.relative(new Date(job.nextRunTime), now)}</span>
      <Moment time={job.nextRunTime} />
    </li>
  );
}
