import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../api/queries";
import { useFormat } from "../format/useFormat";
import { CopyButton } from "../ui/Copy";
import { Note } from "../ui/Note";

/** Services without which scheduled runs do not take place. */
const needed = ["scheduler", "transfer"];

/** The program that is a whole site. */
const command = "edensync serve";

/** WorkerBar says that scheduled runs will not start, and how to mend that; as long as all works it is not there. */
export function WorkerBar() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: status } = useQuery(statusQuery);
  const stopped = (status?.components ?? []).flatMap((part) => (part && !part.ready && needed.includes(part.name) ? [part.name] : []));
  if (stopped.length === 0) return null;
  return (
    <Note kind="warning">
      <p>
        <strong>{t("worker.stopped")}.</strong> {t("workerStopped", { services: format.list(stopped) })}
      </p>
      <p>
        {t("workerCommand")} <code dir="ltr">{command}</code> <CopyButton text={command} what={command} />
      </p>
    </Note>
  );
}
