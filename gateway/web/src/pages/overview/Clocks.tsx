import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Status } from "../../ui/Status";

/** Clocks is the line about the worker and the clocks: both decide whether the rest of the page can be trusted. */
export function Clocks() {
  const { t } = useTranslation(["overview", "common"]);
  const format = useFormat();
  const { data: status } = useQuery(statusQuery);
  if (!status) return null;
  const ready = status.components.every((part) => part?.ready);
  const values = {
    count: status.repositories,
    sites: format.number(status.repositories),
    off: format.number(status.repositoriesOffClock),
    offset: format.duration(Math.abs(seconds(status.largestClockOffset))),
  };
  return (
    <p className="row worker-line">
      <Status name={ready ? "READY" : "WARNING"} word={t(ready ? "common:worker.ready" : "common:worker.stopped")} />
      {status.repositories > 0 && (
        <Status
          name={status.repositoriesOffClock > 0 ? "WARNING" : "READY"}
          word={t(status.repositoriesOffClock > 0 ? "clocksDiffer" : "clocksAgree", values)}
        />
      )}
    </p>
  );
}
