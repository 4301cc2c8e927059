import { useTranslation } from "react-i18next";

import { CheckField, ChoicesField } from "../../form/Field";
import { useTableName } from "../../format/tables";
import { suggestedResources } from "./configure";

export function useChoiceLabels() {
  const { t } = useTranslation("setup");
  return { resources: t("first.resources"), scheduled: t("first.schedule") };
}

/** ChoiceFields ask what is exchanged, and whether it is done again and again. */
export function ChoiceFields() {
  const { t } = useTranslation("setup");
  const labels = useChoiceLabels();
  const nameOf = useTableName();
  return (
    <>
      <div className="two-columns">
        <ChoicesField
          name="resources"
          label={labels.resources}
          hint={t("first.resourcesHint")}
          several
          choices={suggestedResources.map((value) => ({ value, label: nameOf(value), hint: <code dir="ltr">{value}</code> }))}
        />
      </div>
      <CheckField name="scheduled" label={labels.scheduled} hint={t("first.scheduleHint")} />
    </>
  );
}
