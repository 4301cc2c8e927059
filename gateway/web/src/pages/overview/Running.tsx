import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Run } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Loaded } from "../../ui/Loaded";
import { Cell, Table } from "../../ui/Table";
import { ledgerOf, percentOf } from "../runs/ledger";
import { RunStatus } from "../runs/RunFacts";
import { useElapsed } from "../runs/useElapsed";
import { runningQuery } from "./queries";

/** Running lists what is under way. */
export function Running() {
  const { t } = useTranslation("overview");
  const query = useQuery(runningQuery);
  const heads = ["repository", "state", "records", "elapsed"] as const;
  return (
    <section aria-labelledby="running">
      <h2 id="running">{t("running")}</h2>
      <Loaded query={query} rows={1}>
        {(runs) =>
          runs.length === 0 ? (
            <p className="faint">{t("nothingRuns")}</p>
          ) : (
            <Table
              caption={t("runsUnderWay")}
              heads={heads.map((name) => ({ label: t(name), className: name === "records" || name === "elapsed" ? "num" : undefined }))}
            >
              {runs.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </Table>
          )
        }
      </Loaded>
    </section>
  );
}

function Row({ run }: { run: Run }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const elapsed = useElapsed(run.startTime, run.endTime);
  const percent = percentOf(run.tasks.flatMap((part) => (part ? [{ resource: part.resourceName, part }] : [])));
  return (
    <tr>
      <Cell label={t("repository")} head>
        <Link to="/runs/$id" params={{ id: run.id }}>
          <bdi>{run.repositoryName}</bdi>
        </Link>
      </Cell>
      <Cell label={t("state")}>
        <RunStatus run={run} />
        {percent !== undefined && percent < 100 && (
          <progress aria-label={t("progressOf", { name: run.repositoryName })} value={percent} max={100} />
        )}
      </Cell>
      <Cell label={t("records")} className="num">
        {format.number(ledgerOf(run.counts).total)}
      </Cell>
      <Cell label={t("elapsed")} className="num">
        {elapsed === undefined ? "–" : format.duration(elapsed)}
      </Cell>
    </tr>
  );
}
