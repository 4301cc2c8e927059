import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Note } from "../../ui/Note";
import { lastRunQuery, nextJobsQuery } from "./queries";

/** InStep says that nothing waits, and how old that knowledge is; before the first run it says when that is due. */
export function InStep() {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const now = useNow();
  const last = useQuery(lastRunQuery);
  const next = useQuery(nextJobsQuery);
  const status = useQuery(statusQuery);
  if (last.data === undefined) return null;
  if (last.data === null) {
    const due = next.data?.jobs[0]?.nextRunTime;
    return (
      <Note kind="info">
        <p>{due ? t("firstRunDue", { time: format.relative(new Date(due), now) }) : t("noRunDue")}</p>
      </Note>
    );
  }
  const time = last.data.endTime ?? last.data.startTime ?? last.data.createTime ?? "";
  // While something stands still nobody knows whether all is in step.
  const certain = status.data?.components.every((part) => part?.ready) ?? false;
  return (
    <Note kind={certain ? "ok" : "info"}>
      <p>{t(certain ? "inStep" : "noProblem", { time: format.relative(new Date(time), now) })}</p>
    </Note>
  );
}
