import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { statusQuery } from "../../api/queries";
import type { Settings } from "../../api/types";
import { SelectField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { changeLanguage } from "../../i18n/i18n";
import { isLanguage, languages } from "../../i18n/languages";
import { sessionQuery } from "../../session/session";
import { Uuid } from "../../ui/Copy";
import { Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Side } from "../../ui/Side";
import { saveSettings, settingsQuery } from "../settings/queries";
import { Steps } from "./Steps";

/** SitePage names this site, and shows the UUID by which others know it. */
export default function SitePage() {
  const { t } = useTranslation("setup");
  const query = useQuery(settingsQuery);
  return (
    <Page title={t("site.title")} above={<Steps current="site" />}>
      <Loaded query={query}>
        {(settings) => (
          <div className="stack">
            <Side of="here" title={t("site.uuid")}>
              <p>{t("site.uuid")}</p>
              <Uuid value={settings.repositoryUuid} what={t("site.uuid")} large />
              <p className="hint">{t("site.uuidHint")}</p>
            </Side>
            <SiteForm settings={settings} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function SiteForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation("setup");
  const form = useSite(settings);
  const labels = { siteName: t("site.name"), language: t("site.language") };
  const choices = Object.entries(languages).map(([value, label]) => ({ value, label }));
  return (
    <Form form={form} action={t("next")} labels={labels}>
      <TextField name="siteName" label={labels.siteName} hint={t("site.nameHint")} required maxLength={64} autoComplete="organization" />
      <SelectField name="language" label={labels.language} choices={choices} />
    </Form>
  );
}

/** useSite saves the name with the site and the language with the person. */
function useSite(settings: Settings) {
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useApiForm({
    values: { siteName: settings.siteName, language: i18n.language },
    resolver: rules(({ siteName }) => ({ siteName: siteName.trim() === "" ? "required" : siteName.trim().length > 64 && "tooLong" })),
    submit: async ({ siteName, language }) => {
      const untouched = (present: Settings) => present.siteName === settings.siteName;
      queries.setQueryData(settingsQuery.queryKey, await saveSettings({ siteName: siteName.trim() }, settings.etag, untouched));
      await call(api.PATCH("/api/v1/session/user", { body: { language } }));
      void queries.invalidateQueries({ queryKey: statusQuery.queryKey });
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      if (isLanguage(language)) await changeLanguage(language);
      await navigate({ to: "/setup/role" });
    },
  });
}
