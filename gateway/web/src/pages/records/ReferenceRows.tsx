import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useFieldArray, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { resourceNamesQuery } from "../../api/queries";
import { TextArea, TextField } from "../../form/Field";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { RemoveButton } from "./FieldRows";
import type { RecordValues } from "./form";

/** ReferenceRows are the references of a record to others: a name, a table, one or more identifiers. */
export function ReferenceRows() {
  const { t } = useTranslation("records");
  const { fields, append, remove } = useFieldArray<RecordValues, "references">({ name: "references" });
  const { data: tables = [] } = useQuery(resourceNamesQuery);
  const list = useId();
  return (
    <fieldset className="field rows">
      <legend>{t("form.references")}</legend>
      <datalist id={list}>
        {tables.map((table) => (
          <option key={table} value={table} />
        ))}
      </datalist>
      {fields.map((field, i) => (
        <ReferenceRow key={field.id} index={i} list={list} onRemove={() => remove(i)} />
      ))}
      <Button onClick={() => append({ name: "", resourceName: "", uids: "" })}>
        <Icon name="plus" /> {t("form.addReference")}
      </Button>
    </fieldset>
  );
}

function ReferenceRow({ index, list, onRemove }: { index: number; list: string; onRemove(): void }) {
  const { t } = useTranslation("records");
  const path = `references.${index}`;
  const name = (useWatch({ name: `${path}.name` }) as string | undefined) ?? "";
  const group = name.trim() || t("form.referenceGroup", { number: index + 1 });
  return (
    <div className="record-row" role="group" aria-label={group}>
      <TextField name={`${path}.name`} label={t("form.name")} code />
      <TextField name={`${path}.resourceName`} label={t("form.refersTo")} code list={list} />
      <TextArea name={`${path}.uids`} label={t("form.uids")} code rows={1} />
      <RemoveButton name={group} onRemove={onRemove} />
    </div>
  );
}
