import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../api/queries";
import { useFormat } from "../format/useFormat";
import { Note } from "../ui/Note";

/** Services without which no scheduled run starts. */
const needed: string[] = ["scheduler", "transfer"];

/** WorkerNote warns, where runs are expected, that none will start by itself. */
export function WorkerNote() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: status } = useQuery(statusQuery);
  const stopped = (status?.components ?? []).flatMap((c) => (c && !c.ready && needed.includes(c.name) ? [c.name] : []));
  if (stopped.length === 0) return null;
  return (
    <Note kind="warning" alert>
      <p>{t("workerStopped", { services: format.list(stopped) })}</p>
      <p>
        {t("workerCommand")} <code dir="ltr">edensync serve</code>
      </p>
    </Note>
  );
}
