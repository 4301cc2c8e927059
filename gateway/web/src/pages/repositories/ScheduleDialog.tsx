import { FormProvider, useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { DurationField } from "../../form/DurationField";
import { ChoicesField } from "../../form/Field";
import { useFormat } from "../../format/useFormat";
import { ConfirmDialog } from "../../ui/Dialog";
import { type Schedule, usualInterval } from "./schedule";

interface Props {
  open: boolean;
  count: number;
  onApply(schedule: Schedule): void;
  onClose(): void;
}

/** The shortest and the longest time between two runs, in seconds, as the scheduler accepts them. */
const shortest = 10;
const longest = 366 * 86_400;

/** ScheduleDialog asks how often all ticked repositories are to be synchronized. */
export function ScheduleDialog({ open, count, onApply, onClose }: Props) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const form = useForm({ defaultValues: { runEvery: usualInterval, existing: "add" } });
  const runEvery = Number(useWatch({ control: form.control, name: "runEvery" }));
  const fits = runEvery >= shortest && runEvery <= longest;
  const apply = () => onApply({ runEvery, replace: form.getValues("existing") === "replace" });
  return (
    <ConfirmDialog
      title={t("bulk.schedule")}
      action={t("bulk.apply", { count, formatted: format.number(count) })}
      open={open}
      ready={fits}
      onConfirm={apply}
      onClose={onClose}
    >
      <FormProvider {...form}>
        <DurationField name="runEvery" label={t("bulk.runEvery")} hint={t("bulk.spread")} units={["minutes", "hours", "days"]} />
        <ChoicesField
          name="existing"
          label={t("bulk.existing")}
          choices={[
            { value: "add", label: t("bulk.add") },
            { value: "replace", label: t("bulk.replace") },
          ]}
        />
      </FormProvider>
    </ConfirmDialog>
  );
}
