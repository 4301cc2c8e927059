import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { names } from "./retention";

/** useShownRetention writes values of this page for people: durations with units, 0 as what it means. */
export function useShownRetention(): (name: string, value: unknown) => string {
  const { t } = useTranslation(["settings", "common"]);
  const format = useFormat();
  const zeros: Record<string, string> = {
    logRetention: t("retention.forEver"),
    recordHistoryRetention: t("retention.forEver"),
    fullPullInterval: t("retention.neverFull"),
    maxAttachment: t("retention.noFiles"),
  };
  return (name, value) => {
    if (typeof value === "boolean") return t(value ? "common:yes" : "common:no");
    if (name === "exposedResources") return format.list(names(String(value))) || t("common:none");
    if (Number(value) === 0 && zeros[name]) return zeros[name];
    return typeof value === "number" ? format.duration(value) : format.number(Number(value));
  };
}
