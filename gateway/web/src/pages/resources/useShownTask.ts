import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import type { FilterValue } from "./form";

/** useShownTask writes the values of a resource for people, where two versions are compared. */
export function useShownTask(): (name: string, value: unknown) => string {
  const { t } = useTranslation(["resources", "common"]);
  const format = useFormat();
  return (name, value) => {
    if (name === "mode") return t(`modes.${value as "PULL"}`);
    if (name === "strategy") return format.list((value as "CREATE"[]).map((method) => t(`methods.${method}`)));
    if (name !== "filters") return String(value);
    const filters = (value as FilterValue[]).map((filter) => `[${filter.tablename}]${filter.filterString}`);
    return filters.length === 0 ? t("common:none") : filters.join(" ");
  };
}
