import { useTranslation } from "react-i18next";

import type { Link } from "../api/watch";
import { Status, type StatusName } from "./Status";

const looks: Record<Link, StatusName> = {
  connecting: "QUEUED",
  live: "RUNNING",
  polling: "WAITING",
  lost: "ERROR",
  finished: "DONE",
};

/** LinkState says how a page follows something. Only a change of it is read out. */
export function LinkState({ link }: { link: Link }) {
  const { t } = useTranslation();
  return (
    <span role="status">
      <Status name={looks[link]} word={t(`link.${link}`)} />
    </span>
  );
}
