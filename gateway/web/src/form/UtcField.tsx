import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { fromInputUTC, localZone, toInputUTC } from "../format/times";
import { useFormat } from "../format/useFormat";
import { type FieldProps, Frame } from "./Field";

/**
 * UtcField is a time in UTC, as schedules are stored. The same instant on the viewer's clock stands below it. The value of the
 * field is RFC 3339 or null.
 */
export function UtcField({ name, label, hint, required }: FieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { field } = useController({ name });
  const value = field.value as string | null;
  const time = value ? new Date(value) : null;
  return (
    <Frame
      name={name}
      label={`${label} (UTC)`}
      hint={hint}
      required={required}
      after={
        time && (
          <p className="hint" aria-live="polite">
            {t("sameInstant", { time: format.time(time, "local"), zone: localZone(time, format.locale) })}
          </p>
        )
      }
    >
      {(aria) => (
        <input
          {...aria}
          ref={field.ref}
          type="datetime-local"
          value={toInputUTC(value)}
          onBlur={field.onBlur}
          onChange={(event) => field.onChange(fromInputUTC(event.target.value))}
        />
      )}
    </Frame>
  );
}
