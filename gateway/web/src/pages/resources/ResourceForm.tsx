import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { CheckField, ChoicesField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Arrows } from "./Arrows";
import { FiltersField } from "./FiltersField";
import { Foretold } from "./Foretold";
import { checkTask, methods, modes, policies, ruleOf, type TaskValues } from "./form";
import { ResourceNameField } from "./ResourceNameField";
import { tasksQuery } from "./queries";
import { useShownTask } from "./useShownTask";

interface Props {
  /** Repository. */
  id: string;
  values: TaskValues;
  submit(values: TaskValues): Promise<TaskValues | void>;
  latest?(): Promise<TaskValues>;
  action: string;
  more?: ReactNode;
}

/** ResourceForm is one resource of a repository, new or known; its name cannot be changed later. */
export function ResourceForm({ id, values, submit, latest, action, more }: Props) {
  const { t } = useTranslation("resources");
  const known = values.etag !== "";
  const form = useApiForm<TaskValues>({
    values,
    submit,
    latest,
    resolver: rules((given) => checkTask(given, (fault) => t(`fault.${fault}`))),
    fields: { filterString: "filters", tablename: "filters" },
  });
  const labels = {
    resourceName: t("resourceName"),
    mode: t("mode"),
    strategy: t("strategy"),
    updatePolicy: t("updatePolicy"),
    conflictPolicy: t("conflictPolicy"),
    filters: t("filters"),
  };
  const show = useShownTask();
  const taken = useTaken(id);
  return (
    <div className="resource-form">
      <Form form={form} action={action} labels={labels} show={show} more={more}>
        {!known && <ResourceNameField label={labels.resourceName} taken={taken} />}
        <ModeField label={labels.mode} />
        <StrategyField label={labels.strategy} />
        <PolicyFields update={labels.updatePolicy} conflict={labels.conflictPolicy} />
        <Present />
        <FiltersField label={labels.filters} known={known} />
      </Form>
    </div>
  );
}

/** useTaken lists the resources that the repository has already. */
function useTaken(id: string): string[] {
  return (useQuery(tasksQuery(id)).data?.tasks ?? []).map((task) => task.resourceName);
}

function ModeField({ label }: { label: string }) {
  const { t } = useTranslation("resources");
  const choices = modes.map((mode) => ({
    value: mode,
    label: t(`modes.${mode}`),
    hint: t(`modeHints.${mode}`),
    mark: <Arrows mode={mode} />,
  }));
  return (
    <div className="in-pairs">
      <ChoicesField name="mode" label={label} choices={choices} cards />
    </div>
  );
}

function StrategyField({ label }: { label: string }) {
  const { t } = useTranslation("resources");
  const choices = methods.map((method) => ({ value: method, label: t(`methods.${method}`) }));
  return (
    <div className="beside-each-other">
      <ChoicesField name="strategy" label={label} hint={t("strategyHint")} choices={choices} several />
    </div>
  );
}

function PolicyFields({ update, conflict }: { update: string; conflict: string }) {
  const { t } = useTranslation("resources");
  const same = useWatch<TaskValues, "same">({ name: "same" });
  const choices = policies.map((policy) => ({
    value: policy,
    label: policy === "NEWER" ? t("recommended", { policy }) : policy,
    hint: (
      <>
        <span className="policy-sentence">{t(`policy.${policy}.sentence`)}</span> {t(`policy.${policy}.small`)}
      </>
    ),
  }));
  return (
    <>
      <ChoicesField name="updatePolicy" label={update} hint={t("updatePolicyHint")} choices={choices} cards />
      <fieldset className="field">
        <legend>{conflict}</legend>
        <p className="hint">{t("conflictPolicyHint")}</p>
        <CheckField name="same" label={t("same")} />
        {!same && <ChoicesField name="conflictPolicy" label={t("ownConflictPolicy")} choices={choices} cards />}
      </fieldset>
    </>
  );
}

/** Present foretells what is chosen at the moment. */
function Present() {
  const { control } = useFormContext<TaskValues>();
  const [mode, strategy, updatePolicy, same, conflictPolicy] = useWatch({
    control,
    name: ["mode", "strategy", "updatePolicy", "same", "conflictPolicy"],
  });
  return <Foretold rule={ruleOf({ mode, strategy, updatePolicy, same, conflictPolicy })} />;
}
