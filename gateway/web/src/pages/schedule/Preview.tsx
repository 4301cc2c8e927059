import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Moment } from "../../ui/When";
import { checkJob, type JobValues } from "./form";
import { previewQuery } from "./queries";

/** Preview lists the next five runs of the job as it stands in the form. The server reckons: it will also start them. */
export function Preview({ repositoryId, runsCompleted }: { repositoryId: string; runsCompleted: number }) {
  const { t } = useTranslation("schedule");
  const values = useSettled(useWatch<JobValues>() as JobValues);
  const complete = !Object.values(checkJob(values, (fault) => fault)).some(Boolean);
  const query = useQuery({ ...previewQuery(repositoryId, values, runsCompleted), enabled: complete });
  return (
    <section className="preview sheet" aria-labelledby="preview">
      <h3 id="preview">{t("preview.title")}</h3>
      <div aria-live="polite">
        {!values.enabled && <p className="hint">{t("preview.off")}</p>}
        {!complete || query.isError ? <p className="hint">{t("preview.incomplete")}</p> : <Slots times={query.data} />}
      </div>
    </section>
  );
}

function Slots({ times }: { times: string[] | undefined }) {
  const { t } = useTranslation("schedule");
  const format = useFormat();
  const now = useNow();
  if (!times) return <p className="hint">…</p>;
  if (times.length === 0) return <p>{t("preview.none")}</p>;
  return (
    <ol className="slots">
      {times.map((time) => (
        <li key={time}>
          <Moment time={time} seconds /> <span className="faint">{format.relative(new Date(time), now)}</span>
        </li>
      ))}
    </ol>
  );
}

/** How long nobody changes anything before the server is asked. */
const settle = 400;

/** useSettled gives values once they have not changed for a moment. */
function useSettled<T>(values: T): T {
  const [settled, setSettled] = useState(values);
  const key = JSON.stringify(values);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key) as T), settle);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}
