import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoriesQuery } from "../../api/queries";
import { Form } from "../../form/Form";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { RepositoryFields, useRepositoryLabels } from "../repositories/RepositoryFields";
import { useNewRepository } from "../repositories/useNewRepository";
import { FirstRun } from "./FirstRun";
import { Steps } from "./Steps";

/** A site that this one calls, if there is one already: then the setup goes on where it was left. */
const connected = repositoriesQuery({ states: ["ACTIVE"], orderBy: "name", pageSize: 1 });

/** ConnectPage enters the remote site, then offers what is exchanged and how often, and ends with the first run. */
export default function ConnectPage() {
  const { t } = useTranslation(["setup", "repositories", "tables"]);
  const query = useQuery(connected);
  return (
    <Page title={t("connect.title")} above={<Steps current="connect" />}>
      <Loaded query={query}>
        {({ repositories: [repository] }) => (repository ? <FirstRun key={repository.id} id={repository.id} /> : <Connect />)}
      </Loaded>
    </Page>
  );
}

function Connect() {
  const { t } = useTranslation(["setup", "repositories"]);
  const queries = useQueryClient();
  const labels = useRepositoryLabels();
  const form = useNewRepository(() => queries.invalidateQueries({ queryKey: connected.queryKey }));
  return (
    <div className="stack">
      <p>{t("connect.lead")}</p>
      <Form form={form} labels={labels} action={t("repositories:form.saveAndRegister")} more={<Link to="/">{t("later")}</Link>}>
        <RepositoryFields />
      </Form>
    </div>
  );
}
