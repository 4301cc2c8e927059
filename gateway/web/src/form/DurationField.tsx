import { useState } from "react";
import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { type FieldProps, Frame } from "./Field";

/** Units of a duration, in seconds. */
export const durationUnits = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;

type Unit = keyof typeof durationUnits;

interface Props extends FieldProps {
  units?: Unit[];
}

/** DurationField is a number with a unit; the value of the field is in seconds. */
export function DurationField({ name, label, hint, required, units = ["seconds", "minutes", "hours", "days"] }: Props) {
  const { t } = useTranslation();
  const { field } = useController({ name });
  const value = Number(field.value ?? 0);
  // Typing must not change the unit under a person's hands, so it is chosen once.
  const [unit, setUnit] = useState(() => fitting(value, units));
  return (
    <Frame name={name} label={label} hint={hint} required={required}>
      {(aria) => (
        <span className="joined">
          <input
            {...aria}
            ref={field.ref}
            type="number"
            min={0}
            step="any"
            inputMode="decimal"
            value={Number.isFinite(value) ? value / durationUnits[unit] : ""}
            onBlur={field.onBlur}
            onChange={(event) => field.onChange(event.target.valueAsNumber * durationUnits[unit])}
          />
          <select
            aria-label={`${label}: ${t("unit")}`}
            value={unit}
            onChange={(event) => {
              const next = event.target.value as Unit;
              setUnit(next);
              field.onChange((value / durationUnits[unit]) * durationUnits[next]);
            }}
          >
            {units.map((u) => (
              <option key={u} value={u}>
                {t(u)}
              </option>
            ))}
          </select>
        </span>
      )}
    </Frame>
  );
}

/** fitting is the largest unit that divides value. */
function fitting(value: number, units: Unit[]): Unit {
  const whole = [...units].reverse().find((unit) => value > 0 && value % durationUnits[unit] === 0);
  return whole ?? units[0]!;
}
