import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { Status } from "../../ui/Status";
import { Moment } from "../../ui/When";

type Exchange = EdenRecord["exchanges"][number];

/** Exchanges say for each repository whether it has the present version, and if not, why. */
export function Exchanges({ record: { exchanges } }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  return (
    <section aria-labelledby="exchanges" className="tight">
      <h2 id="exchanges">{t("exchanges")}</h2>
      <p className="hint">{t(exchanges.length > 0 ? "exchangesText" : "noExchanges")}</p>
      <ul className="plain lines">
        {exchanges.map((exchange) => (
          <li key={exchange.repositoryId}>
            <Link to="/repositories/$id/configuration" params={{ id: exchange.repositoryId }}>
              <bdi>{exchange.repositoryName || exchange.repositoryId}</bdi>
            </Link>
            <div>
              <State exchange={exchange} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function State({ exchange: { state, obstacle, receiveTime, rejectId } }: { exchange: Exchange }) {
  const { t } = useTranslation("records");
  if (state === "WAITING") return <Status name="WAITING" word={t("waiting")} />;
  if (state === "SEEN") {
    return (
      <>
        <Status name="IN_STEP" word={t("seen")} />
        {receiveTime && (
          <small className="block">
            {t("received")} · <Moment time={receiveTime} />
          </small>
        )}
      </>
    );
  }
  return (
    <>
      <Status name="WARNING" word={t("notSent")} />
      <small className="block">
        {t(`obstacles.${obstacle}`)}{" "}
        {rejectId && (
          <Link to="/rejects/$id" params={{ id: rejectId }}>
            {t("openReject")}
          </Link>
        )}
      </small>
    </>
  );
}
