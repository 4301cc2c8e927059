import { type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { FieldRows } from "./FieldRows";
import { check, partsOf, type RecordValues } from "./form";
import { ReferenceRows } from "./ReferenceRows";

interface Props {
  values: RecordValues;
  submit(values: RecordValues): Promise<void>;
  latest?(): Promise<RecordValues>;
  /** Whether the identifier can still be chosen. */
  fresh?: boolean;
  /** Buttons beside the main one. */
  more?: ReactNode;
}

const resolver = rules<RecordValues>(check);

/** RecordForm edits a record field by field: a name, a kind, a value. Records have no schema here. */
export function RecordForm({ values, submit, latest, fresh, more }: Props) {
  const { t } = useTranslation(["records", "common"]);
  const form = useApiForm<RecordValues>({ values, resolver, submit, latest });
  const labels = useLabels(form.form.watch());
  return (
    <div className="record-form">
      <Form form={form} action={t("form.save")} labels={labels} parts={partsOf} more={more}>
        {fresh && <TextField name="uid" label={t("uid")} hint={t("form.uidHint")} required code maxLength={128} />}
        <FieldRows />
        <ReferenceRows />
      </Form>
    </div>
  );
}

/** useLabels names each field of each row for the summary of errors. */
function useLabels({ fields, references }: RecordValues): Record<string, string> {
  const { t } = useTranslation("records");
  const rows = (list: string, count: number, group: (number: number) => string, names: Record<string, string>) =>
    Array.from({ length: count }, (_, i) =>
      Object.entries(names).map(([name, label]) => [`${list}.${i}.${name}`, t("form.labelOf", { group: group(i + 1), label })]),
    ).flat();
  return Object.fromEntries([
    ["uid", t("uid")],
    ["fields", t("form.fields")],
    ["references", t("form.references")],
    ...rows("fields", fields.length, (number) => t("form.fieldGroup", { number }), { name: t("form.name"), value: t("form.value") }),
    ...rows("references", references.length, (number) => t("form.referenceGroup", { number }), {
      name: t("form.name"),
      resourceName: t("form.refersTo"),
      uids: t("form.uids"),
    }),
  ]);
}
