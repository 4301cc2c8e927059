import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { number } from "../../format/numbers";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { Cell } from "../../ui/Table";
import { TideGauge } from "../../ui/TideGauge";
import { When } from "../../ui/When";
import { firstSentence, RepositoryStatus, ticksOf, useCause } from "./RepositoryStatus";
import { useSynchronize } from "./useSynchronize";

interface Props {
  repository: Repository;
  selected: boolean;
  /** Absent for those who may not act on many at a time. */
  onSelect?(selected: boolean): void;
  /** How many columns the table has. */
  columns: number;
}

/** RepositoryRow tells of one site what an administrator asks first; what goes wrong when a run is to start is said below it. */
export function RepositoryRow({ repository, selected, onSelect, columns }: Props) {
  const { t } = useTranslation(["repositories", "common"]);
  const format = useFormat();
  const synchronize = useSynchronize();
  const cause = useCause(repository, firstSentence);
  const { id, name, url, activity } = repository;
  return (
    <>
      <tr className="repository" data-selected={selected || undefined}>
        {onSelect && (
          <td className="tick">
            <label>
              <input type="checkbox" checked={selected} onChange={(event) => onSelect(event.target.checked)} />
              <span className="unseen">{t("select", { name })}</span>
            </label>
          </td>
        )}
        <Cell label={t("status")}>
          <div className="row-condition">
            <RepositoryStatus repository={repository} />
            {cause !== null && (
              <small>
                <bdi>{cause}</bdi>
              </small>
            )}
          </div>
        </Cell>
        <Cell label="" head>
          <Link to="/repositories/$id/configuration" params={{ id }}>
            <bdi>{name}</bdi>
          </Link>
          <small className="break">{url ? <bdi dir="ltr">{url}</bdi> : t("noUrl")}</small>
        </Cell>
        <Cell label={t("exchange")}>
          <TideGauge ticks={ticksOf(activity)} />
        </Cell>
        <Cell label={t("lastConnected")}>
          <When time={repository.lastConnectTime} />
        </Cell>
        <Cell label={t("nextRun")}>
          <When time={activity?.nextRunTime} none={t(url ? "noNextRun" : "waitsForIt")} />
        </Cell>
        <Cell label={t("resources")} className="num wide-only">
          {format.number(repository.taskCount)}
        </Cell>
        <Cell label={t("conflicts")} className="num">
          <ConflictCount repository={repository} />
        </Cell>
        <Cell label="" className="end">
          <RunButton repository={repository} busy={synchronize.isPending} onRun={() => synchronize.mutate(id)} />
        </Cell>
      </tr>
      {synchronize.isError && (
        <tr className="below">
          <td colSpan={columns}>
            <ErrorNote error={synchronize.error} />
          </td>
        </tr>
      )}
    </>
  );
}

function ConflictCount({ repository: { id, name, activity } }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const count = number(activity?.openConflicts);
  if (count === 0) return <span className="faint">{format.number(0)}</span>;
  return (
    <Link to="/conflicts" search={{ repository: id }} aria-label={t("conflictsWith", { count, formatted: format.number(count), name })}>
      {format.number(count)}
    </Link>
  );
}

function RunButton({ repository: { name, state, activity }, busy, onRun }: { repository: Repository; busy: boolean; onRun(): void }) {
  const { t } = useTranslation("repositories");
  const operates = useMay("operate");
  if (activity?.activeRunId) {
    return (
      <ButtonLink to="/runs/$id" params={{ id: activity.activeRunId }} aria-label={t("watchWith", { name })}>
        {t("watch")}
      </ButtonLink>
    );
  }
  if (!operates || state !== "ACTIVE") return null;
  return (
    <Button busy={busy} onClick={onRun} aria-label={t("synchronizeNowWith", { name })}>
      {t("synchronizeNow")}
    </Button>
  );
}
