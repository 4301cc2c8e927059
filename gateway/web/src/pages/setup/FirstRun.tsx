import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoryQuery } from "../../api/queries";
import { CheckField, ChoicesField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { useTableName } from "../../format/tables";
import { Loaded } from "../../ui/Loaded";
import { RegistrationPanel } from "../repositories/RegistrationPanel";
import { usualInterval } from "../repositories/schedule";
import { configure, suggestedResources, tickedResources } from "./configure";

/** FirstRun is the rest of the setup once the remote site is entered: what is exchanged, how often, and the first run. */
export function FirstRun({ id }: { id: string }) {
  const query = useQuery(repositoryQuery(id));
  return (
    <Loaded query={query}>
      {(repository) => (
        <div className="stack">
          <h2>
            <bdi>{repository.name}</bdi>
          </h2>
          <RegistrationPanel repository={{ ...repository, taskCount: Math.max(1, repository.taskCount) }} />
          <FirstRunForm id={id} />
        </div>
      )}
    </Loaded>
  );
}

function FirstRunForm({ id }: { id: string }) {
  const { t } = useTranslation("setup");
  const navigate = useNavigate();
  const nameOf = useTableName();
  const form = useApiForm({
    values: { resources: tickedResources, scheduled: true },
    resolver: rules(({ resources }) => ({ resources: resources.length === 0 && "required" })),
    submit: async ({ resources, scheduled }) => {
      const run = await configure(id, resources, scheduled ? usualInterval : 0);
      await navigate({ to: "/runs/$id", params: { id: run } });
    },
  });
  const labels = { resources: t("first.resources"), scheduled: t("first.schedule") };
  return (
    <Form form={form} labels={labels} action={t("first.action")} more={<Link to="/">{t("later")}</Link>}>
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
    </Form>
  );
}
