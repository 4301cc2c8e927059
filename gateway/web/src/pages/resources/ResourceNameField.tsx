import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { resourceNamesQuery } from "../../api/queries";
import { TextField } from "../../form/Field";
import { knownTables, useTableName } from "../../format/tables";

/** ResourceNameField offers the tables that this site holds and those that are common; any other may be typed. */
export function ResourceNameField({ label, taken }: { label: string; taken: string[] }) {
  const { t } = useTranslation("resources");
  const typed = useWatch<{ resourceName: string }, "resourceName">({ name: "resourceName" }).trim();
  const name = useTableName();
  const human = name(typed);
  return (
    <>
      <TextField
        name="resourceName"
        label={label}
        hint={t("resourceNameHint")}
        required
        code
        list="tables"
        maxLength={128}
        after={human !== typed && <p className="hint">{human}</p>}
      />
      <TableList taken={taken} />
    </>
  );
}

/** TableList is what fields for tables suggest, as the list "tables". */
export function TableList({ taken = [] }: { taken?: string[] }) {
  const { data: own = [] } = useQuery(resourceNamesQuery);
  const name = useTableName();
  const offered = [...new Set([...own, ...knownTables])].filter((table) => !taken.includes(table)).sort();
  return (
    <datalist id="tables">
      {offered.map((table) => (
        <option key={table} value={table}>
          {name(table)}
        </option>
      ))}
    </datalist>
  );
}
