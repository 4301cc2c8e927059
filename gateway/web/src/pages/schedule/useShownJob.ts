import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";

/** useShownJob writes the values of a job for people, where two versions are compared. */
export function useShownJob(): (name: string, value: unknown) => string {
  const { t } = useTranslation(["schedule", "common"]);
  const format = useFormat();
  return (name, value) => {
    if (name === "enabled") return t(value ? "on" : "off");
    if (name === "runEvery" || name === "timeout") return format.duration(Number(value));
    if (name !== "startTime" && name !== "endTime") return String(value);
    return value ? t("common:atUtc", { time: format.time(new Date(String(value)), "UTC") }) : t("noEnd");
  };
}
