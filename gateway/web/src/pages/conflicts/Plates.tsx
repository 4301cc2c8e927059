import { useTranslation } from "react-i18next";

import type { Conflict, RecordVersion, Repository } from "../../api/types";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Side } from "../../ui/Side";
import { Status } from "../../ui/Status";
import { Moment } from "../../ui/When";
import { isMixed, valid } from "./preview";

interface Props {
  conflict: Conflict;
  repository: Repository | undefined;
}

/** Plates say whose version is whose, always in the same order: this site, what both had last, the remote site. */
export function Plates({ conflict, repository }: Props) {
  const { t } = useTranslation(["conflicts", "common"]);
  const { local, remote, base } = conflict;
  const now = isMixed(valid(conflict)) ? "MIXED" : valid(conflict).side;
  return (
    <div className="versus">
      <Side of="here">
        <h2>{t("common:thisSite")}</h2>
        {now === "LOCAL" && <ValidNow />}
        {local?.deleted && <p>{t("deletedHere")}</p>}
        <Facts version={local} clock={t("clockHere")} />
      </Side>
      <div className="between">
        <h2>{t("base")}</h2>
        {base ? <Moment time={base.modifiedOn} none={t("unknownTime")} /> : <p>{t("baseUnknown")}</p>}
      </div>
      <Side of="there">
        <h2>
          {t("common:remoteSite")}: <bdi>{conflict.repositoryName}</bdi>
        </h2>
        {now === "REMOTE" && <ValidNow />}
        {remote?.deleted && <p>{t("deletedThere")}</p>}
        <Facts version={remote} clock={<RemoteClock offset={repository?.clockOffset} />} />
      </Side>
    </div>
  );
}

function ValidNow() {
  const { t } = useTranslation("conflicts");
  return (
    <p>
      <Status name="DECIDED" word={t("validNow")} />
    </p>
  );
}

function Facts({ version, clock }: { version: RecordVersion | null; clock: React.ReactNode }) {
  const { t } = useTranslation("conflicts");
  return (
    <dl className="facts">
      <dt>{t("author")}</dt>
      <dd>{version?.author ? <bdi className="break">{version.author}</bdi> : t("noAuthor")}</dd>
      <dt>{t("changedOn")}</dt>
      <dd>
        <Moment time={version?.modifiedOn} none={t("unknownTime")} seconds dated />
      </dd>
      <dt>{t("clock")}</dt>
      <dd>{clock}</dd>
    </dl>
  );
}

/** RemoteClock tells how far the clock of the remote site is from ours, as the last contact has shown. */
function RemoteClock({ offset }: { offset: string | null | undefined }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  if (!offset) return t("clockUnknown");
  const value = seconds(offset);
  if (Math.abs(value) < 1) return t("clockEqual");
  return t(value > 0 ? "clockAhead" : "clockBehind", { offset: format.duration(Math.abs(value)) });
}
