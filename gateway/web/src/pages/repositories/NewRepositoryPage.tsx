import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { useMay } from "../../session/session";
import { ButtonLink } from "../../ui/Button";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { blank, check, createRepository } from "./form";
import { DirectionField, RepositoryFields, useRepositoryLabels } from "./RepositoryFields";
import { SitesDrawing } from "./SitesDrawing";
import { WhatYouNeed } from "./WhatYouNeed";

/** NewRepositoryPage registers another site, in either direction; what comes of it is told on the page of the repository. */
export default function NewRepositoryPage() {
  const { t } = useTranslation(["repositories", "common"]);
  const administers = useMay("administer");
  return (
    <Page
      title={t("add")}
      above={
        <p className="crumbs">
          <Link to="/repositories">{t("title")}</Link>
        </p>
      }
    >
      {administers ? (
        <NewRepository />
      ) : (
        <Note kind="info">
          <p>{t("onlyAdministrators")}</p>
        </Note>
      )}
    </Page>
  );
}

function NewRepository() {
  const { t } = useTranslation(["repositories", "common"]);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const labels = useRepositoryLabels();
  const form = useApiForm({
    values: blank,
    resolver: rules((values) => check(values)),
    submit: async (values) => {
      const { id } = await createRepository(values);
      void queries.invalidateQueries({ queryKey: ["repositories"] });
      await navigate({ to: "/repositories/$id/configuration", params: { id } });
    },
  });
  const [direction, name] = useWatch({ control: form.form.control, name: ["direction", "name"] });
  return (
    <div className="form-columns">
      <Form
        form={form}
        labels={labels}
        action={t(direction === "remote" ? "form.saveAndRegister" : "common:save")}
        more={<ButtonLink to="/repositories">{t("common:cancel")}</ButtonLink>}
      >
        <DirectionField />
        <RepositoryFields />
      </Form>
      <aside className="stack" aria-label={t("drawing.label")}>
        <SitesDrawing direction={direction} name={name} />
        <WhatYouNeed direction={direction} />
      </aside>
    </div>
  );
}
