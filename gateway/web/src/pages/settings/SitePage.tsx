import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Settings } from "../../api/types";
import { TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { isURL, rules } from "../../form/rules";
import { useMay } from "../../session/session";
import { Uuid } from "../../ui/Copy";
import { Loaded } from "../../ui/Loaded";
import { Clocks } from "./Clocks";
import { Facts, ReadOnly } from "./Facts";
import { settingsQuery } from "./queries";
import { useSettingsForm } from "./useSettingsForm";
import { Worker } from "./Worker";

/** SitePage: who this site is, and whether its parts and clocks are well. */
export default function SitePage() {
  const { t } = useTranslation("settings");
  const query = useQuery(settingsQuery);
  const administers = useMay("administer");
  return (
    <Loaded query={query} rows={6}>
      {(settings) => (
        <div className="stack settings">
          <section className="side here" aria-labelledby="uuid-of-this-site">
            <h2 id="uuid-of-this-site">{t("site.uuid")}</h2>
            <Uuid value={settings.repositoryUuid} what={t("site.uuid")} large />
            <p className="hint">{t("site.uuidHint")}</p>
          </section>
          <div className="halves">
            <div className="stack">
              {administers ? <SiteForm settings={settings} /> : <SiteFacts settings={settings} />}
              <Clocks limit={settings.maxClockOffset} />
            </div>
            <Worker />
          </div>
        </div>
      )}
    </Loaded>
  );
}

function SiteForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation(["settings", "common"]);
  const form = useSettingsForm(settings, {
    read: ({ siteName, publicUrl }) => ({ siteName, publicUrl }),
    write: ({ siteName, publicUrl }) => ({ siteName: siteName.trim(), publicUrl: publicUrl.trim() }),
    resolver: rules(({ siteName, publicUrl }) => ({
      siteName: siteName.trim() === "" ? "required" : siteName.trim().length > 64 && "tooLong",
      publicUrl: publicUrl.trim() !== "" && !isURL(publicUrl.trim()) && "url",
    })),
  });
  const labels = { siteName: t("site.name"), publicUrl: t("site.url") };
  return (
    <Form form={form} action={t("common:save")} labels={labels}>
      <TextField name="siteName" label={labels.siteName} hint={t("site.nameHint")} required />
      <TextField name="publicUrl" label={labels.publicUrl} hint={t("site.urlHint")} type="url" inputMode="url" code />
    </Form>
  );
}

function SiteFacts({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  return (
    <>
      <ReadOnly />
      <Facts
        facts={[
          [t("site.name"), <bdi key="name">{settings.siteName}</bdi>],
          [t("site.url"), settings.publicUrl && <bdi dir="ltr">{settings.publicUrl}</bdi>],
        ]}
      />
    </>
  );
}
