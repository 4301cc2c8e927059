import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { repositoryQuery } from "../../api/queries";
import type { Repository } from "../../api/types";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { ConfigurationFacts } from "./ConfigurationFacts";
import { DangerZone } from "./DangerZone";
import { check, type RepositoryForm, toChange, toForm } from "./form";
import { RegistrationPanel } from "./RegistrationPanel";
import { DirectionField, RepositoryFields, useRepositoryLabels } from "./RepositoryFields";
import { SitesDrawing } from "./SitesDrawing";
import { useShownValue } from "./useShownValue";

/** ConfigurationPage: how the sites reach each other, and how the registration stands. */
export default function ConfigurationPage() {
  const { t } = useTranslation("repositories");
  const { id } = useParams({ from: "/app/repositories/$id/configuration" });
  const query = useQuery(repositoryQuery(id));
  const administers = useMay("administer");
  return (
    <Page title={t("tabs.configuration")}>
      <Loaded query={query} rows={6}>
        {(repository) => (
          <div className="stack" key={repository.id}>
            <RegistrationPanel repository={repository} />
            {administers ? (
              <>
                <Configuration repository={repository} />
                <DangerZone repository={repository} />
              </>
            ) : (
              <ConfigurationFacts repository={repository} />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Configuration({ repository }: { repository: Repository }) {
  const { t } = useTranslation(["repositories", "common"]);
  const labels = useRepositoryLabels();
  const form = useConfiguration(repository);
  const show = useShownValue();
  const [direction, name] = useWatch({ control: form.form.control, name: ["direction", "name"] });
  return (
    <div className="form-columns">
      <Form form={form} labels={labels} action={t("common:save")} show={show}>
        <DirectionField saved={repository} />
        <RepositoryFields saved={repository} />
      </Form>
      <aside aria-label={t("drawing.label")}>
        <SitesDrawing direction={direction} name={name} />
      </aside>
    </div>
  );
}

/** useConfiguration is the form for a repository that is there; only what was changed is sent. */
function useConfiguration(repository: Repository) {
  const { t } = useTranslation("common");
  const queries = useQueryClient();
  const { id } = repository;
  return useApiForm<RepositoryForm>({
    values: toForm(repository),
    resolver: rules((values) => check(values, repository)),
    latest: async () => toForm(await queries.fetchQuery({ ...repositoryQuery(id), staleTime: 0 })),
    submit: async (values, before) => {
      const body = { ...toChange(values, before), etag: values.etag };
      const saved = await call(api.PATCH("/api/v1/repositories/{id}", { params: { path: { id } }, body }));
      await queries.invalidateQueries({ queryKey: ["repositories"] });
      announce(t("saved"));
      return toForm(saved);
    },
  });
}
