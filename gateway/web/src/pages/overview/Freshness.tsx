import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { activityQuery } from "./queries";

/** Freshness says how old the numbers are; when they can no longer be fetched they stay, with their time. */
export function Freshness() {
  const { t } = useTranslation(["overview", "common"]);
  const format = useFormat();
  const now = useNow();
  const { dataUpdatedAt, isError, failureCount } = useQuery(activityQuery);
  if (dataUpdatedAt === 0) return null;
  const time = new Date(dataUpdatedAt);
  const lost = isError || failureCount > 0;
  return (
    <p className="hint">
      {lost ? t("numbersFrom", { time: format.time(time, "local", { now }) }) : t("common:updated", { when: format.relative(time, now) })}
    </p>
  );
}
