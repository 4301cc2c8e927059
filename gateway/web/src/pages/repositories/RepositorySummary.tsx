import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { TideGauge } from "../../ui/TideGauge";
import { When } from "../../ui/When";
import { RepositoryStatus, ticksOf, useCause } from "./RepositoryStatus";

/** RepositorySummary tells how the exchange with a site fares: status, the last runs, when it was there last. */
export function RepositorySummary({ repository }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const cause = useCause(repository);
  const { url, activity, lastConnectTime } = repository;
  return (
    <>
      <dl className="summary-line">
        <div>
          <dt>{t("status")}</dt>
          <dd>
            <RepositoryStatus repository={repository} />
          </dd>
        </div>
        <div>
          <dt>{t("exchange")}</dt>
          <dd>
            <TideGauge ticks={ticksOf(activity)} />
          </dd>
        </div>
        <div>
          <dt>{t("lastConnected")}</dt>
          <dd>
            <When time={lastConnectTime} />
          </dd>
        </div>
        <div>
          <dt>{t("nextRun")}</dt>
          <dd>
            <When time={activity?.nextRunTime} none={t(url ? "noNextRun" : "waitsForIt")} />
          </dd>
        </div>
      </dl>
      {cause !== null && (
        <p className="hint">
          <bdi>{cause}</bdi>
        </p>
      )}
    </>
  );
}
