import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { Moment } from "../../ui/When";
import { Facts } from "./Facts";

/** Difference to the viewer's clock, in seconds, that may come from the way of the answer. */
const noise = 2;

/** Clocks compares the clock of this site with the viewer's and with those of remote sites; limit is a duration. */
export function Clocks({ limit }: { limit: string }) {
  const { t } = useTranslation("settings");
  const query = useQuery(statusQuery);
  return (
    <section className="stack" aria-labelledby="clocks">
      <h2 id="clocks">{t("clock.title")}</h2>
      <p className="hint">{t("clock.lead")}</p>
      <Loaded query={query}>
        {(status) => (
          <>
            <Agreement status={status} limit={limit} />
            <ClockFacts status={status} received={query.dataUpdatedAt} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Agreement({ status: { repositories, repositoriesOffClock }, limit }: { status: Status; limit: string }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  if (repositories === 0) return <p>{t("clock.noRepositories")}</p>;
  const off = repositoriesOffClock > 0;
  const count = off ? repositoriesOffClock : repositories;
  const values = { count, formatted: format.number(count), limit: format.duration(seconds(limit)) };
  return (
    <Note kind={off ? "warning" : "ok"}>
      <p>{off ? t("clock.off", values) : t("clock.allAgree", values)}</p>
    </Note>
  );
}

function ClockFacts({ status, received }: { status: Status; received: number }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const offset = status.time ? (received - new Date(status.time).getTime()) / 1000 : 0;
  const largest = seconds(status.largestClockOffset);
  return (
    <Facts
      facts={[
        [t("clock.here"), <Moment key="here" time={status.time} seconds />],
        [t("clock.browser"), Math.abs(offset) < noise ? t("clock.agrees") : t("clock.differs", { offset: format.duration(offset) })],
        ...(largest === 0 ? [] : [[t("clock.largest"), format.duration(largest)] as [string, string]]),
      ]}
    />
  );
}
