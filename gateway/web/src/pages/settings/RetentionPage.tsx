import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Settings } from "../../api/types";
import { DurationField } from "../../form/DurationField";
import { CheckField, TextArea, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useMay } from "../../session/session";
import { Loaded } from "../../ui/Loaded";
import { Facts, ReadOnly } from "./Facts";
import { settingsQuery } from "./queries";
import { readRetention, translated, writeRetention } from "./retention";
import { useShownRetention } from "./useShownRetention";
import { useSettingsForm } from "./useSettingsForm";

/** RetentionPage: how long things are kept, and what is too much. */
export default function RetentionPage() {
  const query = useQuery(settingsQuery);
  const administers = useMay("administer");
  return (
    <Loaded query={query} rows={8}>
      {(settings) => (administers ? <RetentionForm settings={settings} /> : <RetentionFacts settings={settings} />)}
    </Loaded>
  );
}

function useLabels() {
  const { t } = useTranslation("settings");
  return {
    logRetention: t("retention.logRetention"),
    recordHistoryRetention: t("retention.recordHistoryRetention"),
    fullPullInterval: t("retention.fullPullInterval"),
    pullOverlap: t("retention.pullOverlap"),
    maxClockOffset: t("retention.maxClockOffset"),
    maxConcurrentRuns: t("retention.maxConcurrentRuns"),
    maxAttachment: t("retention.maxAttachment"),
    exposedResources: t("retention.exposedResources"),
    anonymousRepositoryPulls: t("retention.anonymousRepositoryPulls"),
  };
}

function RetentionForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation(["settings", "common"]);
  const form = useSettingsForm(settings, {
    read: readRetention,
    write: writeRetention,
    resolver: rules((values) => translated(values, (rule) => t(`rule.${rule}`))),
    fields: { maxAttachmentBytes: "maxAttachment" },
  });
  const labels = useLabels();
  const field = (name: keyof typeof labels) => ({ name, label: labels[name], hint: t(`retention.${name}Hint`) });
  const show = useShownRetention();
  return (
    <Form form={form} action={t("common:save")} labels={labels} show={show}>
      <div className="setting-groups">
        <Group title={t("retention.kept")}>
          <DurationField {...field("logRetention")} units={["hours", "days"]} />
          <DurationField {...field("recordHistoryRetention")} units={["hours", "days"]} />
        </Group>
        <Group title={t("retention.files")}>
          <TextField {...field("maxAttachment")} type="number" inputMode="numeric" />
        </Group>
        <Group title={t("retention.exchange")}>
          <DurationField {...field("fullPullInterval")} units={["minutes", "hours", "days"]} />
          <DurationField {...field("pullOverlap")} units={["seconds", "minutes"]} />
          <DurationField {...field("maxClockOffset")} units={["seconds", "minutes"]} />
          <TextField {...field("maxConcurrentRuns")} type="number" inputMode="numeric" />
        </Group>
        <Group title={t("retention.protection")}>
          <TextArea {...field("exposedResources")} code rows={3} />
          <CheckField {...field("anonymousRepositoryPulls")} />
        </Group>
      </div>
    </Form>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function RetentionFacts({ settings }: { settings: Settings }) {
  const labels = useLabels();
  const show = useShownRetention();
  const values = readRetention(settings);
  const names = Object.keys(labels) as (keyof typeof labels)[];
  return (
    <div className="stack">
      <ReadOnly />
      <Facts facts={names.map((name) => [labels[name], show(name, values[name])])} />
    </div>
  );
}
