import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { Note } from "../../ui/Note";
import { adviceOf, warningsOf } from "./lessons";
import type { JobValues } from "./form";
import { lastRunsQuery } from "./queries";

/** Advice reckons the guide's advice from the last runs of the repository, and warns of what does not fit. */
export function Advice({ repositoryId }: { repositoryId: string }) {
  const { t } = useTranslation("schedule");
  const format = useFormat();
  const { data: runs } = useQuery(lastRunsQuery(repositoryId));
  const [runEvery, timeout] = useWatch<JobValues, ["runEvery", "timeout"]>({ name: ["runEvery", "timeout"] });
  const advice = runs ? adviceOf(runs) : null;
  if (!advice) return null;
  const values = {
    count: advice.count,
    runs: format.number(advice.count),
    average: format.duration(advice.average),
    longest: format.duration(advice.longest),
    timeout: format.seconds(advice.timeout),
    empty: format.number(advice.empty),
  };
  return (
    <div className="advice tight" aria-live="polite">
      <p className="hint">{t("advice.text", values)}</p>
      {warningsOf(advice, { runEvery, timeout }).map((warning) => (
        <Note key={warning} kind="warning">
          <p>{t(`advice.${warning}`, values)}</p>
        </Note>
      ))}
    </div>
  );
}
