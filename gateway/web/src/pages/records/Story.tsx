import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { isolate } from "../../format/text";
import { Icon } from "../../ui/Icon";
import { useReason } from "../../ui/useReason";
import { FieldValue, ReferenceValue } from "../../ui/Value";
import { Moment } from "../../ui/When";
import type { Change, Value } from "./diff";
import { originOf, type Step, storyOf } from "./story";

/** Story tells the versions of a record: who or what set each of them, and what it changed. */
export function Story({ record }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  return (
    <section aria-labelledby="story" className="tight">
      <h2 id="story">{t("story")}</h2>
      <p className="hint">{t("storyText")}</p>
      <ol className="story">
        {storyOf(record).map((step) => (
          <Told key={`${step.version.change} ${step.version.hash}`} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Told({ step }: { step: Step }) {
  const { t } = useTranslation("records");
  const { version, present, oldest } = step;
  const { originRepositoryName, author, replacedBy, runId } = version;
  const name = isolate(originRepositoryName || t("steps.unknownSite"));
  return (
    <li>
      <h3>
        {t(`steps.${originOf(version)}`, { name, author: isolate(author) })} {present && <small className="inline">{t("present")}</small>}
      </h3>
      <Why reason={version.reason} />
      <p className="row hint">
        <span>
          {t("arrivedOn")} <Moment time={version.arrivedOn} seconds />
        </span>
        <span>
          {t("modifiedOn")} <Moment time={version.modifiedOn} seconds />
        </span>
        {runId && (
          <Link to="/runs/$id" params={{ id: runId }}>
            {t("openRun")}
          </Link>
        )}
      </p>
      {replacedBy && (
        <p>
          {t("replacedBy")} <code dir="ltr">{replacedBy}</code>
        </p>
      )}
      {!version.deleted && (oldest ? <Oldest changes={step.changes} /> : <Changes changes={step.changes} />)}
    </li>
  );
}

/** Reasons that the heading of a step has already told. */
const told = ["", "EDITED", "RECEIVED"];

/** Why is the sentence for the reason of a version, where there is more to say than where it came from. */
function Why({ reason }: { reason: string }) {
  const { t } = useTranslation("records");
  const explain = useReason();
  if (told.includes(reason)) return null;
  return <p>{reason === "DECISION" ? t("decision") : explain(reason, reason)}</p>;
}

function Oldest({ changes }: { changes: Change[] }) {
  const { t } = useTranslation("records");
  return (
    <>
      <p className="hint">{t("oldest")}</p>
      {changes.length > 0 && (
        <details>
          <summary>{t("firstValues", { count: changes.length })}</summary>
          <dl className="facts">
            {changes.map(({ name, after }) => (
              <Fact key={name} name={name}>
                <Shown value={after} />
              </Fact>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function Changes({ changes }: { changes: Change[] }) {
  const { t } = useTranslation("records");
  if (changes.length === 0) return <p className="hint">{t("noChanges")}</p>;
  return (
    <dl className="facts">
      {changes.map(({ name, before, after }) => (
        <Fact key={name} name={name}>
          <span className="becomes">
            <span>
              <Shown value={before} />
            </span>
            <span>
              <Icon name="arrowEnd" turns />
              <span className="unseen">{t("becomes")}</span>
            </span>
            <span>
              <Shown value={after} />
            </span>
          </span>
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>
        <code dir="ltr">{name}</code>
      </dt>
      <dd>{children}</dd>
    </>
  );
}

function Shown({ value }: { value: Value | undefined }) {
  if (value?.type === "reference") return <ReferenceValue resource={value.resource} uids={value.uids} />;
  return <FieldValue value={value?.text} kind={value?.kind ?? "NULL"} />;
}
