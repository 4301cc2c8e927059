import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import { Icon } from "../../ui/Icon";
import { Side } from "../../ui/Side";
import type { Direction } from "./form";

/** SitesDrawing shows both sites, land and sea, and who calls whom. */
export function SitesDrawing({ direction, name }: { direction: Direction; name: string }) {
  const { t } = useTranslation(["repositories", "common"]);
  const { data: status } = useQuery(statusQuery);
  return (
    <div className="crossing">
      <Side of="here">
        <small>{t("common:thisSite")}</small>
        <strong>
          <bdi>{status?.siteName ?? "…"}</bdi>
        </strong>
      </Side>
      <ul className="plain">
        <li>
          <Icon name={direction === "remote" ? "arrowEnd" : "arrowStart"} turns />
          <span>{t(`drawing.${direction}`)}</span>
        </li>
        <li>
          <Icon name="arrowStart" turns />
          <span>{t("drawing.pull")}</span>
        </li>
        <li>
          <Icon name="arrowEnd" turns />
          <span>{t("drawing.push")}</span>
        </li>
      </ul>
      <Side of="there">
        <small>{t("common:remoteSite")}</small>
        <strong>
          <bdi>{name || "…"}</bdi>
        </strong>
      </Side>
    </div>
  );
}
