import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conflict, ConflictSide, Repository } from "../../api/types";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { AfterThis } from "./AfterThis";
import { Effects } from "./Bulk";
import { Comparison } from "./Comparison";
import { Plates } from "./Plates";
import { type Choice, choose, isMixed, valid } from "./preview";
import { alikeQuery } from "./queries";
import { useDecide } from "./useDecisions";

interface Props {
  conflict: Conflict;
  repository: Repository | undefined;
}

/** Decision lets a person choose a version, or single fields, says what that will do, and does it when confirmed. */
export function Decision({ conflict, repository }: Props) {
  const { t } = useTranslation("conflicts");
  const [choice, setChoice] = useState<Choice | null>(null);
  const operates = useMay("operate");
  const decides = operates && conflict.state === "OPEN";
  const singly = decides && !conflict.local?.deleted && !conflict.remote?.deleted && conflict.differingFields.length > 1;
  const fields = singly
    ? {
        sideOf: (name: string) => choice && (choice.fieldSides[name] ?? choice.side),
        choose: (name: string, side: ConflictSide) => setChoice(choose(conflict, choice ?? valid(conflict), name, side)),
      }
    : undefined;
  return (
    <>
      <section aria-label={t("compare")}>
        <Plates conflict={conflict} repository={repository} />
        <Comparison conflict={conflict} fields={fields} />
        {decides && <Sides choice={choice} onChoose={(side) => setChoice({ side, fieldSides: {} })} />}
        {singly && <p className="hint">{t("byField")}</p>}
      </section>
      <div aria-live="polite">{choice && decides && <AfterThis conflict={conflict} repository={repository} choice={choice} />}</div>
      {choice && decides && <Confirm key={choice.side} conflict={conflict} choice={choice} />}
    </>
  );
}

/** Sides choose a whole version; each button stands below what it chooses. */
function Sides({ choice, onChoose }: { choice: Choice | null; onChoose(side: ConflictSide): void }) {
  const { t } = useTranslation("conflicts");
  const pressed = (side: ConflictSide) => choice !== null && !isMixed(choice) && choice.side === side;
  return (
    <div className="versus choosers" role="group" aria-label={t("choose")}>
      <Button aria-pressed={pressed("LOCAL")} onClick={() => onChoose("LOCAL")}>
        {t("keepHere")}
      </Button>
      <Button aria-pressed={pressed("REMOTE")} onClick={() => onChoose("REMOTE")}>
        {t("takeThere")}
      </Button>
    </div>
  );
}

function Confirm({ conflict, choice }: { conflict: Conflict; choice: Choice }) {
  const { t } = useTranslation("conflicts");
  const [together, setTogether] = useState(false);
  const { data: similar = [] } = useQuery(alikeQuery(conflict));
  const decide = useDecide();
  const mixed = isMixed(choice);
  const all = !mixed && together;
  const ids = [conflict.id, ...(all ? similar.map(({ id }) => id) : [])] as [string, ...string[]];
  return (
    <div className="stack">
      {!mixed && similar.length > 0 && (
        <div className="field check">
          <input id="together" type="checkbox" checked={together} onChange={(event) => setTogether(event.target.checked)} />
          <label htmlFor="together">{t("alike", { count: similar.length })}</label>
          <p className="hint">{t("alikeHint")}</p>
        </div>
      )}
      {all && <Effects conflicts={similar} side={choice.side} />}
      {decide.isError && <ErrorNote error={decide.error} />}
      <p className="actions">
        <Button look="main" busy={decide.isPending} onClick={() => decide.mutate({ ids, choice })}>
          {t(`confirm.${mixed ? "mixed" : choice.side}`)}
        </Button>
      </p>
    </div>
  );
}
