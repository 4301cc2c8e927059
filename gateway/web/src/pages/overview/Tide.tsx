import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { SiteActivity } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Loaded } from "../../ui/Loaded";
import { GaugeLegend, TideGauge } from "../../ui/TideGauge";
import { Hours } from "./Hours";
import { activityQuery } from "./queries";

/** Tide draws what went to and fro between this site and all others in the last 24 hours. */
export function Tide() {
  const { t } = useTranslation("overview");
  const query = useQuery(activityQuery);
  return (
    <section aria-labelledby="tide">
      <h2 id="tide">{t("tide")}</h2>
      <Loaded query={query} rows={1}>
        {(activity) => <Drawing activity={activity} />}
      </Loaded>
    </section>
  );
}

type Bucket = NonNullable<SiteActivity["buckets"][number]>;

function Drawing({ activity }: { activity: SiteActivity }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const buckets = activity.buckets.filter((bucket): bucket is Bucket => bucket !== null);
  const first = buckets[0]?.startTime;
  const last = buckets.at(-1)?.startTime;
  if (!first || !last) return null;
  const sum = (of: (bucket: Bucket) => number) => format.number(buckets.reduce((total, bucket) => total + of(bucket), 0));
  const runs = buckets.reduce((total, bucket) => total + bucket.runs, 0);
  const label = t("tideText", {
    count: runs,
    runs: format.number(runs),
    pulled: sum((bucket) => number(bucket.pulled)),
    pushed: sum((bucket) => number(bucket.pushed)),
    failed: sum((bucket) => bucket.failedRuns),
  });
  const ticks = buckets.map((bucket) => ({ pulled: number(bucket.pulled), pushed: number(bucket.pushed), failed: bucket.failedRuns > 0 }));
  return (
    <div className="sheet tide">
      <p className="hint">{label}</p>
      <TideGauge ticks={ticks} room={ticks.length} width={960} height={84} label={label} />
      <Hours from={new Date(first)} to={new Date(new Date(last).getTime() + seconds(activity.bucket) * 1000)} />
      <GaugeLegend />
    </div>
  );
}
