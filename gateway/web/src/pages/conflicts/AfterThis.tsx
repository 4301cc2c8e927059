import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Conflict, Repository } from "../../api/types";
import { isolate, shorten } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Side } from "../../ui/Side";
import { recordQuery } from "../records/queries";
import { type Choice, type Effect, type Preview, previewOf, type Reach, reachOf } from "./preview";

interface Props {
  conflict: Conflict;
  repository: Repository | undefined;
  choice: Choice;
}

/** AfterThis says in words what a choice will do, here and at the remote site, before it is confirmed. */
export function AfterThis({ conflict, repository, choice }: Props) {
  const { t } = useTranslation(["conflicts", "common"]);
  const { data: record } = useQuery(recordQuery(conflict.resourceName, conflict.uid));
  const exchange = record?.exchanges.find(({ repositoryId }) => repositoryId === conflict.repositoryId);
  const preview = previewOf(conflict, choice, exchange?.state === "SEEN" ? "valid" : "own");
  const reach = reachOf(repository, exchange);
  return (
    <section aria-labelledby="after" className="tight">
      <h2 id="after">{t("after.title")}</h2>
      <div className="halves">
        <Side of="here">
          <h3>{t("after.here")}</h3>
          <Effects effects={preview.here} />
        </Side>
        <Side of="there">
          <There conflict={conflict} preview={preview} reach={reach} />
        </Side>
      </div>
    </section>
  );
}

function There({ conflict, preview, reach }: { conflict: Conflict; preview: Preview; reach: Reach }) {
  const { t } = useTranslation("conflicts");
  const when = useWhen();
  const name = isolate(conflict.repositoryName);
  const travels = preview.here.length > 0 || preview.there.length > 0;
  if (travels && reach.kind === "blocked") {
    return (
      <>
        <h3>{t("after.there", { name })}</h3>
        <p>{t(`after.obstacles.${reach.obstacle}`)}</p>
      </>
    );
  }
  const doubtful = preview.there.length > 0 && (conflict.policy === "OTHER" || conflict.policy === "MASTER");
  return (
    <>
      <h3>{preview.there.length > 0 ? when(name, reach) : t("after.there", { name })}</h3>
      <Effects effects={preview.there} />
      {doubtful && <p className="hint">{t("after.rules", { policy: conflict.policy })}</p>}
    </>
  );
}

/** useWhen says when the remote site gets a decision. */
function useWhen(): (name: string, reach: Reach) => string {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const now = useNow();
  return (name, reach) => {
    if (reach.kind === "run") return t("after.run", { name, when: format.relative(new Date(reach.time), now) });
    return t(reach.kind === "connects" ? "after.connects" : "after.unscheduled", { name });
  };
}

/** How many effects are told one by one. */
const room = 8;

function Effects({ effects }: { effects: Effect[] }) {
  const { t } = useTranslation("conflicts");
  const sentence = useSentence();
  const more = effects.length - room;
  if (effects.length === 0) return <p>{t("after.nothing")}</p>;
  return (
    <ul className="plain tight">
      {effects.slice(0, room).map((effect, i) => (
        <li key={i} className="break">
          {sentence(effect)}
        </li>
      ))}
      {more > 0 && <li>{t("after.more", { count: more })}</li>}
    </ul>
  );
}

function useSentence(): (effect: Effect) => string {
  const { t } = useTranslation("conflicts");
  const quote = (text: string) => isolate(shorten(text));
  return (effect) => {
    if (effect.kind !== "field") return t(`after.${effect.kind}`);
    const { name, from, to } = effect;
    const field = isolate(name);
    if (from === undefined) return t("after.set", { field, to: quote(to ?? "") });
    if (to === undefined) return t("after.emptied", { field, from: quote(from) });
    return t("after.changes", { field, from: quote(from), to: quote(to) });
  };
}
