import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conflict, ConflictSide } from "../../api/types";
import { Button } from "../../ui/Button";
import { Status } from "../../ui/Status";
import { FieldValue, ReferenceValue } from "../../ui/Value";
import { isMixed, valid } from "./preview";

type Difference = Conflict["differences"][number];

interface Props {
  conflict: Conflict;
  /** Side that a field is taken from, and how to choose another; undefined where fields cannot be chosen singly. */
  fields?: { sideOf(name: string): ConflictSide | null; choose(name: string, side: ConflictSide): void };
}

/** Comparison sets both versions side by side, field by field, with what both had last in between. */
export function Comparison({ conflict, fields }: Props) {
  const { t } = useTranslation(["conflicts", "common"]);
  const [all, setAll] = useState(false);
  const { differences } = conflict;
  const rows = all ? differences : differences.filter(({ differs }) => differs);
  if (conflict.local?.deleted && conflict.remote?.deleted) return null;
  return (
    <>
      <table className="comparison">
        <caption className="unseen">{t("compare")}</caption>
        <thead>
          <tr>
            {[t("common:thisSite"), t("field"), conflict.repositoryName].map((head) => (
              <th key={head} scope="col">
                <span className="unseen">{head}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((difference) => (
            <Row key={difference.name} conflict={conflict} difference={difference} fields={difference.differs ? fields : undefined} />
          ))}
        </tbody>
      </table>
      {differences.some(({ differs }) => !differs) && (
        <p>
          <Button look="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("showDiffering") : t("showAll", { count: differences.length })}
          </Button>
        </p>
      )}
    </>
  );
}

function Row({ conflict, difference, fields }: Props & { difference: Difference }) {
  const { t } = useTranslation(["conflicts", "common"]);
  const { name } = difference;
  const cell = (side: ConflictSide) => <SideValue conflict={conflict} difference={difference} side={side} fields={fields} />;
  return (
    <tr data-differs={difference.differs || undefined}>
      <td className="here" data-l={t("common:thisSite")}>
        {cell("LOCAL")}
      </td>
      <th scope="row">
        <code dir="ltr">{name}</code>
        {conflict.base && difference.differs && (
          <small>
            <Before difference={difference} />
          </small>
        )}
      </th>
      <td className="there" data-l={conflict.repositoryName}>
        {cell("REMOTE")}
      </td>
    </tr>
  );
}

/** Before is what both sites had last. Where that is what one of them still has, only the other one has changed it. */
function Before({ difference }: { difference: Difference }) {
  const { t } = useTranslation("conflicts");
  const { baseValue, localValue, remoteValue } = difference;
  if (baseValue === localValue) return t("baseHere");
  if (baseValue === remoteValue) return t("baseThere");
  return (
    <>
      {t("baseValue")} <Shown difference={difference} value={baseValue} />
    </>
  );
}

interface SideValueProps extends Props {
  difference: Difference;
  side: ConflictSide;
}

/** SideValue is the value of one side; with a button to choose it where fields can be chosen. */
function SideValue({ conflict, difference, side, fields }: SideValueProps) {
  const { t } = useTranslation("conflicts");
  const version = side === "LOCAL" ? conflict.local : conflict.remote;
  if (version?.deleted) return <span className="faint">{t("deletion")}</span>;
  const shown = <Shown difference={difference} value={side === "LOCAL" ? difference.localValue : difference.remoteValue} />;
  const { name } = difference;
  if (!fields) {
    const now = valid(conflict);
    const marked = difference.differs && isMixed(now) && (now.fieldSides[name] ?? now.side) === side;
    return (
      <>
        {shown} {marked && <Status name="DECIDED" word={t("validNow")} />}
      </>
    );
  }
  return (
    <span className="choice">
      <input
        type="radio"
        name={`side-of-${name}`}
        checked={fields.sideOf(name) === side}
        onChange={() => fields.choose(name, side)}
        aria-label={t(`takeFrom.${side}`, { field: name })}
      />
      {shown}
    </span>
  );
}

function Shown({ difference, value }: { difference: Difference; value: string | null | undefined }) {
  const { referenceResourceName: resource, kind } = difference;
  if (resource && value) return <ReferenceValue resource={resource} uids={value.split(", ")} />;
  return <FieldValue value={value} kind={kind} />;
}
