import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { type Condition, hasValue, type Operator, operators } from "./conditions";

interface Props {
  /** Which one it is, from 1. */
  number: number;
  condition: Condition;
  onChange(condition: Condition): void;
  /** Absent: it cannot be removed alone. */
  onRemove?(): void;
}

/** ConditionRow is one condition: a field, how it is compared, and with what. All conditions must hold. */
export function ConditionRow({ number, condition, onChange, onRemove }: Props) {
  const { t } = useTranslation("resources");
  return (
    <div className="condition" role="group" aria-label={t("filter.condition", { number })}>
      <label>
        {t("filter.field")}
        <input
          className="code"
          dir="ltr"
          spellCheck={false}
          autoCapitalize="none"
          value={condition.field}
          onChange={(event) => onChange({ ...condition, field: event.target.value })}
        />
      </label>
      <label>
        {t("filter.operator")}
        <select value={condition.operator} onChange={(event) => onChange({ ...condition, operator: event.target.value as Operator })}>
          {operators.map((operator) => (
            <option key={operator} value={operator}>
              {t(`filter.operators.${operator}`)}
            </option>
          ))}
        </select>
      </label>
      {hasValue(condition.operator) && (
        <label>
          {t("filter.value")}
          <input dir="auto" value={condition.value} onChange={(event) => onChange({ ...condition, value: event.target.value })} />
        </label>
      )}
      {onRemove && (
        <Button look="quiet" onClick={onRemove} aria-label={t("filter.removeCondition", { number })}>
          <Icon name="cross" />
        </Button>
      )}
    </div>
  );
}
