import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Settings } from "../../api/types";
import { TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { Loaded } from "../../ui/Loaded";
import { Facts, ReadOnly } from "./Facts";
import { isProxy, maskedPassword } from "./proxy";
import { ProxyResult } from "./ProxyResult";
import { settingsQuery } from "./queries";
import { useProxyTest } from "./useProxyTest";
import { useSettingsForm } from "./useSettingsForm";

/** ProxyPage: the proxy of all repositories that name no other. */
export default function ProxyPage() {
  const query = useQuery(settingsQuery);
  const administers = useMay("administer");
  return (
    <Loaded query={query}>{(settings) => (administers ? <ProxyForm settings={settings} /> : <ProxyFacts settings={settings} />)}</Loaded>
  );
}

function ProxyForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation(["settings", "common"]);
  const form = useSettingsForm(settings, {
    read: ({ proxyUrl }) => ({ proxyUrl }),
    write: ({ proxyUrl }) => ({ proxyUrl: proxyUrl.trim() }),
    resolver: rules(({ proxyUrl }) => ({ proxyUrl: !isProxy(proxyUrl.trim()) && t("rule.proxy") })),
  });
  const { test, state, error, busy } = useProxyTest();
  const labels = { proxyUrl: t("proxy.url") };
  const hint = settings.proxyUrl.includes(maskedPassword) ? `${t("proxy.urlHint")} ${t("proxy.saved")}` : t("proxy.urlHint");
  const run = async () => {
    const typed = form.form.getValues("proxyUrl").trim();
    if (typed === "") form.form.setError("proxyUrl", { type: "rule", message: t("proxy.nothingToTest") }, { shouldFocus: true });
    else if (await form.form.trigger("proxyUrl", { shouldFocus: true })) test(typed);
  };
  return (
    <div className="stack">
      <Form
        form={form}
        action={t("common:save")}
        labels={labels}
        more={
          <Button busy={busy} onClick={() => void run()}>
            {t("proxy.test")}
          </Button>
        }
      >
        <TextField name="proxyUrl" label={labels.proxyUrl} hint={hint} code inputMode="url" autoComplete="off" />
      </Form>
      <ProxyResult state={state} error={error} />
    </div>
  );
}

function ProxyFacts({ settings }: { settings: Settings }) {
  const { t } = useTranslation("settings");
  return (
    <div className="stack">
      <ReadOnly />
      <Facts facts={[[t("proxy.url"), settings.proxyUrl && <bdi dir="ltr">{settings.proxyUrl}</bdi>]]} />
    </div>
  );
}
