import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { SelectField, TextArea, TextField, useFieldError } from "../../form/Field";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { type Kind, kinds, type RecordValues } from "./form";

/** FieldRows are the fields of a record, each a name, a kind and a value. */
export function FieldRows() {
  const { t } = useTranslation("records");
  const { fields, append, remove } = useFieldArray<RecordValues, "fields">({ name: "fields" });
  const error = useFieldError("fields");
  return (
    <fieldset className="field rows">
      <legend>{t("form.fields")}</legend>
      <p className="hint">{t("form.dates")}</p>
      {error && <p className="field-error">{error}</p>}
      {fields.length === 0 && <p className="hint">{t("form.noFields")}</p>}
      {fields.map((field, i) => (
        <FieldRow key={field.id} index={i} onRemove={() => remove(i)} />
      ))}
      <Button onClick={() => append({ name: "", kind: "TEXT", value: "" })}>
        <Icon name="plus" /> {t("form.addField")}
      </Button>
    </fieldset>
  );
}

function FieldRow({ index, onRemove }: { index: number; onRemove(): void }) {
  const { t } = useTranslation("records");
  const path = `fields.${index}`;
  const [name = "", kind = "TEXT"] = useWatch({ name: [`${path}.name`, `${path}.kind`] }) as [string, Kind];
  const group = name.trim() || t("form.fieldGroup", { number: index + 1 });
  const shown = kind === "FILE" ? (["FILE"] as const) : kinds;
  return (
    <div className="record-row" role="group" aria-label={group}>
      <TextField name={`${path}.name`} label={t("form.name")} code readOnly={kind === "FILE"} />
      <SelectField
        name={`${path}.kind`}
        label={t("form.kind")}
        choices={shown.map((value) => ({ value, label: t(`form.kinds.${value}`) }))}
      />
      <ValueField path={path} kind={kind} />
      <RemoveButton name={group} onRemove={onRemove} />
    </div>
  );
}

/** ValueField is what a value of a kind is entered with. */
function ValueField({ path, kind }: { path: string; kind: Kind }) {
  const { t } = useTranslation(["records", "common"]);
  const { getValues } = useFormContext<RecordValues>();
  const field = { name: `${path}.value`, label: t("form.value") };
  switch (kind) {
    case "NULL":
      return <p className="hint row-note">{t("form.nullText")}</p>;
    case "FILE":
      return (
        <p className="hint row-note">
          <code dir="ltr">{String(getValues(field.name as "fields.0.value"))}</code> {t("form.fileText")}
        </p>
      );
    case "BOOLEAN":
      return (
        <SelectField
          {...field}
          choices={[
            { value: "", label: t("form.choose") },
            { value: "true", label: t("common:yes") },
            { value: "false", label: t("common:no") },
          ]}
        />
      );
    case "NUMBER":
      return <TextField {...field} code />;
    case "JSON":
      return <TextArea {...field} code rows={3} />;
    default:
      return <TextArea {...field} rows={1} />;
  }
}

export function RemoveButton({ name, onRemove }: { name: string; onRemove(): void }) {
  const { t } = useTranslation("records");
  return (
    <Button look="quiet" onClick={onRemove} aria-label={t("form.removeNamed", { name })}>
      <Icon name="cross" />
      {t("form.remove")}
    </Button>
  );
}
