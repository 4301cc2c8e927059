import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** useTableName gives the name of a table that people use; a table that nobody has named keeps its own. */
export function useTableName(): (table: string) => string {
  const { t, i18n } = useTranslation("tables");
  return useCallback((table) => (i18n.exists(table, { ns: "tables" }) ? t(table as never) : table), [t, i18n]);
}
