import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { WorkerBar } from "../../shell/WorkerBar";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { BulkOutcomes } from "../repositories/BulkOutcomes";
import { useBulk } from "../repositories/useBulk";
import { Checklist } from "./Checklist";
import { Clocks } from "./Clocks";
import { Freshness } from "./Freshness";
import { NeedsYou } from "./NeedsYou";
import { NextRuns } from "./NextRuns";
import { fewRepositoriesQuery } from "./queries";
import { Running } from "./Running";
import { SynchronizeAll } from "./SynchronizeAll";
import { Tide } from "./Tide";

/** OverviewPage: is this site in step with all others; if not, why, and what to do. */
export default function OverviewPage() {
  const { t } = useTranslation("overview");
  const bulk = useBulk();
  const [asking, setAsking] = useState(false);
  const operates = useMay("operate");
  const { data } = useQuery(fewRepositoriesQuery);
  const known = (data?.totalSize ?? 0) > 0;
  const all = operates && known && (
    <Button onClick={() => setAsking(true)} busy={bulk.busy}>
      {t("synchronizeAll")}
    </Button>
  );
  return (
    <Page title={t("title")} beside={all}>
      <div className="stack overview">
        <WorkerBar />
        <SynchronizeAll open={asking} onClose={() => setAsking(false)} onStart={bulk.start} />
        {bulk.action && <BulkOutcomes action={bulk.action} outcomes={bulk.outcomes} onDismiss={bulk.dismiss} />}
        <Checklist />
        <NeedsYou />
        {known && (
          <>
            <Running />
            <Tide />
            <NextRuns />
          </>
        )}
        <Clocks />
        <Freshness />
      </div>
    </Page>
  );
}
