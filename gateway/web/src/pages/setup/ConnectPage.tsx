import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { repositoriesQuery } from "../../api/queries";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { blank, check, createRepository } from "../repositories/form";
import { RepositoryFields, useRepositoryLabels } from "../repositories/RepositoryFields";
import { ChoiceFields, useChoiceLabels } from "./ChoiceFields";
import { type Choice, checkChoice, usualChoice } from "./configure";
import { FirstRun } from "./FirstRun";
import { Steps } from "./Steps";

/** A site that this one calls, if there is one already: then the setup goes on where it was left. */
const connected = {
  ...repositoriesQuery({ states: ["ACTIVE"], orderBy: "name", pageSize: 1 }),
  refetchInterval: false,
  staleTime: Infinity,
} as const;

/** ConnectPage enters the remote site, what is exchanged and how often, and ends with the first run. */
export default function ConnectPage() {
  const { t } = useTranslation(["setup", "repositories", "tables"]);
  const query = useQuery(connected);
  const [chosen, setChosen] = useState<Choice>();
  return (
    <Page title={t("connect.title")} above={<Steps current="connect" />}>
      <Loaded query={query}>
        {({ repositories: [repository] }) =>
          repository ? <FirstRun key={repository.id} id={repository.id} chosen={chosen} /> : <Connect onSaved={setChosen} />
        }
      </Loaded>
    </Page>
  );
}

/** Connect saves the remote site, with which its registration begins; the first run follows once that has worked. */
function Connect({ onSaved }: { onSaved(choice: Choice): void }) {
  const { t } = useTranslation("setup");
  const queries = useQueryClient();
  const labels = { ...useRepositoryLabels(), ...useChoiceLabels() };
  const form = useApiForm({
    values: { ...blank, ...usualChoice },
    resolver: rules((values) => ({ ...check(values), ...checkChoice(values) })),
    submit: async (values) => {
      await createRepository(values);
      onSaved({ resources: values.resources, scheduled: values.scheduled });
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
  return (
    <div className="stack">
      <p>{t("connect.lead")}</p>
      <Form form={form} labels={labels} action={t("first.action")} more={<Link to="/">{t("later")}</Link>}>
        <RepositoryFields />
        <ChoiceFields />
      </Form>
    </div>
  );
}
