import { useFieldArray, useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { useFieldError } from "../../form/Field";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Note } from "../../ui/Note";
import { FilterEditor } from "./FilterEditor";
import type { TaskValues } from "./form";
import { TableList } from "./ResourceNameField";

/** FiltersField narrows what is exchanged. known: the resource exists already, so that a change has consequences. */
export function FiltersField({ label, known }: { label: string; known: boolean }) {
  const { t } = useTranslation("resources");
  const { getValues, formState, clearErrors } = useFormContext<TaskValues>();
  const { fields, append, remove } = useFieldArray<TaskValues, "filters">({ name: "filters" });
  const error = useFieldError("filters");
  const add = () => append({ tablename: getValues("resourceName").trim(), filterString: "" }, { shouldFocus: false });
  return (
    <fieldset className="field filters-field" data-invalid={error ? true : undefined}>
      <legend>{label}</legend>
      <p className="hint">{t("filter.hint")}</p>
      {fields.map((field, i) => (
        <FilterEditor
          key={field.id}
          at={i}
          onRemove={() => {
            clearErrors("filters");
            remove(i);
          }}
        />
      ))}
      <Button id="field-filters" onClick={add}>
        <Icon name="plus" />
        {t("filter.add")}
      </Button>
      {error && <p className="field-error">{error}</p>}
      {known && formState.dirtyFields.filters && (
        <Note kind="warning">
          <p>{t("filter.changed")}</p>
        </Note>
      )}
      {known && <TableList />}
    </fieldset>
  );
}
