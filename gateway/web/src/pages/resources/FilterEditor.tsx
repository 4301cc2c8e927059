import { useId, useState } from "react";
import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ConditionRow } from "./ConditionRow";
import { type Condition, readFilter, type Reading, writeFilter } from "./conditions";
import type { FilterValue, TaskValues } from "./form";

const fresh: Condition = { field: "", operator: "eq", value: "" };

interface Props {
  /** Its place in the list, from 0. */
  at: number;
  onRemove(): void;
}

/** FilterEditor is one filter as pieces and as text; both can be edited, and each follows the other. */
export function FilterEditor({ at, onRemove }: Props) {
  const { t } = useTranslation("resources");
  const { field } = useController<TaskValues, `filters.${number}`>({ name: `filters.${at}` });
  const filter = field.value;
  const number = at + 1;
  const onChange = (next: FilterValue) => field.onChange(next);
  const { conditions, reading, edit } = useConditions(filter.filterString);
  const put = (next: Condition[]) => onChange({ ...filter, filterString: edit(next) });
  return (
    <fieldset className="filter-editor sheet">
      <legend>{t("filter.one", { number })}</legend>
      <label>
        {t("filter.table")}
        <input
          className="code"
          dir="ltr"
          list="tables"
          value={filter.tablename}
          onChange={(event) => onChange({ ...filter, tablename: event.target.value })}
        />
      </label>
      {conditions?.map((condition, i) => (
        <ConditionRow
          key={i}
          number={i + 1}
          condition={condition}
          onChange={(next) => put(conditions.map((old, place) => (place === i ? next : old)))}
          onRemove={conditions.length > 1 ? () => put(conditions.filter((_, place) => place !== i)) : undefined}
        />
      ))}
      {conditions && <p className="hint">{t("filter.valueHint")}</p>}
      {conditions === undefined && reading.kind === "special" && <p className="hint">{t("filter.special")}</p>}
      <RawText text={filter.filterString} reading={reading} onChange={(text) => onChange({ ...filter, filterString: text })} />
      <p className="row">
        {conditions && (
          <Button look="quiet" onClick={() => put([...conditions, fresh])}>
            <Icon name="plus" />
            {t("filter.addCondition")}
          </Button>
        )}
        <Button look="quiet" onClick={onRemove} aria-label={t("filter.removeOne", { number })}>
          <Icon name="cross" />
          {t("filter.remove")}
        </Button>
      </p>
    </fieldset>
  );
}

/**
 * useConditions reads text into conditions, and keeps those that are not complete yet: they have no text. Conditions are
 * undefined where pieces cannot say what the text says.
 */
function useConditions(text: string) {
  const [state, setState] = useState(() => ({ text, conditions: conditionsOf(readFilter(text)) }));
  const reading = readFilter(text);
  const present = state.text === text ? state : { text, conditions: conditionsOf(reading) };
  if (present !== state) setState(present);
  const edit = (conditions: Condition[]): string => {
    const written = writeFilter(conditions);
    setState({ text: written, conditions });
    return written;
  };
  return { conditions: present.conditions, reading, edit };
}

function conditionsOf(reading: Reading): Condition[] | undefined {
  if (reading.kind !== "conditions") return undefined;
  return reading.conditions.length === 0 ? [fresh] : reading.conditions;
}

/** RawText is the filter as it is stored and sent. */
function RawText({ text, reading, onChange }: { text: string; reading: Reading; onChange(text: string): void }) {
  const { t } = useTranslation("resources");
  const id = useId();
  const wrong = reading.kind === "wrong" && text !== "";
  return (
    <div>
      <label htmlFor={id}>{t("filter.text")}</label>
      <input
        id={id}
        className="code"
        dir="ltr"
        spellCheck={false}
        autoCapitalize="none"
        value={text}
        aria-invalid={wrong || undefined}
        aria-describedby={wrong ? `${id}-error` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {wrong && (
        <p className="field-error" id={`${id}-error`}>
          {t(`filter.problem.${reading.problem}`, { part: reading.part })}
        </p>
      )}
    </div>
  );
}
