import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { DurationField } from "../../form/DurationField";
import { CheckField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { UtcField } from "../../form/UtcField";
import { Advice } from "./Advice";
import { checkJob, type JobValues } from "./form";
import { Preview } from "./Preview";
import { useShownJob } from "./useShownJob";

interface Props {
  repositoryId: string;
  values: JobValues;
  /** Successful runs so far. */
  runsCompleted: number;
  submit(values: JobValues): Promise<JobValues | void>;
  latest?(): Promise<JobValues>;
  action: string;
  more?: ReactNode;
}

/** JobForm is a job with the fields of the guide; beside it stand the runs that it will make. */
export function JobForm({ repositoryId, values, runsCompleted, submit, latest, action, more }: Props) {
  const { t } = useTranslation(["schedule", "common"]);
  const form = useApiForm<JobValues>({
    values,
    submit,
    latest,
    resolver: rules((given) => checkJob(given, (fault) => t(`fault.${fault}`))),
  });
  const labels = {
    enabled: t("enabled"),
    startTime: t("startTime"),
    endTime: t("endTime"),
    repeat: t("repeatTimes"),
    runEvery: t("runEvery"),
    timeout: t("timeout"),
    maxFailures: t("maxFailures"),
  };
  return (
    <div className="job-form">
      <Form form={form} action={action} labels={labels} show={useShownJob()} more={more}>
        <CheckField name="enabled" label={labels.enabled} />
        <UtcField name="startTime" label={labels.startTime} hint={t("startHint")} required />
        <UtcField name="endTime" label={labels.endTime} hint={t("endHint")} />
        <TextField name="repeat" label={labels.repeat} hint={t("repeatHint")} type="number" inputMode="numeric" />
        <DurationField name="runEvery" label={labels.runEvery} />
        <DurationField name="timeout" label={labels.timeout} hint={t("timeoutHint")} />
        <Advice repositoryId={repositoryId} />
        <details className="field">
          <summary>{t("common:moreSettings")}</summary>
          <TextField name="maxFailures" label={labels.maxFailures} hint={t("maxFailuresHint")} type="number" inputMode="numeric" />
        </details>
        <Preview repositoryId={repositoryId} runsCompleted={runsCompleted} />
      </Form>
    </div>
  );
}
